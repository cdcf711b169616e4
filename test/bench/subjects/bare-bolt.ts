import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { demoWorkspace } from '../../../src/sandbox/demo-workspace.ts';
import { slashCommand } from '../../../src/slack/messages/vocabulary.ts';
import { answerOrders } from './answer-orders.ts';

/** The least that acknowledges a slash command with Bolt: signatures are checked, nothing else is done. */
const receiver = new HTTPReceiver({ signingSecret: demoWorkspace.signingSecret });
const app = new App({ receiver, authorize: async () => ({}), convoStore: false });
app.command(slashCommand, async ({ ack }) => ack());
const server = await receiver.start({ port: 0, host: '127.0.0.1' }, { keepAliveTimeout: 65_000 });
const { port } = server.address() as AddressInfo;

answerOrders(() => port);
