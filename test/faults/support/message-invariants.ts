import type { Grant, GrantState, HistoryEntry } from '../../../src/grants/grant.ts';
import type { Posted, World } from './world.ts';

/** What the first line of a note says, by what it is about. */
const noteKinds: Readonly<Record<string, RegExp>> = {
  waiting: /^Not decided yet/,
  denied: / denied /,
  cancelled: / cancelled the request/,
  lapsed: /^Not decided within/,
  opened: / is open to MongoDB support$/,
  reminder: / is open to MongoDB support for .* more$/,
  ended: /ended by itself$|revoked support access|was ended in MongoDB Atlas itself/,
  failed: /was not opened, because:$|was given up, because:$/,
  restored: /is again as it was approved$/,
  'landed-late': /again after its grant had ended, and has been closed$/,
  'closing-trouble': /may be open to MongoDB support until/,
  'changed-outside': /^Somebody changed support access/,
  unexplained: /and Portcullis did not open it$/,
};

/** Which note a transition owes. */
function noteOf({ action, to }: HistoryEntry): string | undefined {
  switch (action) {
    case 'deny':
      return 'denied';
    case 'cancel':
      return 'cancelled';
    case 'lapse':
      return 'lapsed';
    case 'seen-open':
      return 'opened';
    case 'seen-closed':
      return to === 'failed' ? 'failed' : 'ended';
    case 'restored':
      return 'restored';
    case 'late-landing-closed':
      return 'landed-late';
    case 'changed-outside':
      return 'changed-outside';
    case 'unexplained-access':
      return 'unexplained';
    default:
      return undefined;
  }
}

/** What the message in the channel says of each state that a run can end in. */
const headlines: Readonly<Record<GrantState, RegExp>> = {
  requested: /asks for support access|asked for support access/,
  opening: /^Approved by/,
  active: / is open to MongoDB support/,
  closing: /Closing|Making sure|was seen closed/,
  denied: noteKinds.denied ?? /^/,
  cancelled: noteKinds.cancelled ?? /^/,
  lapsed: noteKinds.lapsed ?? /^/,
  failed: /was not opened, because:|was given up, because:/,
  expired: /ended by itself/,
  revoked: /revoked support access|was ended in MongoDB Atlas itself/,
};

/** How often people may be asked or reminded about one grant, and be told that closing has trouble. */
const atMost: Readonly<Record<string, number>> = { waiting: 2, reminder: 2, 'closing-trouble': 1 };

/** One message for each grant, that shows where it stands; each note once, in its thread; nothing twice. */
export function messageViolations(world: World): string[] {
  const effects = world.posts.flatMap(({ effectId }) => effectId ?? []);
  const twice = effects.filter((id, index) => effects.indexOf(id) !== index);
  return [
    ...twice.map((id) => `${id}: posted more than once`),
    ...world.grants.flatMap((grant) => grantViolations(grant, world)),
  ];
}

function grantViolations(grant: Grant, world: World): string[] {
  const name = `${grant._id} ${grant.target.name} ${grant.state}`;
  const own = world.posts.filter(({ effectId }) => effectId?.startsWith(`${grant._id}:`));
  const roots = own.filter(({ threadTs }) => threadTs === undefined);
  const [root] = roots;
  if (root === undefined || roots.length > 1) return [`${name}: ${roots.length} messages in the channel`];
  const found: string[] = [];
  if (grant.message?.ts !== root.ts) found.push(`${name}: the record knows another message than stands there`);
  if (grant.message?.renderedVersion !== grant.version) found.push(`${name}: the message shows an older version`);
  const shown = world.standing.get(root.ts) ?? '';
  if (!headlines[grant.state].test(firstLine(shown))) found.push(`${name}: its message says "${firstLine(shown)}"`);
  return [...found, ...noteViolations(grant, own, name)];
}

function noteViolations(grant: Grant, own: readonly Posted[], name: string): string[] {
  const notes = own.filter(({ threadTs }) => threadTs !== undefined);
  const astray = notes.filter(({ threadTs }) => threadTs !== grant.message?.ts);
  const expected = grant.history.flatMap((entry) => noteOf(entry) ?? []);
  const kinds = notes.map(({ text }) => kindOf(text));
  const end = grant.closing?.at;
  const late = notes.filter((note) => kindOf(note.text) === 'reminder' && end !== undefined && note.at > end);
  const miscounted = Object.keys(noteKinds).flatMap((kind) => {
    const said = kinds.filter((other) => other === kind).length;
    const most = atMost[kind];
    const owed = expected.filter((other) => other === kind).length;
    const right = most === undefined ? said === owed : said <= most;
    return right ? [] : [`${name}: ${said} notes "${kind}", ${most ?? owed} are owed`];
  });
  return [
    ...astray.map(({ text }) => `${name}: "${firstLine(text)}" stands in another thread`),
    ...notes
      .filter((_, index) => kinds[index] === undefined)
      .map(({ text }) => `${name}: what is "${firstLine(text)}"?`),
    ...late.map(({ at }) => `${name}: reminded at ${at.toISOString()}, after its end`),
    ...miscounted,
  ];
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const kindOf = (text: string): string | undefined =>
  Object.entries(noteKinds).find(([, pattern]) => pattern.test(firstLine(text)))?.[0];
