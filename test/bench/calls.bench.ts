import { test } from 'vitest';
import { callsOfOneGrant } from '../support/grant-calls.ts';
import { figure } from './table.ts';

/** `Slack chat.update (channel)` → `chat.update` */
const methodOf = (call: string): string => call.split(' ')[1] ?? call;

test('calls for one grant', async () => {
  const calls = Object.values(await callsOfOneGrant()).flat();
  const of = (system: string): string => {
    const methods = calls.filter((call) => call.startsWith(system)).map(methodOf);
    const named = [...new Set(methods)].map((name) => `${methods.filter((other) => other === name).length} ${name}`);
    return `${system} ${methods.length} (${named.join(', ')})`;
  };
  figure({
    figure: 'calls for one grant of 8 h: request, approval, opening, two reminders, end, three verifications',
    measured: `${of('Slack')}; ${of('Atlas')}`,
    compared: 'while open, one more reading in Atlas every 5 minutes',
  });
});
