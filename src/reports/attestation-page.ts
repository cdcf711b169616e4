import { headWords, type LedgerHead } from '../ledger/entry.ts';
import {
  type Attestation,
  type Deed,
  type ExceptionAction,
  isException,
  isLateEnding,
  type Posture,
} from './attestation.ts';
import { activityColumns, activityRows, grantCells, grantColumns, inShort } from './attestation-grants.ts';
import { attestationStyle } from './attestation-style.ts';
import { type Column, lines, time, type Vendor, who } from './attestation-words.ts';
import { element, escaped } from './svg.ts';

export interface AttestationContext {
  readonly organizationId: string;
  readonly madeAt: Date;
  /** How many entries were read and verified, up to the head; and whether each signature, by a public key. */
  readonly verified: { readonly entries: number; readonly head: LedgerHead; readonly signatures: boolean };
  readonly vendor: Vendor;
}

const p = (...lines: readonly string[]): string => element('p', {}, lines.map(escaped).join('<br>'));

/** A page for whoever files it: light, without a script, loading nothing, made to be printed. */
export function attestationPage(attestation: Attestation, context: AttestationContext): string {
  const { from, to, grants, exceptions, settings } = attestation;
  const { organizationId, madeAt, vendor } = context;
  const title = `Support access to ${vendor.vendor}: attestation`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    element('title', {}, escaped(`${title}, ${time(from)} to ${time(to)}`)),
    `<style>${attestationStyle}</style>`,
    '</head>',
    '<body>',
    element('h1', {}, escaped(title)),
    facts([
      ['Organization', organizationId],
      ['Period', `from ${time(from)} to ${time(to)}`],
      ['Made', `${time(madeAt)}${madeAt < to ? ', before the period was over' : ''}`],
      ['Times', 'UTC throughout'],
    ]),
    p(
      `Portcullis is how this organization decides when ${vendor.supportStaff} may reach ${reached(vendor)}. This page tells what was asked, decided, opened and closed in the period, as Portcullis recorded it at the time in its ledger: entries that each hold the hash of the one before, so that none can be changed, left out or put in without a trace. The number of an entry stands beside what it shows.`,
    ),
    ...notRecorded(attestation),
    p(inShort(attestation, vendor)),
    ...(vendor.hasBlock ? postureSection(attestation, context) : []),
    heading(`Grants (${grants.length})`),
    table(
      grantColumns(vendor),
      grants.map((grant) => grantCells(grant, vendor)),
      'No entry tells of anything that was asked for, open or found open in the period.',
    ),
    heading(`What staff of ${vendor.vendor} did while they were open`),
    table(
      activityColumns,
      activityRows(grants),
      'No entry tells of an action. Where this is not known, it stands beside the grant.',
    ),
    heading(`Exceptions (${exceptions.length})`),
    table(
      [
        ['When', 15],
        ['What', 38],
        ['By', 17],
        ['About', 22],
        ['Entry', 8],
      ],
      exceptions.map((deed) => [
        time(deed.at),
        exceptionWords(deed, vendor),
        who(deed.by, vendor),
        deed.target ?? 'the organization',
        String(deed.sequence),
      ]),
      'No entry tells of an attempt that was refused, or of anything that lapsed, failed, ended late, or was done outside of Portcullis in the period.',
    ),
    heading(`Decisions about the organization (${settings.length})`),
    table(
      [
        ['When', 15],
        ['What', 23],
        ['By', 16],
        ['Before', 19],
        ['After', 19],
        ['Entry', 8],
      ],
      settings.map((deed) => [
        time(deed.at),
        [deed.action, deed.detail].filter((part) => part !== undefined).join(': '),
        who(deed.by, vendor),
        factWords(deed.before),
        factWords(deed.after),
        String(deed.sequence),
      ]),
      'No entry tells of a decision about it in the period.',
    ),
    ...proof(attestation, context),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const reached = ({ targetNoun: { many, entered } }: Vendor): string =>
  entered === undefined ? `its ${many}` : `its backend ${entered}`;

/** Where nothing was recorded yet, nothing that this page leaves out says that it was not. */
function notRecorded({ from, recordedFrom }: Attestation): string[] {
  if (recordedFrom === undefined)
    return [p('The ledger holds no entry: of what was in the period, this page tells nothing.')];
  if (recordedFrom <= from) return [];
  return [p(`The ledger begins ${time(recordedFrom)}: of what was before that, this page tells nothing.`)];
}

const postureSection = (
  { to, postures, postureBefore, postureAfter }: Attestation,
  { madeAt, vendor }: AttestationContext,
): string[] => [
  heading('Whether support access was blocked'),
  p(
    posture('At the beginning', postureBefore),
    posture(madeAt < to ? 'When this was made' : 'At the end', postureAfter),
  ),
  table(
    [
      ['When', 20],
      ['What', 40],
      ['By', 30],
      ['Entry', 10],
    ],
    postures.map((deed) => [time(deed.at), blockChange(deed), who(deed.by, vendor), String(deed.sequence)]),
    'No entry tells of a change in the period.',
  ),
];

const posture = (when: string, { blocked, sequence }: Posture): string => {
  if (blocked === undefined) return `${when}: not known.`;
  const how =
    sequence === undefined ? 'as it was last seen, since the ledger tells of no change' : `by entry ${sequence}`;
  return `${when}: ${blocked ? 'blocked' : 'not blocked'}, ${how}.`;
};

const blockChange = ({ after, detail }: Deed): string =>
  [after?.seenBlocked === true ? 'Seen blocked' : 'Seen not blocked', detail].filter(Boolean).join(': ');

const exceptionNames: Record<ExceptionAction, string> = {
  lapse: 'Nobody decided in time: a request lapsed',
  'opening-refused': 'Opening was refused',
  'give-up-opening': 'Opening was given up',
  'give-up-waiting': 'The block that had to come first was not seen in time',
  'change-not-made': 'A change that was approved was not made',
  found: 'Access was found open that was not asked for here',
  'changed-outside': 'Access was changed outside of Portcullis',
  'ended-outside': 'Access was ended outside of Portcullis',
  restored: 'An earlier call took effect late; what was approved was put back',
  'late-landing-closed': 'An earlier call took effect after the end and opened access again; it was closed',
  'ending-recorded': 'An operator vouched for an end that could not be read',
  'activity-not-read': "What the vendor's staff did could not be read",
  'block-changed-outside': 'The block was switched outside of Portcullis',
  'block-restored': 'An earlier call switched the block late; it was put back',
  'channel-lost': 'The channel could not be written to',
};

function exceptionWords(deed: Deed, { accessTypes }: Vendor): string {
  const { action, detail } = deed;
  if (isLateEnding(deed)) return `It was closed after its end. ${detail}`;
  if (!isException(action)) {
    return `Refused: ${action.replace(/-refused$/, '')}${detail === undefined ? '' : ` (${detail.replaceAll('-', ' ')})`}`;
  }
  const what = exceptionNames[action];
  const label = accessTypes.find(({ id }) => id === detail)?.label;
  return detail === undefined ? what : `${what}: ${label ?? detail}`;
}

function proof({ signed }: Attestation, { verified: { entries, head, signatures } }: AttestationContext): string[] {
  if (entries === 0) {
    return [
      heading('How this can be checked'),
      p('The ledger holds no entry yet: there is nothing that could be checked.'),
    ];
  }
  const published = headWords(head);
  const checked = signatures
    ? 'checked, as every signature in the ledger, by the public key that was given while this page was made'
    : 'not checked while this page was made: the last command below checks it';
  return [
    heading('How this can be checked'),
    p(
      `While this page was made, all ${entries} entries of the ledger were read, from the first to the last, and each was found to be as it was written and to follow the one before it.`,
    ),
    facts([
      ['Last entry', String(head.sequence)],
      ['Its hash', head.hash],
      ...(signed === undefined
        ? ([['Signature', 'No entry of this ledger has been signed.']] as const)
        : ([
            ['Signed', `entry ${signed.sequence}, ${time(new Date(signed.at))}, by Ed25519; ${checked}`],
            ['Signature', signed.signature],
          ] as const)),
    ]),
    p('Whoever runs Portcullis can check the ledger against this page at any later time:'),
    commands(`ledger verify --head ${published}`),
    p('Anybody with an export can do so without any connection, and read every entry in it by its number:'),
    commands(
      'ledger export --out ledger.jsonl',
      `ledger verify ledger.jsonl --head ${published}${signed === undefined ? '' : ' --public-key KEY.pem'}`,
    ),
  ];
}

const factWords = (facts: Deed['before']): string =>
  lines(
    ...Object.entries(facts ?? {}).map(
      ([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`,
    ),
  );

/** One a line, to be copied as they are. */
const commands = (...typed: readonly string[]): string =>
  element('pre', {}, typed.map((command) => escaped(`npm run portcullis -- ${command}`)).join('\n'));

const heading = (text: string): string => element('h2', {}, escaped(text));

const facts = (rows: readonly (readonly [name: string, value: string])[]): string =>
  element(
    'dl',
    {},
    ...rows.map(([name, value]) => element('dt', {}, escaped(name)) + element('dd', {}, escaped(value))),
  );

function table(columns: readonly Column[], rows: readonly (readonly string[])[], none: string): string {
  if (rows.length === 0) return p(none);
  const head = columns.map(([name, width]) =>
    element('th', { scope: 'col', style: `width: ${width}%` }, escaped(name)),
  );
  const body = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell) => element('td', {}, cell.split('\n').map(escaped).join('<br>')))),
  );
  return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
}
