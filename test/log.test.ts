import fs from 'node:fs';
import { format } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type AuditEntry, createLogger, type Logger, type LoggerOptions } from '../src/log.ts';

function loggerAndLines(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: (line) => lines.push(line) }, ...options });
  return { log, lines };
}

/** The only line that `use` writes. */
function lineOf(use: (log: Logger) => void, options?: Partial<LoggerOptions>): Record<string, unknown> {
  const { log, lines } = loggerAndLines(options);
  use(log);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

/** Every text in a line as its readers see it, names of properties included. */
function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}

const secret = fc
  .oneof(
    fc.string({ minLength: 8, maxLength: 60 }),
    fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }),
    fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/),
    fc.stringMatching(/^[0-9]{8,15}$/),
    fc.stringMatching(/^["\\&=+% /]{8,20}$/),
  )
  .filter((text) => !'[redacted]'.includes(text));
const around = fc.string({ maxLength: 20 });

/** Ways in which a secret gets into a line. */
const leaks: Record<string, (log: Logger, text: string, secret: string) => void> = {
  message: (log, text) => log.info(text),
  'format argument': (log, text) => log.info('about %s', text),
  'field, nested': (log, text) => log.info({ a: [{ b: { c: text } }] }, 'nested'),
  'name of a field': (log, text) => log.info({ [text]: 1, deep: { [text]: 2 } }, 'named'),
  number: (log, _text, secret) => log.info({ value: Number(secret) }, 'numeric'),
  'error, its code and its causes': (log, text) => {
    const cause = Object.assign(new Error(`inner ${text}`), { code: text, detail: text });
    log.error(new Error(text, { cause: new Error('between', { cause }) }));
  },
  'cause that is no error': (log, text) => log.warn({ err: new Error('outer', { cause: { body: [text] } }) }, 'failed'),
  child: (log, text) =>
    log
      .child({ of: text, list: [text] })
      .child({ again: text })
      .info('from a child'),
  'audit line': (log, text) => log.audit({ ...entry, reason: text }),
  'printed object': (log, text) => log.info(format('%j', { text })),
};

const entry: AuditEntry = {
  at: new Date('2026-03-01T10:00:00Z'),
  organizationId: '0123456789abcdef01234567',
  action: 'approve',
  outcome: 'done',
  actor: { kind: 'person', slackId: 'U0123456789', name: 'Ada' },
};

describe('createLogger', () => {
  it('writes one JSON line with level, time, fields and message', () => {
    const line = lineOf((log) => log.child({ grantId: 'g-1' }).info({ tries: 2 }, 'seen open'));
    expect(line).toMatchObject({ level: 'info', grantId: 'g-1', tries: 2, msg: 'seen open' });
    expect(new Date(String(line.time)).toISOString()).toBe(line.time);
  });

  it('writes nothing under its level', () => {
    const { log, lines } = loggerAndLines({ level: 'warn' });
    log.info('too much detail');
    log.child({ a: 1 }).debug('more detail');
    log.warn('worth it');
    expect(lines).toHaveLength(1);
  });

  it('serializes errors with code, message, detail, stack and causes, and nothing else', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', port: 27017 });
    const error = Object.assign(new TypeError('fetch failed', { cause: root }), {
      code: 'connection',
      detail: 'GET /orgs',
      request: { body: 'private' },
    });
    const expected = {
      type: 'TypeError',
      code: 'connection',
      message: 'fetch failed',
      detail: 'GET /orgs',
      stack: error.stack,
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED', stack: root.stack },
    };
    expect(lineOf((log) => log.error({ err: error }, 'not read')).err).toEqual(expected);
    expect(lineOf((log) => log.error({ first: error }, 'not read')).first).toEqual(expected);
    const alone = lineOf((log) => log.error(error));
    expect(alone.err).toEqual(expected);
    expect(alone.msg).toBe('fetch failed');
  });

  it('cuts a chain of causes that has no end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(lineOf((log) => log.error(error))).match(/"message":"round"/g)).toHaveLength(6);
  });

  it('has written to standard output when the call returns, so that a kill loses nothing', () => {
    const written: unknown[] = [];
    const write = vi.spyOn(fs, 'writeSync').mockImplementation((fd: number, data: unknown) => {
      written.push([fd, JSON.parse(String(data)).msg]);
      return Buffer.byteLength(String(data));
    });
    try {
      const log = createLogger({ level: 'info' });
      log.info('first');
      log.info('second');
      expect(written).toEqual([
        [1, 'first'],
        [1, 'second'],
      ]);
    } finally {
      write.mockRestore();
    }
  });

  it('keeps two loggers apart', () => {
    const one = loggerAndLines();
    const other = loggerAndLines();
    one.log.registerSecret('only-mine-1');
    one.log.info('only-mine-1');
    other.log.info('only-mine-1');
    expect(one.lines.join()).not.toContain('only-mine-1');
    expect(other.lines.join()).toContain('only-mine-1');
  });
});

describe('audit', () => {
  it('writes one line on the same stream, whatever the level', () => {
    const line = lineOf((log) => log.audit({ ...entry, grantId: 'g-1', from: 'requested', to: 'opening' }), {
      level: 'fatal',
    });
    expect(line).toMatchObject({
      audit: true,
      at: '2026-03-01T10:00:00.000Z',
      organizationId: entry.organizationId,
      action: 'approve',
      outcome: 'done',
      actor: { kind: 'person', slackId: 'U0123456789', name: 'Ada' },
      grantId: 'g-1',
      from: 'requested',
      to: 'opening',
    });
  });
});

describe('redaction', () => {
  it.each(Object.keys(leaks))('keeps a registered secret out of a line: %s', (way) => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        fc.pre(!`${before}${after}`.includes(value));
        const { log, lines } = loggerAndLines();
        const child = log.child({});
        log.registerSecret(value);
        leaks[way]?.(log, `${before}${value}${after}`, value);
        leaks[way]?.(child, value, value);
        expect(lines).toHaveLength(2);
        for (const text of lines.flatMap((line) => textsIn(JSON.parse(line)))) expect(text).not.toContain(value);
      }),
    );
  });

  it.each<[form: string, encode: (text: string) => string]>([
    ['percent-encoded', (text) => encodeURIComponent(text)],
    ['as a form field', (text) => new URLSearchParams({ secret: text }).toString()],
    ['as JSON', (text) => JSON.stringify({ body: text })],
  ])('knows a registered secret %s', (_form, encode) => {
    fc.assert(
      fc.property(secret, (value) => {
        const wellFormed = Buffer.from(value).toString();
        const { log, lines } = loggerAndLines({ secrets: [wellFormed] });
        log.info(encode(wellFormed));
        expect(String(JSON.parse(lines[0] ?? '').msg)).not.toBe(encode(wellFormed));
        expect(String(JSON.parse(lines[0] ?? '').msg)).toContain('[redacted]');
      }),
    );
  });

  it('knows a registered secret in base64, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/),
        around,
        around,
        fc.constantFrom('base64' as const, 'base64url' as const),
        (value, before, after, encoding) => {
          const { log, lines } = loggerAndLines({ secrets: [value] });
          log.info(`got ${Buffer.from(`${before}:${value}${after}`).toString(encoding)}`);
          const left = String(JSON.parse(lines[0] ?? '').msg);
          expect(left).toContain('[redacted]');
          const decoded = left.split(/\[redacted\]| /).map((part) => Buffer.from(part, 'base64').toString('latin1'));
          expect(decoded.join('\n')).not.toContain(value);
        },
      ),
    );
  });

  it('takes the longer of two secrets first', () => {
    const line = lineOf((log) => log.info('hunter2hunter2-and-more'), {
      secrets: ['hunter2hunter2', 'hunter2hunter2-and-more'],
    });
    expect(line.msg).toBe('[redacted]');
  });

  it('does not register short values', () => {
    expect(lineOf((log) => log.info('portal'), { secrets: ['port'] }).msg).toBe('portal');
    expect(
      lineOf((log) => {
        log.registerSecret('1234567');
        log.info('1234567');
      }).msg,
    ).toBe('1234567');
  });

  it('counts a secret that is registered again as the newest', () => {
    const { log, lines } = loggerAndLines();
    for (let n = 0; n <= 100; n++) {
      log.registerSecret(`passing-${n}-secret`);
      log.registerSecret('secret-in-use');
    }
    log.info('secret-in-use passing-1-secret passing-2-secret');
    expect(JSON.parse(lines[0] ?? '').msg).toBe('[redacted] passing-1-secret [redacted]');
  });

  it('keeps lasting secrets for ever and the newest hundred of the others', () => {
    const { log, lines } = loggerAndLines({ secrets: ['lasting-secret'] });
    for (let n = 0; n <= 100; n++) log.registerSecret(`passing-${n}-secret`);
    log.info('lasting-secret passing-0-secret passing-1-secret passing-100-secret');
    expect(JSON.parse(lines[0] ?? '').msg).toBe('[redacted] passing-0-secret [redacted] [redacted]');
  });

  it.each([
    ['a bot token', 'token xoxb-12-34-abC now', 'token [redacted] now'],
    ['a rotated token', 'xoxe.xoxp-1-Mi0y', '[redacted]'],
    ['an app-level token', 'xapp-1-A1-2-f00', '[redacted]'],
    ['a service account secret', 'mdb_sa_sk_AbC-d_e.', '[redacted].'],
    [
      'credentials in a connection string',
      'to mongodb+srv://ada:p/w@d@c0.example.net/x failed',
      'to mongodb+srv://[redacted]@c0.example.net/x failed',
    ],
    ['a connection string without any', 'mongodb://127.0.0.1:27017/x', 'mongodb://127.0.0.1:27017/x'],
    ['a bearer token', 'Authorization: Bearer eyJhbGci.eyJzdWI.c2ln-_x', 'Authorization: Bearer [redacted]'],
    ['basic credentials', 'authorization: basic aWQ6c2VjcmV0==', 'authorization: basic [redacted]'],
    [
      'an address to answer at',
      'POST https://hooks.slack.com/commands/T1/22/abc failed',
      'POST https://hooks.slack.com/[redacted] failed',
    ],
    ['ordinary words', 'The basic plan, the xbox, the token', 'The basic plan, the xbox, the token'],
  ])('recognizes %s that nobody registered', (_what, text, shown) => {
    expect(lineOf((log) => log.info({ text }, text))).toMatchObject({ text: shown, msg: shown });
  });

  it('never shows what stands under a telling name, at any depth', () => {
    const line = lineOf((log) =>
      log.info({
        config: { slack: { botToken: 'short', signingSecret: 1 }, atlas: { block: { clientSecret: { a: 'b' } } } },
        headers: [{ Authorization: 'x', 'set-cookie': ['y'], 'content-type': 'json' }],
        access_token: 'z',
        token_type: 'bearer',
      }),
    );
    expect(line).toMatchObject({
      config: {
        slack: { botToken: '[redacted]', signingSecret: '[redacted]' },
        atlas: { block: { clientSecret: '[redacted]' } },
      },
      headers: [{ Authorization: '[redacted]', 'set-cookie': '[redacted]', 'content-type': 'json' }],
      access_token: '[redacted]',
      token_type: 'bearer',
    });
  });
});
