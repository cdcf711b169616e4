import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inBrowser, says, sees, type Visit } from './support.ts';

const isKept = process.env.SCREENSHOTS !== undefined;
const directory = isKept
  ? join(import.meta.dirname, '..', 'screenshots')
  : join(import.meta.dirname, '../../../../test-results/screenshots');

const frames = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 360, height: 740 },
] as const;

const widths = [360, 768, 1440];

async function column(visit: Visit, name: 'People' | 'Conversation' | 'Atlas' | 'Shield'): Promise<void> {
  const tab = visit.page.getByRole('navigation', { name: 'Columns' }).getByRole('button', { name });
  if (await tab.isVisible()) await tab.click();
}

/** Each surface as somebody comes to it, one after the other. */
const surfaces: Readonly<Record<string, (visit: Visit) => Promise<void>>> = {
  async modal(visit) {
    await column(visit, 'People');
    await visit.be('Erin');
    await column(visit, 'Conversation');
    await visit.opensForm();
    const form = visit.dialog('Ask for support access');
    await form.getByRole('combobox', { name: 'Cluster' }).fill('payments-prod');
    await form.getByRole('option', { name: 'payments-prod' }).click();
    await form.getByRole('combobox', { name: 'Duration' }).selectOption('8 h');
    await form.getByRole('textbox', { name: 'Reason' }).fill('The primary steps down every few minutes since 08:20');
    await visit.rests();
  },
  async channel(visit) {
    await visit.dialog('Ask for support access').getByRole('button', { name: 'Ask', exact: true }).click();
    await visit.closes('Support access');
    await column(visit, 'People');
    await visit.be('Olivia');
    await column(visit, 'Conversation');
    await sees(visit.message('Erin Engineer asks for support access to payments-prod'));
    await visit.rests();
  },
  async countdown(visit) {
    await visit.confirms(visit.message('Erin Engineer asks'), 'Approve for 8 h', 'Approve');
    await sees(visit.message(/payments-prod is open.*Asked/s));
    await visit.rests();
    await visit.moves('next reminder');
    await sees(visit.message('payments-prod is open to MongoDB support for 4 h more'));
    await column(visit, 'Atlas');
    await says(visit.cluster('payments-prod'), '4 h left');
  },
  async portal(visit) {
    await column(visit, 'People');
    await visit.goTo('shield-access');
    await visit.types('/support-access grant Production 7d look Alerts of two sites have stopped arriving');
    await sees(visit.message(/Production is open to Shield support.*Asked by/s));
    await visit.rests();
    await column(visit, 'Shield');
    await says(visit.tenant('Production'), 'by Portcullis');
    await says(visit.gate('Production'), 'lets support in');
  },
  async home(visit) {
    await column(visit, 'People');
    await visit.goTo('Home');
    await sees(visit.page.getByRole('heading', { name: 'Open now' }).first());
    await visit.rests();
  },
};

/** What sticks out of the window, or out of a box that does not scroll sideways. */
const cutOff = `[...document.querySelectorAll('body *')]
  .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden, svg'))
  .filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < -1 || right > document.documentElement.clientWidth + 1);
  })
  .filter((element) => getComputedStyle(element).position !== 'fixed')
  .map((element) => element.outerHTML.slice(0, 120))`;

inBrowser('pictures of the page', (open) => {
  it.each(frames)('nothing is cut off, $name', async ({ name, width, height }) => {
    await mkdir(directory, { recursive: true });
    const visit = await open({ width, height });
    const { page } = visit;
    await column(visit, 'Conversation');
    await visit.blocks();
    for (const [surface, come] of Object.entries(surfaces)) {
      await come(visit);
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.screenshot({ path: join(directory, `${surface}-${theme}-${name}.png`) });
      }
      await page.emulateMedia({ colorScheme: 'light' });
      for (const other of name === 'wide' ? widths : []) {
        await page.setViewportSize({ width: other, height });
        expect(await page.evaluate(cutOff), `${surface} at ${other}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${surface} at ${other}`).toBe(other);
      }
      await page.setViewportSize({ width, height });
    }
  });
});
