import { type AccessToken, revokedWithinMs, tokenStanding } from '../grants/tokens.ts';
import { createToken, revokeToken } from '../operations/tokens.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, instantOf, parsed } from './command.ts';

export const tokenCommands: readonly Command[] = [
  {
    name: 'token create',
    takes: 'LABEL {--target NAME… | --every-target} [--expires INSTANT]',
    does: 'makes a token with which a program asks whether support may enter; it is shown once',
    more: `
LABEL is for people: what the token is for. It may ask about the targets that are named (by name, as project/name, or by id;
one after each --target), or about every target of the organization. It is written to standard output, and everything else
to standard error. Each token is entered in the ledger when it is made and when it is revoked.

  npm run --silent portcullis -- token create 'admin page' --target shop/payments-prod --expires 2027-01-01 > gate-token
`,
    run: create,
  },
  { name: 'token list', takes: '', does: 'shows what tokens there are, and when each was used last', run: list },
  {
    name: 'token revoke',
    takes: 'ID',
    does: `takes a token back: within ${revokedWithinMs / 1_000} seconds nothing is opened by it`,
    run: revoke,
  },
];

const longestLabel = 100;

async function create(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const options = {
    target: { type: 'string', multiple: true },
    'every-target': { type: 'boolean' },
    expires: { type: 'string' },
  } as const;
  const { values, positionals } = parsed(words, options, 1);
  const label = positionals[0]?.trim() ?? '';
  if (label === '') throw new CommandError(2, 'What is the token for? A label says it to whoever reads the list.');
  if (label.length > longestLabel || /\p{Cc}/u.test(label)) {
    throw new CommandError(2, `A label is one line of at most ${longestLabel} characters.`);
  }
  const targets = values.target ?? [];
  if (targets.length > 0 === (values['every-target'] ?? false)) {
    throw new CommandError(2, 'What may be asked about? Name it by --target, or say --every-target, and not both.');
  }
  const expiresAt = values.expires === undefined ? undefined : instantOf('--expires', values.expires);
  const { context, tokens, operator } = await io.connect();
  const outcome = await createToken(context, tokens, { label, targets, expiresAt, operator });
  switch (outcome.kind) {
    case 'created':
      await io.write(`${outcome.secret}\n`);
      io.complain(`This is the token. It is shown only now; \`token revoke ${outcome.token.id}\` takes it back.\n`);
      return 0;
    case 'already-expired':
      throw new CommandError(1, 'No token was made: it would have expired already.');
    case 'unknown-target': {
      const { word, nearest } = outcome;
      const like = nearest.length === 0 ? '' : ` Is it one of these: ${nearest.join(', ')}?`;
      throw new CommandError(1, `No token was made: nothing is called ${word}.${like}`);
    }
    case 'ambiguous-target':
      throw new CommandError(
        1,
        `No token was made: several are called ${outcome.word}. Name it by its id: ${outcome.ids.join(', ')}`,
      );
  }
}

async function list(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  parsed(words, {});
  const { context, tokens } = await io.connect();
  const found = await tokens.of(context.organizationId);
  const now = context.clock.now();
  await io.write(found.length === 0 ? 'No tokens yet.\n' : found.map((token) => tokenLine(token, now)).join(''));
  return 0;
}

function tokenLine(token: AccessToken, now: Date): string {
  const { id, label, targets, createdAt, createdBy, lastUsedAt } = token;
  const about = targets === undefined ? 'every target' : targets.join(', ');
  const used = lastUsedAt === undefined ? 'never used' : `last used within the hour after ${lastUsedAt.toISOString()}`;
  const made = `made by ${createdBy} ${createdAt.toISOString()}`;
  return `${id}  ${label}  about ${about}; ${standingOf(token, now)}; ${used}; ${made}\n`;
}

function standingOf(token: AccessToken, now: Date): string {
  const { expiresAt, revokedAt, revokedBy } = token;
  switch (tokenStanding(token, now)) {
    case 'good':
      return expiresAt === undefined ? 'good' : `good until ${expiresAt.toISOString()}`;
    case 'expired':
      return `expired ${expiresAt?.toISOString()}`;
    case 'revoked':
      return `revoked by ${revokedBy} ${revokedAt?.toISOString()}`;
  }
}

async function revoke(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [id] = parsed(words, {}, 1).positionals;
  if (id === undefined) throw new CommandError(2, 'Which token? `token list` shows their ids.');
  const { context, tokens, operator } = await io.connect();
  const outcome = await revokeToken(context, tokens, { id, operator });
  switch (outcome.kind) {
    case 'revoked':
      await io.write(
        `Revoked: within ${revokedWithinMs / 1_000} seconds nothing is opened by ${id}, ${outcome.token.label}.\n`,
      );
      return 0;
    case 'already-revoked':
      throw new CommandError(1, `Nothing was changed: ${id} was revoked before.`);
    case 'missing':
      throw new CommandError(1, `Nothing was changed: there is no token ${id}. \`token list\` shows their ids.`);
  }
}
