import { parseArgs } from 'node:util';

const usage = `npm run sandbox [-- options]
  --no-open    do not open the page in a browser
  --port N     where the page is, 4400 unless given; the next free port where that one is taken
  --text       play the tour in the terminal instead
`;

const write = (text: string): void => void process.stdout.write(text);
const writeError = (text: string): void => void process.stderr.write(text);

function fail(text: string): never {
  writeError(text);
  process.exit(1);
}

function readOptions(): { readonly open: boolean; readonly port: number; readonly text: boolean } {
  try {
    const { values } = parseArgs({
      options: { 'no-open': { type: 'boolean' }, port: { type: 'string' }, text: { type: 'boolean' } },
    });
    const port = Number(values.port ?? 4400);
    if (!/^\d+$/.test(values.port ?? '4400') || port > 65_535) throw new Error(`${values.port} is no port.`);
    return { open: values['no-open'] !== true, port, text: values.text === true };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

async function play(): Promise<{ close(): Promise<void> } | undefined> {
  const { open, port, text } = readOptions();
  write(`Portcullis sandbox: a simulated Slack and Atlas and an in-memory database, for trying and testing only.
Nothing leaves this machine. It starts in an organization that support can still enter.
`);
  try {
    // Loaded only here: what the sandbox is made of is not part of an installation for production.
    if (text) return await (await import('./play-text.ts')).playText(write, writeError);
    return await (await import('./play-page.ts')).playPage({ port, open, write, writeError });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    return fail(
      `The sandbox needs the development dependencies. Run npm ci without --omit=dev first.\n${error.message}\n`,
    );
  }
}

const playing = await play();
if (playing === undefined) process.exit(1);
const stop = async (): Promise<void> => {
  await playing.close();
  process.exit(0);
};
process.once('SIGINT', () => void stop()).once('SIGTERM', () => void stop());
