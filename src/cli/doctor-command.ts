import { diagnose, isTrouble } from '../doctor/diagnose.ts';
import { renderJson, renderText } from '../doctor/render.ts';
import { type Command, type CommandIo, type ExitCode, parsed } from './command.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  takes: '[--json]',
  ofAll: true,
  does: 'looks for what is wrong with the set-up, and says how to mend it and who can',
  more: `
It only looks: nothing is changed in Slack, MongoDB or Atlas. It takes 15 seconds at most, whatever is away.
  ✓ good   ✗ wrong, or away   ! works, but could be better   ? cannot be known from here
Exit codes: 0 nothing is wrong, 1 something is, 2 not understood.
`,
  run: doctor,
};

async function doctor(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { json = false } = parsed(words, { json: { type: 'boolean' } }).values;
  const found = await diagnose(await io.setUp());
  await io.write(json ? renderJson(found) : renderText(found));
  return found.some(isTrouble) ? 1 : 0;
}
