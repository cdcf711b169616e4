import { shield } from '../demo-organizations.ts';
import type { PagePortal } from '../page/protocol.ts';
import { accessLabel } from './access-label.ts';
import type { Scene } from './scene.ts';

/** The portal's switches, and what a gate in front of each tenant is answered now. */
export async function pagePortal(scene: Scene): Promise<PagePortal> {
  const tenants = shield.tenants.map(async ({ id, name }) => {
    const gate = await scene.askGate(id);
    const on = scene.switches.switchedOn(id);
    if (on === undefined) return { id, name, gate };
    const { level, until, by } = on;
    return { id, name, gate, on: { typeLabel: accessLabel(level), until: until?.toISOString(), by } };
  });
  return { vendor: shield.name, tenants: await Promise.all(tenants) };
}
