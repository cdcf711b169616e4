import { describe, expect, it, onTestFinished } from 'vitest';
import { channelName, demoWorkspace, people } from '../../../src/sandbox/demo-workspace.ts';
import { type OwnSlack, playSlack } from '../../../src/sandbox/own-slack/play-slack.ts';
import { type SlackServer, startSlack } from '../../../src/sandbox/slack/server.ts';
import { eventually } from '../../support/eventually.ts';
import { startSocketMode } from '../../support/socket-mode.ts';

const owner = 'olivia.owner@meridian.example';

interface Terminal {
  printed: string;
  complained: string;
}

async function play(
  environment: Readonly<Record<string, string | undefined>>,
  owners: readonly string[],
): Promise<{ readonly terminal: Terminal; readonly playing: OwnSlack | undefined }> {
  const terminal: Terminal = { printed: '', complained: '' };
  const playing = await playSlack({
    environment,
    owners,
    write(text) {
      terminal.printed += text;
    },
    writeError(text) {
      terminal.complained += text;
    },
  });
  if (playing !== undefined) onTestFinished(() => playing.close());
  return { terminal, playing };
}

/** A workspace that is not the sandbox's own, as far as the bot can tell. */
async function workspace() {
  const slack = await startSlack({ seed: demoWorkspace });
  onTestFinished(() => slack.close());
  const socket = await startSocketMode(slack);
  const environment = {
    SLACK_BOT_TOKEN: demoWorkspace.bot.token,
    SLACK_APP_TOKEN: 'xapp-1-A0PORTCULL-0123456789-abcdef',
    SLACK_CHANNEL_ID: slack.channelId(channelName),
    SLACK_API_URL: socket.apiUrl,
    // What is real is not touched, whatever the environment says.
    ATLAS_BASE_URL: 'https://cloud.mongodb.com',
    MONGODB_URI: 'mongodb://db.example.net',
  };
  return { slack, socket, environment };
}

function command(slack: SlackServer, userId: string, text: string): object {
  const channel = slack.channelId(channelName);
  return {
    type: 'slash_commands',
    envelope_id: `envelope-${text}`,
    accepts_response_payload: true,
    payload: {
      command: '/support-access',
      text,
      user_id: userId,
      channel_id: channel,
      channel_name: channelName,
      team_id: slack.seed.teamId,
      trigger_id: slack.state.triggers.issue(userId),
      response_url: slack.responseUrl(slack.responseUrls.issue({ channel, userId })),
    },
  };
}

describe('the bot in a workspace of yours', { timeout: 60_000 }, () => {
  it('is the whole bot, on a simulated Atlas that is seen and changed in the terminal', async () => {
    const { slack, socket, environment } = await workspace();
    const { terminal, playing } = await play(environment, [owner]);
    if (playing === undefined) throw new Error(terminal.complained);
    expect(terminal.printed).toContain('Portcullis runs in your workspace. Type /support-access in its channel.');
    expect(terminal.printed).toContain(`Owners     ${owner}; everybody else in the workspace may ask`);
    await socket.until(() => socket.connections === 1);
    const answers = (userId: string): string =>
      slack
        .ephemerals(userId)
        .map(({ text }) => text)
        .join('\n');

    socket.send(command(slack, people.olivia, 'whoami'));
    await eventually(() => answers(people.olivia)).toContain(owner);
    socket.send(command(slack, people.erin, 'request payments-prod 30m logs Primary steps down again'));
    await eventually(() => answers(people.erin)).toContain('Asked for support access to payments-prod');
    const { id } = slack.state.directory.channels().find(({ name }) => name === channelName) ?? expect.fail();
    const posted = (): string =>
      slack
        .messages(id)
        .map(({ text }) => text)
        .join('\n');
    await eventually(posted).toContain('asks for support access to payments-prod');

    socket.send(command(slack, people.olivia, 'grant ledger-prod 30m infrastructure Disk latency on the primary'));
    await eventually(() => terminal.printed).toMatch(
      /^Atlas: ledger-prod \(payments\) is open until \S+: infrastructure and all cluster logs\.$/m,
    );
    expect(await playing.switchboard.answer('show')).toContain('payments-prod (payments) holds no grant.');
    expect(await playing.switchboard.answer('close ledger-prod')).toBe('');
    expect(terminal.printed).toMatch(/^Atlas: ledger-prod \(payments\) holds no grant\.$/m);
    expect(await playing.switchboard.answer('close ledger-prod')).toBe(
      'Nothing changes: no cluster "ledger-prod" holds a grant.\n',
    );
    expect(await playing.switchboard.answer('block')).toBe('');
    expect(terminal.printed).toMatch(/^Atlas: support is blocked\.$/m);
    expect(await playing.switchboard.answer(' block ')).toBe('Nothing changes: support is blocked.\n');
    for (const [word, said] of [
      ['down', 'Atlas cannot be reached.\n'],
      ['down', 'Atlas cannot be reached.\n'],
      ['up', 'Atlas can be reached.\n'],
      ['up', 'Atlas can be reached.\n'],
      ['', ''],
    ] as const) {
      expect(await playing.switchboard.answer(word)).toBe(said);
    }
    expect(await playing.switchboard.answer('open sesame')).toMatch(/^Not understood: open\n {2}show /);
    expect(terminal.complained).not.toContain('"level":"error"');
  });

  it('does not start in a workspace that is not prepared, and says what to do', async () => {
    const { slack, environment } = await workspace();
    slack.removeBotFromChannel(environment.SLACK_CHANNEL_ID);
    const { terminal, playing } = await play(environment, [owner]);
    expect(playing).toBeUndefined();
    expect(terminal.complained).toContain(
      'The bot cannot start in this workspace: the set-up has to be mended first.\n  - ',
    );
    expect(terminal.complained).toContain('/invite @Portcullis');
  });
});

describe('what it needs', () => {
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-1-a', SLACK_APP_TOKEN: 'xapp-1-a', SLACK_CHANNEL_ID: 'C0123456789' };

  it.each([
    [
      'everything',
      {},
      [],
      ['SLACK_BOT_TOKEN is not set.', 'SLACK_APP_TOKEN is not set.', 'SLACK_CHANNEL_ID is not set.', 'Nobody is named'],
    ],
    ['an owner', tokens, [], ['Nobody is named to be an owner: --owner takes the e-mail address they have in Slack.']],
    ['an address', tokens, ['olivia'], ['--owner takes an e-mail address, not "olivia".']],
    [
      'a token',
      { ...tokens, SLACK_APP_TOKEN: ' ', SLACK_BOT_TOKEN: '', SLACK_BOT_TOKEN_FILE: '/none' },
      [owner],
      ['SLACK_APP_TOKEN is not set.'],
    ],
  ])('is told, with how to get it: %s', async (_what, environment, owners, sentences) => {
    const { terminal, playing } = await play(environment, owners);
    expect(playing).toBeUndefined();
    const list = terminal.complained.split('\n').filter((line) => line.startsWith('  - '));
    expect(list).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
    expect(terminal.complained).toContain('paste slack-app-manifest.yml');
    expect(terminal.complained).toContain('npm run sandbox -- --slack --owner you@example.com');
  });

  it('is what the settings say it is', async () => {
    const { terminal } = await play({ ...tokens, SLACK_BOT_TOKEN: '', SLACK_BOT_TOKEN_FILE: '/none' }, [owner]);
    expect(terminal.complained).toContain('  - SLACK_BOT_TOKEN_FILE names a file that does not exist.');
  });
});
