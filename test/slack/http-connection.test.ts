import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { App } from '@slack/bolt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { HttpConnection, type HttpOptions } from '../../src/slack/http-connection.ts';
import { eventually } from '../support/eventually.ts';

const signingSecret = '0123456789abcdef0123456789abcdef';
const largestBodyBytes = 1024 * 1024;
const mostConnections = 250;
/** As good as at once, for what is cut after some time. */
const impatient = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 10 };

/** An app that acknowledges its command with what was typed, once `mayAnswer` has resolved. */
async function serving(
  options: Pick<HttpOptions, 'timeouts'> = {},
  mayAnswer: () => Promise<void> = async () => {},
): Promise<{ readonly connection: HttpConnection; readonly port: number; readonly lines: string[] }> {
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const logger = boltLogger(log);
  const connection = new HttpConnection({ signingSecret, port: 0, host: '127.0.0.1', logger, ...options });
  const app = new App({ receiver: connection.receiver, authorize: async () => ({}), logger });
  app.command('/support-access', async ({ command, ack }) => {
    await mayAnswer();
    await ack({ text: `You typed ${command.text}` });
  });
  const { port } = await connection.listen();
  connection.start();
  onTestFinished(() => connection.stop());
  return { connection, port, lines };
}

/** One end of a TCP connection, and what the other end has said. */
class Peer {
  said = '';
  readonly ended: Promise<void>;
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (data: Buffer) => {
      this.said += data.toString();
    });
    this.#socket.on('error', () => {});
    this.ended = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    onTestFinished(() => void this.#socket.destroy());
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  close(): void {
    this.#socket.destroy();
  }

  async answered(text: string): Promise<void> {
    await eventually(() => this.said).toContain(text);
  }
}

function headOf(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: 'bot.example', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /slack/events HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** A whole request, signed as Slack does. */
function typed(text: string, more: Readonly<Record<string, string>> = {}): string {
  const body = `command=%2Fsupport-access&user_id=U1&team_id=T1&channel_id=C1&trigger_id=1.2&response_url=https%3A%2F%2Fhooks.slack.com%2F1&text=${text}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.length,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
    ...more,
  };
  return `${headOf(headers)}${body}`;
}

const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;

describe('behind a proxy', () => {
  it('keeps a connection for longer than the usual ones do', async () => {
    const { port } = await serving();
    const proxy = new Peer(port);
    for (const text of ['first', 'second']) {
      proxy.send(typed(text));
      await proxy.answered(`You typed ${text}`);
    }
    expect(proxy.said.match(/^Keep-Alive: timeout=(\d+)/m)?.[1]).toBe('65');
  });

  it('goes by the signature alone: not by the host, nor by what a proxy says of who asks', async () => {
    const { port } = await serving();
    const forwarded = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http', forwarded: 'for=unknown' };
    for (const host of ['127.0.0.1', 'somewhere.example:99']) {
      const proxy = new Peer(port);
      proxy.send(typed('help', { host, ...forwarded }));
      await proxy.answered('You typed help');
      proxy.send(typed('help', { host, ...forwarded, 'x-slack-signature': `v0=${'0'.repeat(64)}` }));
      await proxy.answered('HTTP/1.1 401');
    }
  });
});

describe('who does not finish', () => {
  it.each([
    ['says nothing', ''],
    ['sends half of the headers', 'POST /slack/events HTTP/1.1\r\nhost: bot.example\r\nx-slack-'],
    ['sends half of the body', `${headOf({ 'content-length': 100 })}command=`],
    ['sends a body without an end', `${headOf({ 'transfer-encoding': 'chunked' })}${chunk(10)}`],
  ])('is cut after some time when it %s', async (_what, text) => {
    const { port, lines } = await serving({ timeouts: impatient });
    const slow = new Peer(port);
    slow.send(text);
    await slow.ended;
    expect(slow.said.split('\r\n')[0]).toBe('HTTP/1.1 408 Request Timeout');
    expect(lines.join('')).not.toContain('"level":"error"');
  });

  it('is cut, too large as well, however long it goes on', async () => {
    const { port } = await serving({ timeouts: impatient });
    const endless = new Peer(port);
    endless.send(headOf({ 'transfer-encoding': 'chunked' }));
    endless.send(chunk(largestBodyBytes + 1));
    await endless.ended;
    expect(endless.said.split('\r\n')[0]).toMatch(/^HTTP\/1\.1 4(13|08)/);
  });

  it('keeps no more than so many connections, and others out only for as long', async () => {
    const { port } = await serving();
    const slow = Array.from({ length: mostConnections }, () => new Peer(port));
    for (const peer of slow) peer.send('POST /slack/events HTTP/1.1\r\n');
    // They are taken in order: when the last one has been answered, all of them are in.
    slow.at(-1)?.send('host: bot.example\r\ncontent-length: 0\r\n\r\n');
    await slow.at(-1)?.answered('HTTP/1.1 401');
    const oneTooMany = new Peer(port);
    await oneTooMany.ended;
    expect(oneTooMany.said).toBe('');
    slow[0]?.close();
    await eventually(async () => {
      const next = new Peer(port);
      next.send(typed('help'));
      next.send(typed('help', { connection: 'close' }));
      await next.ended;
      return next.said;
    }).toContain('You typed help');
  });
});

describe('a body that is too large', () => {
  it('is refused before it is sent, where its length is told', async () => {
    const { port } = await serving();
    const sender = new Peer(port);
    sender.send(headOf({ 'content-length': largestBodyBytes + 1 }));
    await sender.answered('HTTP/1.1 413');
  });

  it('is refused where its length is not told, and the connection can be used again', async () => {
    const { port } = await serving();
    const sender = new Peer(port);
    sender.send(headOf({ 'transfer-encoding': 'chunked' }));
    for (let sent = 0; sent <= 3 * largestBodyBytes; sent += 64 * 1024) sender.send(chunk(64 * 1024));
    sender.send('0\r\n\r\n');
    await sender.answered('HTTP/1.1 413');
    sender.send(typed('help'));
    await sender.answered('You typed help');
  });

  it('is not, at the limit', async () => {
    const { port } = await serving();
    const sender = new Peer(port);
    sender.send(`${headOf({ 'content-length': largestBodyBytes })}${'x'.repeat(largestBodyBytes)}`);
    await sender.answered('HTTP/1.1 401');
  });
});

describe('a stop', () => {
  it('answers what is under way, and tells whoever sent it to let go of the connection', async () => {
    let answer = (): void => {};
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { connection, port, lines } = await serving({}, () => mayAnswer);
    const idle = new Peer(port);
    idle.send(`GET / HTTP/1.1\r\nhost: bot.example\r\n\r\n`);
    await idle.answered('HTTP/1.1 404');
    const asking = new Peer(port);
    asking.send(typed('slowly'));
    const late = new Peer(port);
    late.send('POST /slack/events HTTP/1.1\r\n');
    const other = new Peer(port);
    other.send('POST / HTTP/1.1\r\nhost: bot.example\r\ncontent-length: 0\r\n\r\n');
    await other.answered('HTTP/1.1 401');
    const stopped = connection.stop();
    await idle.ended;
    late.send('host: bot.example\r\ncontent-length: 0\r\n\r\n');
    await late.ended;
    expect(late.said).toMatch(/^HTTP\/1\.1 503 .*\r\nconnection: close\r\n/is);
    answer();
    await asking.ended;
    expect(asking.said).toMatch(/^HTTP\/1\.1 200 .*\r\nconnection: close\r\n/is);
    expect(asking.said).toContain('You typed slowly');
    await stopped;
    const after = new Peer(port);
    await after.ended;
    expect(after.said).toBe('');
    expect(lines.join('')).not.toContain('"level":"error"');
  });
});
