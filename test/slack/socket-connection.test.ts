import { App } from '@slack/bolt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { SocketConnection } from '../../src/slack/socket-connection.ts';
import { SocketServer } from './socket-server.ts';

const appToken = 'xapp-1-A0-0-secret';

/** An app that acknowledges its command with what was typed. */
async function connecting(prepare: (server: SocketServer) => void = () => {}) {
  const server = await SocketServer.start();
  prepare(server);
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const logger = boltLogger(log);
  const connection = new SocketConnection({ appToken, apiUrl: server.apiUrl, logger, log });
  const app = new App({ receiver: connection.receiver, authorize: async () => ({}), logger });
  app.command('/support-access', async ({ command, ack }) => ack({ text: `You typed ${command.text}` }));
  onTestFinished(async () => {
    await connection.stop();
    server.close();
  });
  expect(await connection.listen()).toEqual({});
  connection.start();
  return { server, connection, lines };
}

const typed = (text: string) => ({
  type: 'slash_commands',
  envelope_id: `envelope-${text}`,
  accepts_response_payload: true,
  payload: {
    command: '/support-access',
    text,
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
    trigger_id: '1.2',
    response_url: 'https://hooks.slack.com/commands/1',
  },
});

describe('SocketConnection', () => {
  it('receives what people type and acknowledges it', async () => {
    const { server, lines } = await connecting();
    await server.until(() => server.connections === 1);
    server.send(typed('help'));
    await server.until(() => server.received.length === 1);
    expect(server.received).toEqual([{ envelope_id: 'envelope-help', payload: { text: 'You typed help' } }]);
    expect(lines.join('')).not.toContain(appToken);
  });

  it.each([
    ['Slack asks for it', (server: SocketServer) => server.send({ type: 'disconnect', reason: 'refresh_requested' })],
    ['the connection is cut', (server: SocketServer) => server.cut()],
  ])('connects anew when %s', async (_why, end) => {
    const { server } = await connecting();
    await server.until(() => server.connections === 1);
    end(server);
    await server.until(() => server.connections === 2);
    server.send(typed('again'));
    await server.until(() => server.received.length === 1);
    expect(server.received).toEqual([{ envelope_id: 'envelope-again', payload: { text: 'You typed again' } }]);
  });

  it('goes on trying while no connection can be made', async () => {
    const { server, lines } = await connecting((slack) => {
      slack.failing = 1;
    });
    await server.until(() => server.connections === 1);
    expect(server.opened).toBe(2);
    expect(lines.join('')).toContain('No connection to Slack by Socket Mode; trying again');
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['an event without its event', { type: 'events_api', envelope_id: 'e', payload: { type: 'event_callback' } }],
    ['an envelope without a payload', { type: 'interactive', envelope_id: 'e' }],
  ])('passes over %s, and goes on', async (_what, message) => {
    const { server, lines } = await connecting();
    await server.until(() => server.connections === 1);
    server.send(message);
    server.send(typed('help'));
    await server.until(() => server.received.length === 1);
    expect(server.received).toEqual([{ envelope_id: 'envelope-help', payload: { text: 'You typed help' } }]);
    expect(lines.join('')).toContain('A message by Socket Mode was passed over');
  });

  it('stops for good', async () => {
    const { server, connection } = await connecting();
    await server.until(() => server.connections === 1);
    await connection.stop();
    expect(server.opened).toBe(1);
  });
});
