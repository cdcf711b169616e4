import type { Clock } from '../../clock.ts';
import { refusedBeforeCall } from '../calls/errors.ts';
import { type CallRecord, createExchange } from '../calls/exchange.ts';
import { createTokenSource } from '../calls/tokens.ts';
import { createTransport } from '../calls/transport.ts';
import type { Provider, ProviderCapabilities, ProviderError } from '../provider.ts';
import { closeAccess, listAccess, openAccess, readAccess } from './access.ts';
import { atlasAccessTypes } from './access-types.ts';
import { readAccessChange, readBlockChange, readStaffActivity } from './activity.ts';
import { createAtlasApi } from './api.ts';
import { readBlock, setBlock } from './block.ts';
import { CallBudget } from './call-budget.ts';
import { atlasChecks } from './checks.ts';
import { directory, readPerson } from './people.ts';
import { listProjects } from './projects.ts';
import { judgeAnswer } from './refusals.ts';
import { type Account, secretExpiries } from './service-account.ts';
import { listTargets } from './targets.ts';
import { type AtlasCredentials, basicAsIs } from './tokens.ts';

export interface AtlasProviderOptions {
  /** `https://cloud.mongodb.com`, or where the sandbox listens. Plain `http` is only taken for this machine. */
  readonly baseUrl: string;
  /** 24 lower-case hex digits. */
  readonly organizationId: string;
  /** The everyday account: Organization Member, and Project Support Access Manager on the projects. */
  readonly credentials: AtlasCredentials;
  /** An Organization Owner, used to switch the block and, when the set-up is checked, to read what it is. */
  readonly blockCredentials?: AtlasCredentials;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** Bounds each exchange with Atlas, in real time whatever the clock is. Default 8000. */
  readonly requestTimeoutMs?: number;
  readonly userAgent?: string;
  /** Receives each secret that comes into being here, before anything could log it. */
  readonly onSecret?: (secret: string) => void;
  readonly onCall?: (record: CallRecord) => void;
}

/** As sentences name it. */
const vendor = 'Atlas';
const defaultTimeoutMs = 8_000;
/** Enough for a page of 500 clusters with all their settings. */
const answerLimitBytes = 16 * 1024 * 1024;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The Atlas Administration API as a `Provider`. Throws at once on a base address that would send secrets in the clear. */
export function createAtlasProvider(options: AtlasProviderOptions): Provider {
  const { organizationId, clock } = options;
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const transport = createTransport({
    fetch: options.fetch ?? fetch,
    timeoutMs: options.requestTimeoutMs ?? defaultTimeoutMs,
    answerLimitBytes,
    userAgent: options.userAgent ?? 'portcullis',
  });
  const exchange = createExchange({ clock, judge: judgeAnswer, onCall: options.onCall });

  function accountOf(words: string, credentials: AtlasCredentials, budget: CallBudget): Account {
    const tokens = createTokenSource({
      tokenUrl: `${baseUrl}/api/oauth/token`,
      ...credentials,
      basicOf: basicAsIs,
      vendor,
      account: words,
      clock,
      transport,
      exchange,
      onSecret: options.onSecret,
    });
    const api = createAtlasApi({ baseUrl, account: words, tokens, transport, exchange, budget });
    return { words, api, credentials };
  }
  const budget = new CallBudget(clock);
  const everyday = accountOf('the service account', options.credentials, budget);
  const second =
    options.blockCredentials &&
    accountOf('the service account that switches the block', options.blockCredentials, new CallBudget(clock));
  const { api } = everyday;

  const capabilities: ProviderCapabilities = {
    accessTypes: atlasAccessTypes,
    minDurationMs: 30 * minuteMs,
    maxDurationMs: 24 * hourMs,
    defaultDurationMs: 24 * hourMs,
    hasBlock: true,
    canSetBlock: second !== undefined,
    hasDirectory: true,
    recordsStaff: true,
    blockUrl: `${baseUrl}/v2#/org/${organizationId}/settings/general`,
    targetsUrl: `${baseUrl}/v2#/org/${organizationId}/projects`,
    vendor: 'MongoDB Atlas',
    supportStaff: 'MongoDB support',
    targetNoun: { one: 'cluster', many: 'clusters', entered: 'infrastructure', group: 'project' },
    example: {
      target: 'orders-prod',
      reason: 'disk latency, support wants to see the servers',
      shortReason: 'disk is failing',
    },
    deciderRoles: { owner: ['ORG_OWNER'], projectDecider: ['GROUP_OWNER', 'GROUP_SUPPORT_ACCESS_MANAGER'] },
  };

  return {
    capabilities,
    listTargets: (signal) => listTargets(api, baseUrl, organizationId, signal),
    directory: (signal) => directory(api, organizationId, signal),
    readPerson: (email, projectId, signal) => readPerson(api, organizationId, email, projectId, signal),
    readBlock: async (signal) => ({ blocked: await readBlock(api, organizationId, signal) }),
    async setBlock(blocked, signal) {
      if (second === undefined) throw blockAccountMissing();
      await setBlock(second.api, organizationId, blocked, signal);
    },
    blockChangedBy: (blocked, since, signal) => readBlockChange(api, organizationId, blocked, since, signal),
    openAccess: (target, type, until, signal) => openAccess(api, target, type, until, signal),
    closeAccess: (target, signal) => closeAccess(api, target, signal),
    readAccess: (target, how) => readAccess(api, organizationId, target, clock, how),
    accessChangedBy: (target, since, signal) =>
      readAccessChange(api, target, since, options.credentials.clientId, signal),
    listProjects: (signal) => listProjects(api, organizationId, signal),
    listAccess: (project, signal) => listAccess(api, baseUrl, project, clock, signal),
    activity: (target, from, to, signal) => readStaffActivity(api, organizationId, target, from, to, signal),
    secretExpiries: (signal) =>
      secretExpiries([everyday, ...(second === undefined ? [] : [second])], organizationId, signal),
    checks: (about) => atlasChecks({ organizationId, everyday, budget, second, clock }, about),
  };
}

function blockAccountMissing(): ProviderError {
  return refusedBeforeCall(
    'block-account-missing',
    'Portcullis has no account that may switch the block. Nothing was changed. An organization owner can switch it in Atlas.',
  );
}

/** Credentials travel in a header: without TLS they would be readable by anybody in between. */
function checkedBaseUrl(baseUrl: string): string {
  const { protocol, hostname, origin } = new URL(baseUrl);
  const onThisMachine = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && onThisMachine)) return origin;
  throw new Error(`Atlas must be reached over https: ${origin}`);
}
