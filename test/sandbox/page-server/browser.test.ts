import { expect, it } from 'vitest';
import { openerFor } from '../../../src/sandbox/page-server/browser.ts';

it.each([
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', {}, undefined],
  ['linux', { DISPLAY: '' }, undefined],
  ['darwin', {}, 'open'],
  ['win32', {}, 'cmd'],
  ['darwin', { CI: 'true' }, undefined],
  ['darwin', { CI: '' }, 'open'],
] as const)('on %s with %j a page is opened by %s', (platform, environment, command) => {
  expect(openerFor(platform, environment)?.command).toBe(command);
});
