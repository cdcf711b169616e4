import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { chartSvg } from '../../src/reports/chart.ts';
import { chartModel } from '../../src/reports/chart-model.ts';
import { pngOf } from '../../src/reports/png.ts';
import {
  clusters,
  infrastructure,
  inOctober,
  opened,
  organizationWith,
  recorded,
  report,
  sync,
  vocabulary,
} from './samples.ts';

const long = 'a-cluster-whose-name-is-as-long-as-the-vendor-lets-it-be-in-prod';

/** What is looked at: each is left in `test-results/reports`. */
const pictures = {
  none: report([]),
  one: report([opened({ type: infrastructure, from: 200, to: 224, change: { activity: recorded(201, 203, 222) } })], {
    subject: 'payments-prod',
  }),
  eight: report(clusters(8), {
    organization: organizationWith([
      { at: -5, blocked: true },
      { at: 300, blocked: false },
      { at: 372, blocked: true },
    ]),
  }),
  sixty: report(clusters(60)),
  neighbours: report(
    [
      opened({ name: 'one-after-another', from: 100, to: 124 }),
      opened({ name: 'one-after-another', type: infrastructure, from: 124, to: 148 }),
      opened({ name: 'one-after-another', type: sync, from: 148, to: 172 }),
      opened({ name: 'half-hours', from: 300, to: 300.5 }),
      opened({ name: 'half-hours', type: infrastructure, from: 300.5, to: 301 }),
      opened({ name: 'half-hours', from: 310, to: 310.5 }),
      opened({
        name: 'changed-in-the-middle',
        from: 200,
        to: 248,
        change: {
          history: [
            { at: inOctober(224), action: 'changed-outside', actor: { kind: 'outside' }, to: 'active', detail: sync },
          ],
        },
      }),
      opened({ name: 'at-the-edges', from: -10, to: 4 }),
      opened({ name: 'at-the-edges', from: 743.5, to: 760 }),
      opened({ name: 'never-seen', from: 400, to: 420, change: { openedAt: undefined, state: 'failed' } }),
      opened({ name: 'of-another-kind', type: 'CLUSTER_EVERYTHING', from: 500, to: 520 }),
    ],
    { at: inOctober(744.2) },
  ),
  names: report(
    [
      opened({ name: long, from: 20, to: 44 }),
      opened({ name: long, project: 'a project with a long name too', from: 200, to: 224 }),
      opened({ name: 'MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM', from: 3, to: 27 }),
      opened({ name: 'i', from: 3, to: 27 }),
    ],
    { subject: `a project with a long name too/${long}` },
  ),
  'so-far': report([opened({ from: 200, to: 230, change: { endedAt: undefined, state: 'active' } })], {
    at: inOctober(215),
    organization: organizationWith([{ at: 120, blocked: true }]),
    timeZone: 'Europe/Berlin',
  }),
};

const directory = new URL('../../test-results/reports/', import.meta.url);

it.each(Object.entries(pictures))('%s', async (name, shown) => {
  const svg = chartSvg(chartModel(shown, vocabulary));
  const png = Buffer.from(await pngOf(svg));
  await mkdir(directory, { recursive: true });
  await writeFile(new URL(`${name}.png`, directory), png);
  await writeFile(new URL(`${name}.svg`, directory), svg);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(1280);
  const [, height = ''] = /height="(\d+)"/.exec(svg) ?? [];
  expect(png.readUInt32BE(20)).toBe(2 * Number(height));
});
