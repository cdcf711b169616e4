import type { Db } from 'mongodb';
import type { Clock } from './clock.ts';
import { type AtlasConfig, type OrganizationConfig, organizationIdOf, type PortalConfig } from './config.ts';
import { heldByRecord } from './grants/held-by-record.ts';
import { slotFor } from './grants/ids.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createAtlasProvider } from './providers/atlas/atlas-provider.ts';
import type { AtlasCredentials } from './providers/atlas/tokens.ts';
import { observing } from './providers/observing.ts';
import { createPortalProvider } from './providers/portal/portal-provider.ts';
import type { Provider } from './providers/provider.ts';
import { readSecret } from './secret-source.ts';
import type { GrantStore } from './store/grants.ts';
import { PortalMemoryStore } from './store/portal-memory.ts';
import { observedFetch, type Reachability } from './work/reachability.ts';

interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly reachability: Reachability;
  readonly timeoutMs?: number;
  /** The organization's own. */
  readonly database: Db;
  readonly grants: GrantStore;
}

/** The system that enforces access for an organization. */
export function composeProvider(surroundings: Surroundings, config: OrganizationConfig): Provider {
  const provider = providerFor(surroundings, config);
  return config.mode === 'observe' ? observing(provider) : provider;
}

function providerFor(surroundings: Surroundings, organization: OrganizationConfig): Provider {
  const { provider } = organization;
  switch (provider.kind) {
    case 'atlas':
      return atlasProvider(surroundings, provider);
    case 'portal':
      return portalProvider(surroundings, provider, organizationIdOf(organization));
  }
}

function atlasProvider({ clock, log, metrics, reachability, timeoutMs }: Surroundings, config: AtlasConfig): Provider {
  const { baseUrl, organizationId, block } = config;
  return createAtlasProvider({
    baseUrl,
    organizationId,
    credentials: credentialsOf(config),
    blockCredentials: block && credentialsOf(block),
    clock,
    fetch: observedFetch(reachability),
    requestTimeoutMs: timeoutMs,
    onSecret: (secret) => log.registerSecret(secret),
    onCall: (call) => {
      metrics.called({ ...call, to: 'atlas' });
      log.debug(call, 'Atlas call');
    },
  });
}

function portalProvider(
  { clock, log, metrics, reachability, timeoutMs, database, grants }: Surroundings,
  { settings }: PortalConfig,
  organizationId: string,
): Provider {
  return createPortalProvider({
    portal: settings,
    memory: new PortalMemoryStore(database),
    heldByRecord: async (targetId) => heldByRecord(await grants.bySlot(slotFor(organizationId, targetId)), clock.now()),
    clock,
    requestTimeoutMs: timeoutMs,
    onSecret: (secret) => log.registerSecret(secret),
    onCall: (call) => {
      // It makes its calls itself, as no other address may be reached: an answer that is not a 5xx shows that it is there.
      reachability.seen(call.status !== undefined && call.status < 500);
      metrics.called({ ...call, to: 'portal' });
      log.debug(call, 'Portal call');
    },
  });
}

function credentialsOf({ clientId, clientSecret }: NonNullable<AtlasConfig['block']>): AtlasCredentials {
  return { clientId, clientSecret: () => readSecret(clientSecret) };
}
