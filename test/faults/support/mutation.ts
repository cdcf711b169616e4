import type { Delivery } from '../../../src/sandbox/slack/courier.ts';
import type { Random } from './random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const contentTypes = ['application/x-www-form-urlencoded', 'application/json'] as const;

/** A body that Slack could have sent but for a few changes, and its content type. */
export interface Mutant {
  readonly body: string;
  readonly headers: { readonly 'content-type': string };
}

/** What ends up in a message or a form unescaped, breaks a parser, or is not what the field is thought to hold. */
const oddStrings = [
  '',
  ' ',
  '<!channel> <!here>',
  '<@U0OLIVIA1>',
  '<https://evil.example|Approve>',
  '*_`~>&lt;!everyone&gt;',
  '{"$gt":""}',
  '$where',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '\u0000\u0001\u202e\ufeff',
  '\ud800',
  '99999999999999999999h',
  '-1h',
  'g-0000000000',
  'grant cluster-005 24h logs It was me',
  'request cluster-005 24h logs <!channel> look',
  'x'.repeat(20_000),
];

const oddValues: readonly Json[] = [null, true, 0, -1, 1e308, [], {}, [[]], { $ne: null }, { id: { id: {} } }];

/** Changes one to four things in a real payload, anywhere in it. */
export function mutate(original: Delivery, random: Random): Mutant {
  const type = original.headers['content-type'] ?? contentTypes[0];
  let payload = decode(original);
  const times = 1 + random.int(4);
  for (let time = 0; time < times; time++) payload = changed(payload, random);
  const mutant = encode(payload, type, original.body.startsWith('payload='));
  return random.int(40) === 0 ? garbled(mutant, random) : mutant;
}

function decode({ body, headers }: Delivery): Json {
  if (headers['content-type'] === contentTypes[1]) return JSON.parse(body);
  const fields = new URLSearchParams(body);
  const payload = fields.get('payload');
  return payload === null ? Object.fromEntries(fields) : JSON.parse(payload);
}

function encode(payload: Json, type: string, isInteraction: boolean): Mutant {
  const headers = { 'content-type': type };
  if (type === contentTypes[1]) return { body: JSON.stringify(payload), headers };
  if (isInteraction) return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), headers };
  const fields = isRecord(payload) ? Object.entries(payload) : [['text', payload] as const];
  const texts = fields.map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : String(value),
  ]);
  return { body: new URLSearchParams(texts).toString(), headers };
}

const isRecord = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Goes down a random path and changes what stands at its end. */
function changed(value: Json, random: Random): Json {
  const keys = isRecord(value) ? Object.keys(value) : [];
  if (Array.isArray(value) && value.length > 0 && random.int(6) > 0) {
    const at = random.int(value.length);
    return value.map((item, index) => (index === at ? changed(item, random) : item));
  }
  if (!isRecord(value) || keys.length === 0 || random.int(12) === 0) return replaced(value, random);
  const key = random.pick(keys);
  const { [key]: chosen = null, ...rest } = value;
  switch (random.int(6)) {
    case 0:
      return rest;
    case 1:
      return { ...value, [random.pick(oddStrings).slice(0, 40)]: chosen };
    case 2:
      return { ...value, [key]: value[random.pick(keys)] ?? null };
    default:
      return { ...value, [key]: changed(chosen, random) };
  }
}

function replaced(value: Json, random: Random): Json {
  if (typeof value !== 'string' || random.int(3) === 0) return random.pick([...oddValues, ...oddStrings]);
  const at = random.int(value.length + 1);
  switch (random.int(4)) {
    case 0:
      return value.slice(0, at);
    case 1:
      return value.slice(0, at) + random.pick(oddStrings) + value.slice(at);
    case 2:
      return value + value;
    default:
      return random.pick(oddStrings);
  }
}

/** No longer what its content type says, or under another one. */
function garbled({ body, headers }: Mutant, random: Random): Mutant {
  switch (random.int(4)) {
    case 0:
      return { body: body.slice(0, random.int(body.length)), headers };
    case 1:
      return { body, headers: { 'content-type': random.pick([...contentTypes, 'text/plain', 'multipart/form-data']) } };
    case 2:
      return { body: random.pick(['null', '[]', '0', '"text"', 'payload=null', 'payload=[]', 'payload=0']), headers };
    default:
      return { body: `${body}&${body}`, headers };
  }
}
