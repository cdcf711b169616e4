import { missingScope, newMessage } from './chat-methods.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';
import { emulatorId, writable } from './places.ts';
import { type Method, refuse } from './state.ts';

/** Uploads in three steps (Slack documentation, "Working with files"); the one between these is no method. */
export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': async (state, body) => {
    const answer = await state.emulator.callAsBot('files.getUploadURLExternal', body);
    const id = stringIn(answer.file_id);
    if (!answer.ok || id === undefined) return answer;
    if (body.alt_txt !== undefined) state.warn('A file with alt_txt is not shared by Slack, whatever it answers');
    state.uploads.announce(id, stringIn(body.filename) ?? '');
    return { ...answer, upload_url: state.uploadUrl(id) };
  },

  'files.completeUploadExternal': async (state, body) => {
    const refusal = await missingScope(state, 'files.completeUploadExternal');
    if (refusal !== undefined) return refusal;
    // Without a conversation the files stay with the bot alone.
    if (body.channel_id === undefined) return state.emulator.callAsBot('files.completeUploadExternal', body);
    const place = writable(state, body.channel_id);
    if ('error' in place) return refuse(place.error);
    const { conversation } = place;
    const channel = emulatorId(conversation);
    const answer = await state.emulator.callAsBot('files.completeUploadExternal', { ...body, channel_id: channel });
    const ts = sharedAt(objectsIn(answer.files)[0], channel);
    if (!answer.ok || ts === undefined) return answer;
    const files = objectsIn(body.files)
      .map(({ id, title }) => state.uploads.file(stringIn(id) ?? '', stringIn(title)))
      .filter((file) => file !== undefined);
    state.ledger.post(
      newMessage(state, ts, conversation, body),
      { text: body.initial_comment, blocks: body.blocks },
      files,
    );
    return answer;
  },
};

/** The `ts` of the message in which a file was shared. */
function sharedAt(file: JsonObject | undefined, channel: string): string | undefined {
  const shares = isObject(file?.shares) ? Object.values(file.shares).filter(isObject) : [];
  return shares.map((share) => stringIn(objectsIn(share[channel])[0]?.ts)).find((ts) => ts !== undefined);
}
