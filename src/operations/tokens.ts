import { randomBytes } from 'node:crypto';
import { nearestNames } from '../grants/nearest.ts';
import { type AccessToken, tokenHash, tokenPrefix } from '../grants/tokens.ts';
import type { LedgerContent } from '../ledger/entry.ts';
import type { TokenStore } from '../store/tokens.ts';
import type { OperationContext } from './context.ts';
import { targetsNamed } from './targets.ts';

type TokenContext = Pick<OperationContext, 'organizationId' | 'directories' | 'ledger' | 'log' | 'clock'>;

interface NewToken {
  readonly label: string;
  /** As they were typed; none for every target. */
  readonly targets: readonly string[];
  readonly expiresAt?: Date;
  readonly operator: string;
}

export type TokenCreated =
  /** `secret` is the token: it is known here and now, and never again. */
  | { readonly kind: 'created'; readonly token: AccessToken; readonly secret: string }
  | { readonly kind: 'unknown-target'; readonly word: string; readonly nearest: readonly string[] }
  | { readonly kind: 'ambiguous-target'; readonly word: string; readonly ids: readonly string[] }
  | { readonly kind: 'already-expired' };

/** An operator lets a program ask whether support may enter this organization's targets. */
export async function createToken(context: TokenContext, tokens: TokenStore, input: NewToken): Promise<TokenCreated> {
  const { organizationId, clock, log } = context;
  const { label, expiresAt, operator } = input;
  const now = clock.now();
  if (expiresAt !== undefined && expiresAt <= now) return { kind: 'already-expired' };
  const named = input.targets.length === 0 ? undefined : await targetIds(context, input.targets);
  if (named !== undefined && named.kind !== 'found') return named;
  const secret = `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
  log.registerSecret(secret);
  const hash = tokenHash(secret);
  const token: AccessToken = {
    _id: hash,
    schemaVersion: 1,
    id: `t-${hash.slice(0, 12)}`,
    label,
    organizationId,
    targets: named?.ids,
    createdAt: now,
    createdBy: operator,
    expiresAt,
  };
  // None is good for anything that the ledger does not tell of.
  await record(context, { action: 'create-token', token, operator, at: now });
  await tokens.insert(token);
  return { kind: 'created', token, secret };
}

export type TokenRevoked =
  | { readonly kind: 'revoked' | 'already-revoked'; readonly token: AccessToken }
  | { readonly kind: 'missing' };

/** An operator takes a token back. */
export async function revokeToken(
  context: TokenContext,
  tokens: TokenStore,
  { id, operator }: { readonly id: string; readonly operator: string },
): Promise<TokenRevoked> {
  const { organizationId, clock } = context;
  const found = await tokens.revoke({ organizationId, id }, { by: operator, now: clock.now() });
  if (found === undefined) return { kind: 'missing' };
  const { token, isNew } = found;
  const { revokedBy = operator, revokedAt = clock.now() } = token;
  // Whoever revoked it may have died before it was recorded; what was recorded is not recorded again.
  await record(context, { action: 'revoke-token', token, operator: revokedBy, at: revokedAt });
  return { kind: isNew ? 'revoked' : 'already-revoked', token };
}

interface Deed {
  readonly action: 'create-token' | 'revoke-token';
  readonly token: AccessToken;
  readonly operator: string;
  readonly at: Date;
}

async function record({ ledger, log, organizationId }: TokenContext, deed: Deed): Promise<void> {
  const { action, token, operator, at } = deed;
  const actor = { kind: 'operator', name: operator } as const;
  const entry: LedgerContent = {
    version: 1,
    organization: organizationId,
    at: at.toISOString(),
    actor,
    action,
    subject: { kind: 'token', id: token.id },
    after: action === 'create-token' ? factsOf(token) : undefined,
    source: `${token.id}#${action}`,
  };
  // After a lost reply the second time finds what the first has written.
  await ledger.append(entry).catch(() => ledger.append(entry));
  log.audit({ at, organizationId, action, outcome: 'done', actor, reason: `${token.id}: ${token.label}` });
}

const factsOf = ({ label, targets, expiresAt }: AccessToken): LedgerContent['after'] => ({
  label,
  ...(targets === undefined ? { everyTarget: true } : { targets: [...targets] }),
  ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
});

async function targetIds(
  { directories, organizationId }: TokenContext,
  words: readonly string[],
): Promise<
  | { readonly kind: 'found'; readonly ids: readonly string[] }
  | Extract<TokenCreated, { kind: 'unknown-target' | 'ambiguous-target' }>
> {
  const { targets } = await directories.get(organizationId);
  const ids = new Set<string>();
  for (const word of words) {
    const exact = targets.filter(({ id }) => id === word);
    const [found, ...others] = exact.length > 0 ? exact : targetsNamed(targets, word);
    if (found === undefined) {
      return {
        kind: 'unknown-target',
        word,
        nearest: nearestNames(
          word,
          targets.map(({ name }) => name),
        ),
      };
    }
    if (others.length > 0) return { kind: 'ambiguous-target', word, ids: [found, ...others].map(({ id }) => id) };
    ids.add(found.id);
  }
  return { kind: 'found', ids: [...ids] };
}
