import { createLogger } from '../log.ts';
import { demoSeed } from './atlas/demo-seed.ts';
import { Sandbox } from './sandbox.ts';
import { playTour } from './tour/tour.ts';

const write = (text: string): void => void process.stdout.write(text);

write(`Portcullis sandbox: a simulated Slack and Atlas and an in-memory database, for trying and testing only.
Nothing leaves this machine. The tour starts in an organization that support can still enter.
`);

// The bot's own log would hide the tour: warnings and errors go to standard error.
const log = createLogger({
  level: 'error',
  destination: { write: (line) => void (line.includes('"audit":true') || process.stderr.write(line)) },
});
const sandbox = await Sandbox.start({ log, atlasSeed: { ...demoSeed, blocked: false } });
await playTour(sandbox, write);

write(`
The sandbox stays up until you press Ctrl-C:
  bot (Slack events)         http://127.0.0.1:${sandbox.bot.port}/slack/events
  Slack Web API              ${sandbox.slack.url}
  Atlas Administration API   ${sandbox.atlas.url}/api/atlas/v2
  MongoDB (in memory)        ${sandbox.mongodb?.uri}
`);

const stop = async (): Promise<void> => {
  await sandbox.close();
  process.exit(0);
};
process.once('SIGINT', () => void stop()).once('SIGTERM', () => void stop());
