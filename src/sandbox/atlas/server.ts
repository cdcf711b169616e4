import { createEmulator } from 'emulate';
import type { Clock } from '../../clock.ts';
import { AccessTokens, basicCredentials, bearerToken } from './access-tokens.ts';
import { defineAtlas } from './api.ts';
import { type AtlasFault, type AtlasFaultHandle, FaultBoard } from './faults.ts';
import { type AtlasCallRecord, Front } from './front.ts';
import { AtlasOrganization } from './organization.ts';
import type { AtlasEndpointSet, AtlasRateLimit } from './rate-limiter.ts';
import { type AtlasSeed, dataFromSeed } from './seed.ts';

/** A simulated Atlas that listens on 127.0.0.1. */
export interface AtlasEmulator {
  /** Without a path, as `https://cloud.mongodb.com` is. */
  readonly url: string;
  /** Live; its methods change it as somebody in the Atlas web interface would. */
  readonly state: AtlasOrganization;
  /** Every request received, oldest first. */
  readonly calls: readonly AtlasCallRecord[];
  addFault(fault: AtlasFault): AtlasFaultHandle;
  clearFaults(): void;
  /** Refuses connections and ends the open ones. */
  down(): Promise<void>;
  /** Accepts connections again, on the same port. */
  up(): Promise<void>;
  /** Back to the seed: no faults, no calls, no tokens, full rate limits. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a simulated Atlas Administration API with the calls that support access needs. Tokens, grants and events go by
 * `clock`. Without `rateLimits` no call is limited.
 */
export async function startAtlas(options: {
  clock: Clock;
  seed: AtlasSeed;
  rateLimits?: Partial<Record<AtlasEndpointSet, AtlasRateLimit>>;
}): Promise<AtlasEmulator> {
  const { clock, seed, rateLimits = {} } = options;
  const organization = new AtlasOrganization(clock, dataFromSeed(seed, clock.now()));
  const tokens = new AccessTokens(clock);
  const service = defineAtlas({ clock, seed, organization, tokens, rateLimits });
  const runtime = await createEmulator({ service, listen: false });
  const faults = new FaultBoard();
  const front = new Front({
    answer: (request) => runtime.fetch(request),
    clientOf: (authorization) =>
      basicCredentials(authorization)?.clientId ?? tokens.ownerOf(bearerToken(authorization) ?? ''),
    now: () => clock.now(),
    faults,
  });
  await front.listen();
  return {
    get url() {
      return front.url;
    },
    state: organization,
    get calls() {
      return front.calls;
    },
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    down: () => front.stop(),
    up: () => front.listen(),
    async reset() {
      faults.clear();
      await runtime.reset();
      front.forgetCalls();
    },
    async close() {
      faults.clear();
      await front.stop();
      await runtime.close();
    },
  };
}
