import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { refusedBeforeCall } from '../calls/errors.ts';
import { type CallRecord, createExchange } from '../calls/exchange.ts';
import { createGuardedFetch } from '../calls/guarded-fetch.ts';
import { createTransport } from '../calls/transport.ts';
import type { AccessReading, Project, Provider, ProviderCapabilities, Target, TargetRef } from '../provider.ts';
import { createAuthorization } from './authorization.ts';
import { portalChecks } from './checks.ts';
import type { PortalMemory } from './memory.ts';
import { createPortalCalls } from './portal-calls.ts';
import type { PortalSettings } from './portal-schema.ts';
import type { PortalPush } from './push-schema.ts';
import { PushedAccess } from './pushed-access.ts';
import { judgeAnswer } from './refusals.ts';

export interface PortalProviderOptions {
  readonly portal: PortalSettings;
  /** What was asked of the portal, for what it cannot tell itself. */
  readonly memory: PortalMemory;
  /** What the records say is open on a target, for a portal that is only answered. May reject as the store does. */
  readonly heldByRecord: (targetId: string) => Promise<AccessReading>;
  readonly clock: Clock;
  /** Bounds each exchange with the portal, in real time whatever the clock is. Default 8000. */
  readonly requestTimeoutMs?: number;
  readonly userAgent?: string;
  /** Receives each secret that comes into being here, before anything could log it. */
  readonly onSecret?: (secret: string) => void;
  readonly onCall?: (record: CallRecord) => void;
}

const defaultTimeoutMs = 8_000;
const answerLimitBytes = 1024 * 1024;
const account = 'the account of Portcullis';
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** Targets that are read at once. */
const readAtOnce = 4;

/** Where access is switched, and read. */
interface Enforcement extends Pick<PushedAccess, 'open' | 'close' | 'read'> {}

/** A vendor's portal with a switch of its own for support access, as its configuration describes it. */
export function createPortalProvider(options: PortalProviderOptions): Provider {
  const { portal } = options;
  const targets = portal.targets.map((target): Target => {
    const project = target.project ?? portal.vendor;
    return { id: target.id, name: target.name, projectId: project, projectName: target.project ?? '', url: portal.url };
  });
  const projects = [...new Set(targets.map(({ projectId }) => projectId))].map((id): Project => ({ id, name: id }));
  const pushed = portal.push && pushing(options, portal.push);
  const enforcement = pushed?.access ?? answering(options);

  const readAccess = (target: TargetRef, how: { toClose?: boolean; signal?: AbortSignal } = {}) =>
    enforcement.read(target, { toClose: how.toClose === true, signal: how.signal });

  const capabilities: ProviderCapabilities = {
    accessTypes: portal.accessTypes,
    minDurationMs: portal.duration.shortest,
    maxDurationMs: portal.duration.longest,
    defaultDurationMs: portal.duration.default,
    remindBeforeMs: [dayMs, 2 * hourMs],
    hasBlock: false,
    canSetBlock: false,
    hasDirectory: false,
    recordsStaff: false,
    blockUrl: portal.url,
    targetsUrl: portal.url,
    vendor: portal.vendor,
    supportStaff: portal.supportStaff,
    targetNoun: portal.targets.some(({ project }) => project !== undefined)
      ? { ...portal.noun, group: 'project' }
      : portal.noun,
    closeVerb: portal.closeVerb,
    deciderRoles: { owner: [], projectDecider: [] },
  };

  return {
    capabilities,
    listTargets: async () => targets,
    directory: async () => [],
    readPerson: async () => undefined,
    readBlock: async () => {
      throw withoutBlock();
    },
    setBlock: async () => {
      throw withoutBlock();
    },
    blockChangedBy: async () => undefined,
    openAccess: (target, type, until, signal) => enforcement.open(target, type, until, signal),
    closeAccess: (target, signal) => enforcement.close(target, signal),
    readAccess,
    accessChangedBy: async () => undefined,
    listProjects: async () => projects,
    async listAccess(project, signal) {
      const left = targets.filter(({ projectId }) => projectId === project.id);
      const held: { target: Target; reading: AccessReading }[] = [];
      while (left.length > 0) {
        const some = left.splice(0, readAtOnce);
        held.push(
          ...(await Promise.all(
            some.map(async (target) => ({ target, reading: await readAccess(target, { signal }) })),
          )),
        );
      }
      return held;
    },
    activity: async () => [],
    secretExpiries: async () => [],
    checks: () => ({
      everyday: portalChecks({ vendor: portal.vendor, targets, pushed, pull: portal.pull }),
      second: [],
    }),
  };
}

function pushing(
  { portal, memory, clock, requestTimeoutMs, userAgent, onSecret, onCall }: PortalProviderOptions,
  push: PortalPush,
) {
  const { vendor, accessTypes, duration } = portal;
  const transport = createTransport({
    fetch: createGuardedFetch(push.allowPrivate),
    timeoutMs: requestTimeoutMs ?? defaultTimeoutMs,
    answerLimitBytes,
    userAgent: userAgent ?? 'portcullis',
  });
  const exchange = createExchange({ clock, judge: judgeAnswer, onCall });
  const authorize = createAuthorization({ auth: push.auth, vendor, account, clock, transport, exchange, onSecret });
  const calls = createPortalCalls({
    push,
    accessTypes,
    vendor,
    account,
    authorize,
    transport,
    exchange,
    newId: randomUUID,
  });
  const access = new PushedAccess({
    push,
    accessTypes,
    longestMs: duration.longest,
    calls,
    memory,
    clock,
    newKey: randomUUID,
  });
  return { push, calls, access };
}

/** A portal that asks is answered from the records: what they say is what is held, and nothing is sent. */
const answering = ({ heldByRecord }: PortalProviderOptions): Enforcement => ({
  open: async () => {},
  close: async () => {},
  read: ({ id }) => heldByRecord(id),
});

const withoutBlock = () => refusedBeforeCall('invalid', 'This portal has no block: there is nothing to switch.');
