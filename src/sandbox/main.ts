import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const usage = `npm run sandbox [-- options]
  --no-open         do not open the page in a browser
  --port N          where the page is, 4400 unless given; the next free port where that one is taken
  --text            play the tour in the terminal instead
  --slack           run the bot in a Slack workspace of yours instead, with the simulated Atlas behind it
  --owner ADDRESS   with --slack: the e-mail address in Slack of somebody who is to be an owner; may be repeated
`;

const write = (text: string): void => void process.stdout.write(text);
const writeError = (text: string): void => void process.stderr.write(text);

function fail(text: string): never {
  writeError(text);
  process.exit(1);
}

interface Options {
  readonly open: boolean;
  readonly port: number;
  readonly text: boolean;
  readonly slack: boolean;
  readonly owners: readonly string[];
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        'no-open': { type: 'boolean' },
        port: { type: 'string' },
        text: { type: 'boolean' },
        slack: { type: 'boolean' },
        owner: { type: 'string', multiple: true },
      },
    });
    const port = Number(values.port ?? 4400);
    if (!/^\d+$/.test(values.port ?? '4400') || port > 65_535) throw new Error(`${values.port} is no port.`);
    const { text = false, slack = false, owner = [] } = values;
    if (owner.length > 0 && !slack) throw new Error('--owner goes with --slack.');
    return { open: values['no-open'] !== true, port, text, slack, owners: [...new Set(owner)] };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

async function play(): Promise<{ close(): Promise<void> } | undefined> {
  const { open, port, text, slack, owners } = readOptions();
  write(
    slack
      ? `Portcullis sandbox in a Slack workspace of yours, with a simulated Atlas and an in-memory database, for trying only.
Slack is the only thing outside of this machine that is called. It starts in an organization that support can still enter.
`
      : `Portcullis sandbox: a simulated Slack and Atlas, another vendor's portal and an in-memory database, for trying and
testing only. Nothing leaves this machine. It starts in an organization that support can still enter.
`,
  );
  try {
    // Loaded only here: what the sandbox is made of is not part of an installation for production.
    if (slack) return await inTerminal(owners);
    if (text) return await (await import('./play-text.ts')).playText(write, writeError);
    return await (await import('./play-page.ts')).playPage({ port, open, write, writeError });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    return fail(
      `The sandbox needs the development dependencies. Run npm ci without --omit=dev first.\n${error.message}\n`,
    );
  }
}

/** What somebody types is Atlas's to carry out. */
async function inTerminal(owners: readonly string[]): Promise<{ close(): Promise<void> } | undefined> {
  const { playSlack } = await import('./own-slack/play-slack.ts');
  const playing = await playSlack({ environment: process.env, owners, write, writeError });
  if (playing === undefined) return undefined;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void playing.switchboard.answer(line).then(write));
  return {
    async close() {
      lines.close();
      await playing.close();
    },
  };
}

const playing = await play();
if (playing === undefined) process.exit(1);
const stop = async (): Promise<void> => {
  await playing.close();
  process.exit(0);
};
process.once('SIGINT', () => void stop()).once('SIGTERM', () => void stop());
