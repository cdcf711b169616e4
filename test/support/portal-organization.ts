import { onTestFinished } from 'vitest';
import type { OrganizationConfig } from '../../src/config.ts';
import { portalSchema } from '../../src/providers/portal/portal-schema.ts';
import { people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type PortalEmulator, startPortal } from '../../src/sandbox/portal/server.ts';
import { type Harness, startHarness } from './harness.ts';

const bearer = 'portal-token-1';
process.env.TEST_PORTAL_ORGANIZATION_TOKEN = bearer;

/** A bot whose one organization is at a vendor without a block and without a directory, where days are asked for. */
export async function startPortalHarness(
  owners: readonly string[] = [people.olivia, people.oscar],
): Promise<Harness & { readonly portal: PortalEmulator }> {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const portal = await startPortal({ clock, tenants: ['prod', 'test'], credentials: { bearer } });
  onTestFinished(() => portal.close());
  const harness = await startHarness({ clock, instead: (atlas) => atPortal(atlas, portal.url, owners) });
  return Object.defineProperty(harness, 'portal', { value: portal }) as Harness & { readonly portal: PortalEmulator };
}

function atPortal(atlas: OrganizationConfig, url: string, owners: readonly string[]): OrganizationConfig {
  const address = `${url}/v1/tenants/{target.id}/support-access`;
  const settings = portalSchema.parse({
    vendor: 'Wardline',
    supportStaff: 'Wardline support',
    url: 'https://portal.wardline.example/settings',
    noun: 'tenant',
    targets: [
      { id: 'prod', name: 'Production' },
      { id: 'test', name: 'Testing' },
    ],
    push: {
      open: { method: 'PUT', url: address, json: { expiresAt: '{until}', level: '{type}' } },
      close: { method: 'DELETE', url: address },
      status: { url: address, open: '/supportAccess/enabled', until: '/supportAccess/expiresAt' },
      auth: { bearer: { env: 'TEST_PORTAL_ORGANIZATION_TOKEN' } },
      allowPrivate: ['127.0.0.1'],
    },
  });
  return { ...atlas, key: 'wardline', policy: { ...atlas.policy, owners }, provider: { kind: 'portal', settings } };
}
