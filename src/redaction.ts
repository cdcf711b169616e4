const replacement = '[redacted]';

/** Shorter values are left alone: they would black out ordinary words, and are no secret worth the name. */
const minSecretLength = 8;

/** How many secrets that came later are remembered, oldest forgotten first: access tokens, each good for an hour. */
const maxPassingSecrets = 100;

/** Properties whose value is never shown, whatever it is. Compared in lower case without `-` and `_`. */
const secretKeys = new Set([
  'accesstoken',
  'apptoken',
  'authorization',
  'bottoken',
  'clientassertion',
  'clientsecret',
  'cookie',
  'password',
  'proxyauthorization',
  'refreshtoken',
  'responseurl',
  'secret',
  'setcookie',
  'signingsecret',
  'token',
]);

/** What gives a secret away by its form alone, even one that nobody registered. */
const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Slack's tokens: https://docs.slack.dev/authentication/tokens, xoxe.xoxp-… included.
  [/xox[a-z](?:\.xox[a-z])?-[\w-]+/gi, replacement],
  [/xapp-[\w-]+/gi, replacement],
  // Whoever has a response_url can post where the command was typed.
  [/(hooks\.slack\.com\/)[\w/%-]+/gi, `$1${replacement}`],
  [/mdb_sa_sk_[\w-]+/gi, replacement],
  // What programs ask with whether support may enter.
  [/pcd_[\w-]{16,}/g, replacement],
  [/(mongodb(?:\+srv)?:\/\/)[^\s"'<>]*@/gi, `$1${replacement}@`],
  [/\b(Bearer|Basic)(\s+)[\w.~+/-]{8,}=*/gi, `$1$2${replacement}`],
];

/** Takes secrets out of texts and out of the JSON values that hold them. */
export class Redactor {
  readonly #lasting: readonly string[];
  #passing: string[] = [];
  /** Every form of every secret, longest first, so that no secret survives as the rest of a shorter one. */
  #forms: readonly string[] = [];

  /** `secrets` are remembered for ever. */
  constructor(secrets: readonly string[]) {
    this.#lasting = secrets.filter(isLongEnough);
    this.#prepare();
  }

  /** To be called the moment a secret exists. */
  register(secret: string): void {
    if (!isLongEnough(secret) || this.#lasting.includes(secret) || this.#passing.at(-1) === secret) return;
    // One that is registered again is in use again: it counts as the newest.
    this.#passing = [...this.#passing.filter((known) => known !== secret), secret].slice(-maxPassingSecrets);
    this.#prepare();
  }

  text(text: string): string {
    let clean = text;
    for (const form of this.#forms) clean = clean.replaceAll(form, replacement);
    for (const [pattern, instead] of patterns) clean = clean.replace(pattern, instead);
    return clean;
  }

  /** A copy of a JSON value (what `JSON.parse` gives) without secrets, in names of properties either. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.text(String(value)) === String(value) ? value : replacement;
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), isSecretKey(key) ? replacement : this.json(item)]),
    );
  }

  #prepare(): void {
    const forms = new Set([...this.#lasting, ...this.#passing].flatMap(formsOf));
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }
}

const isLongEnough = (secret: string): boolean => secret.length >= minSecretLength;

const isSecretKey = (key: string): boolean => secretKeys.has(key.toLowerCase().replace(/[-_]/g, ''));

/** A secret as it is, as in a JSON text, in an address, in a form, and inside of anything in base64. */
function formsOf(secret: string): string[] {
  // A lone surrogate, which has no percent-encoding, becomes what UTF-8 makes of it.
  const wellFormed = Buffer.from(secret).toString();
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ '': wellFormed }).toString().slice(1),
    ...base64FormsOf(wellFormed),
  ];
}

/**
 * Base64 turns three bytes into four characters, so that a secret inside of a longer text (`id:secret`) has one of three
 * forms, by how many bytes stand before it. Each without the characters at its ends that neighbours have a part in.
 */
function base64FormsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}
