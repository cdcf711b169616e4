import type { App, ReceiverEvent } from '@slack/bolt';
import type { Metrics, PayloadKind } from '../metrics.ts';

/** By the `type` of a payload (Slack's reference of payloads); a slash command has none. */
const kinds: Readonly<Record<string, PayloadKind>> = {
  block_actions: 'action',
  view_submission: 'view',
  block_suggestion: 'options',
  shortcut: 'shortcut',
  message_action: 'shortcut',
  event_callback: 'event',
};

/** Has the app's receiver measure how long each acknowledgement takes, from when it hands a payload over. In real time, as Slack does. */
export function timeAcknowledgements(app: App, metrics: Metrics): void {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const readMs = performance.now();
    const kind = kindOf(event.body);
    const ack: ReceiverEvent['ack'] = async (response) => {
      await event.ack(response);
      if (kind !== undefined) metrics.acknowledged(kind, performance.now() - readMs);
    };
    return process({ ...event, ack });
  };
}

function kindOf({ type, command }: ReceiverEvent['body']): PayloadKind | undefined {
  return command === undefined ? kinds[String(type)] : 'command';
}
