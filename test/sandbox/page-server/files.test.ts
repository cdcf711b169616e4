import { expect, it } from 'vitest';
import { people } from '../../../src/sandbox/demo-workspace.ts';
import type { PageFile } from '../../../src/sandbox/page/protocol.ts';
import { startPage } from './page.ts';

it('serves the files of a message: pictures to be shown, tables to be kept, nothing else', async () => {
  const page = await startPage();
  const channel = (await page.state('erin')).conversations[0]?.id ?? '';
  await page.act({ kind: 'send', person: people.erin, conversation: channel, text: '/support-access report' });
  const filesShown = async (): Promise<readonly PageFile[]> =>
    (await page.state('erin')).conversations.flatMap(({ messages }) => messages.flatMap(({ files = [] }) => files));
  await expect.poll(filesShown, { interval: 100, timeout: 50_000 }).toHaveLength(2);
  const [picture, table] = await filesShown();
  expect([picture?.title, table?.title]).toEqual([
    expect.stringMatching(/^Support access in \w+ \d{4}$/),
    expect.stringMatching(/, as a table$/),
  ]);
  const shown = await fetch(`${page.url}files/${picture?.id}`);
  expect([shown.status, shown.headers.get('content-type'), shown.headers.get('content-disposition')]).toEqual([
    200,
    'image/png',
    'inline',
  ]);
  expect(
    Buffer.from(await shown.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  const kept = await fetch(`${page.url}files/${table?.id}`);
  expect(kept.headers.get('content-disposition')).toBe(`attachment; filename="${table?.name}"`);
  expect(await kept.text()).toMatch(/^what,cluster,/);
  expect((await fetch(`${page.url}files/F000`)).status).toBe(404);
  expect(page.errors).toEqual([]);
}, 60_000);
