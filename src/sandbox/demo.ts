import { randomBytes } from 'node:crypto';
import { compose } from '../compose.ts';
import type { Logger } from '../log.ts';
import { createToken } from '../operations/tokens.ts';
import { demoSeed } from './atlas/demo-seed.ts';
import { shield } from './demo-organizations.ts';
import { shieldOrganization } from './demo-shield.ts';
import { demoWorkspace, people } from './demo-workspace.ts';
import { ManualClock } from './manual-clock.ts';
import { type PortalEmulator, startPortal } from './portal/server.ts';
import { Sandbox } from './sandbox.ts';

/** A question of a gate in front of a tenant, and what it was answered. */
export interface GateAnswer {
  /** For example `GET /v1/gate?target=production`. */
  readonly question: string;
  /** 204 lets support in; everything else keeps it out. */
  readonly status: number;
}

/** What is there to play with: the sandbox with an organization at Atlas and one at a vendor's portal, and a gate that asks. */
export interface Demo {
  readonly sandbox: Sandbox;
  readonly portal: PortalEmulator;
  /** Asks the bot's decision API, as a gate in front of the tenant does. */
  askGate(tenant: string): Promise<GateAnswer>;
  close(): Promise<void>;
}

const slackSeed = {
  ...demoWorkspace,
  channels: [
    ...demoWorkspace.channels,
    {
      id: shield.channel,
      name: shield.channelName,
      members: [people.olivia, people.oscar, people.erin, people.sam],
      botIsMember: true,
    },
  ],
};

/** It starts in an organization that Atlas's support can still enter, with a portal whose switches are off. */
export async function startDemo(log: Logger): Promise<Demo> {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const client = { id: 'meridian', secret: randomBytes(16).toString('base64url') };
  const tenants = shield.tenants.map(({ id }) => id);
  const portal = await startPortal({ clock, tenants, credentials: { client } });
  const account = { url: portal.url, clientId: client.id, clientSecret: client.secret };
  const sandbox = await Sandbox.start({
    log,
    clock,
    atlasSeed: { ...demoSeed, blocked: false },
    slackSeed,
    settings: { DECISION_PORT: '0' },
    further: (records) => [shieldOrganization(account, records)],
  });
  const headers = { authorization: `Bearer ${await gateToken(sandbox, log)}` };
  return {
    sandbox,
    portal,
    async askGate(tenant) {
      const path = `/v1/gate?${new URLSearchParams({ target: tenant })}`;
      const { status } = await fetch(`http://127.0.0.1:${sandbox.bot.decisionPort}${path}`, { headers });
      return { question: `GET ${path}`, status };
    },
    async close() {
      await sandbox.close();
      await portal.close();
    },
  };
}

/** As an operator makes one on the command line. */
async function gateToken({ config, clock }: Sandbox, log: Logger): Promise<string> {
  const { organizations, tokens, client } = compose({ config, clock, log });
  try {
    const context = organizations.find(({ config: { key } }) => key === shield.key)?.context;
    if (context === undefined) throw new Error(`There is no organization ${shield.key}`);
    const created = await createToken(context, tokens, { label: 'The gate', targets: [], operator: 'sandbox' });
    if (created.kind !== 'created') throw new Error(`No token for the gate: ${created.kind}`);
    return created.secret;
  } finally {
    await client.close();
  }
}
