import { isDeepStrictEqual } from 'node:util';
import { onTestFinished } from 'vitest';
import type { PortalMemory, PortalRecall, PortalTerms } from '../../../src/providers/portal/memory.ts';
import { createPortalProvider, type PortalProviderOptions } from '../../../src/providers/portal/portal-provider.ts';
import { portalSchema } from '../../../src/providers/portal/portal-schema.ts';
import type { AccessReading } from '../../../src/providers/provider.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import { startPortal } from '../../../src/sandbox/portal/server.ts';

export const start = new Date('2026-03-01T12:00:00Z');
export const clientSecret = 'portal/secret+1';
export const bearerToken = 'static-token-1';
export const signingSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const target = { id: 'acme', name: 'Acme', projectId: 'Shield' };
const hourMs = 60 * 60_000;
/** In so many hours. */
export const inHours = (hours: number, from = start): Date => new Date(from.getTime() + hours * hourMs);

export class MapMemory implements PortalMemory {
  readonly known = new Map<string, PortalRecall>();

  async recall(targetId: string): Promise<PortalRecall> {
    return this.known.get(targetId) ?? {};
  }

  async keep(targetId: string, known: PortalRecall): Promise<void> {
    this.known.set(targetId, known);
  }

  async keepFound(targetId: string, found: PortalTerms): Promise<void> {
    this.known.set(targetId, { ...this.known.get(targetId), found });
  }

  async replace(targetId: string, before: PortalRecall, known: PortalRecall): Promise<void> {
    if (isDeepStrictEqual(this.known.get(targetId), before)) this.known.set(targetId, known);
  }
}

/** Of the switch, as a template. */
const addressOf = (url: string): string => `${url}/v1/tenants/{target.id}/support-access`;

/** As an organization's file has it, for a simulated portal at this address. */
export function settings(url: string, push: Record<string, unknown> = {}): Record<string, unknown> {
  const address = addressOf(url);
  return {
    vendor: 'Shield',
    supportStaff: 'Shield support',
    url: 'https://portal.shield.example/settings',
    targets: [
      { id: 'acme', name: 'Acme' },
      { id: 'globex/eu', name: 'Globex', project: 'Europe' },
    ],
    push: {
      open: { method: 'PUT', url: address, json: { expiresAt: '{until}', level: '{type}' } },
      close: { method: 'DELETE', url: address },
      status: { url: address, open: '/supportAccess/enabled', until: '/supportAccess/expiresAt' },
      auth: { oauth: { tokenUrl: `${url}/oauth/token`, clientId: 'acme bot', clientSecret: clientSecretReference } },
      allowPrivate: ['127.0.0.1'],
      ...push,
    },
  };
}

process.env.TEST_PORTAL_CLIENT_SECRET = clientSecret;
process.env.TEST_PORTAL_BEARER = bearerToken;
process.env.TEST_PORTAL_SIGNING_SECRET = signingSecret;
const clientSecretReference = { env: 'TEST_PORTAL_CLIENT_SECRET' };

/** A provider in front of a simulated portal; `push` changes what the configuration says of its calls, given the switch's address. */
export async function startPortalBench(
  push: (address: string) => Record<string, unknown> = () => ({}),
  options: Partial<PortalProviderOptions> & { roundsEndsToMs?: number } = {},
) {
  const { roundsEndsToMs, ...more } = options;
  const clock = new ManualClock(start);
  const portal = await startPortal({
    clock,
    tenants: ['acme', 'globex/eu'],
    credentials: { client: { id: 'acme bot', secret: clientSecret }, bearer: bearerToken, signingSecret },
    roundsEndsToMs,
  });
  onTestFinished(() => portal.close());
  const memory = new MapMemory();
  const secrets: string[] = [];
  const provider = createPortalProvider({
    portal: portalSchema.parse(settings(portal.url, push(addressOf(portal.url)))),
    memory,
    heldByRecord: async (): Promise<AccessReading> => ({ state: 'closed', targetExists: true }),
    clock,
    requestTimeoutMs: 2_000,
    onSecret: (secret) => secrets.push(secret),
    ...more,
  });
  return { clock, portal, provider, memory, secrets };
}
