import { createLogger } from '../log.ts';
import { startDemo } from './demo.ts';
import { playTour } from './tour/tour.ts';

/** Plays the tour in the terminal, and leaves the sandbox running. */
export async function playText(
  write: (text: string) => void,
  writeError: (text: string) => void,
): Promise<{ close(): Promise<void> }> {
  // The bot's own log would hide the tour: warnings and errors go to standard error.
  const log = createLogger({
    level: 'error',
    destination: { write: (line) => void (line.includes('"audit":true') || writeError(line)) },
  });
  const demo = await startDemo(log);
  const { sandbox, portal } = demo;
  await playTour(demo, write);
  write(`
The sandbox stays up until you press Ctrl-C:
  bot (Slack events)         http://127.0.0.1:${sandbox.bot.port}/slack/events
  bot (decision API)         http://127.0.0.1:${sandbox.bot.decisionPort}/v1/access
  Slack Web API              ${sandbox.slack.url}
  Atlas Administration API   ${sandbox.atlas.url}/api/atlas/v2
  Shield's portal            ${portal.url}
  MongoDB (in memory)        ${sandbox.mongodb?.uri}
`);
  return demo;
}
