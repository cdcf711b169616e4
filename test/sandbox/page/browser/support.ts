import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Locator, type Page, type Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { sandboxPage } from '../../../../src/sandbox/page-server/bundle.ts';
import { startPageServer } from '../../../../src/sandbox/page-server/server.ts';

const browserNames = ['chromium', 'chromium-browser', 'google-chrome'];

const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Level A and AA of the Web Content Accessibility Guidelines, as axe-core tags its rules. */
const conformance = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The people whom the tests are; how the page names them. */
export type Name = 'Olivia' | 'Oscar' | 'Erin' | 'Dana' | 'Gus';

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Whether the tour runs when the page opens. */
  readonly tour?: boolean;
}

type Open = (options?: VisitOptions) => Promise<Visit>;

/** Tests in one browser; left out, with the reason printed, where there is none. */
export function inBrowser(name: string, define: (open: Open) => void): void {
  const executablePath = browserOnPath(process.env.PATH ?? '');
  if (executablePath === undefined) {
    process.stdout.write(`Skipped, because none of ${browserNames.join(', ')} is on the PATH: ${name}\n`);
  }
  describe.skipIf(executablePath === undefined)(name, { timeout: 240_000 }, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: browserArguments });
    });
    afterAll(async () => {
      await browser?.close();
    });
    define(async (options = {}) => {
      if (browser === undefined) throw new Error('The browser is not running');
      return openVisit(browser, options);
    });
  });
}

function browserOnPath(path: string): string | undefined {
  return browserNames
    .flatMap((name) => path.split(delimiter).map((directory) => join(directory, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A page of its own before a sandbox of its own, whose time stands still. What went wrong meanwhile fails the test. */
async function openVisit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { width = 1440, height = 900, dark = false, tour = false } = options;
  const problems: string[] = [];
  const server = await startPageServer({
    directory: sandboxPage.directory,
    port: 0,
    running: false,
    onError: (line) => void problems.push(`server: ${line}`),
  });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
    // Neither this zone nor this language changes what is read: the sandbox has its own.
    timezoneId: 'America/New_York',
  });
  // Moving hours is real work; on a machine that is busy with other things it takes its time.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const failed = watchFor(page, problems);
  onTestFinished(async () => {
    const found = [...problems, ...failed()];
    await context.close();
    await server.close();
    expect(found).toEqual([]);
  });
  // Only for the first time: a reload shows what the page itself has kept.
  await page.addInitScript(
    `localStorage.getItem('portcullis-tour') ?? localStorage.setItem('portcullis-tour', '${tour}')`,
  );
  await page.goto(server.url);
  await page.getByRole('heading', { name: '# support-access' }).waitFor();
  return new Visit(page);
}

/** Notes errors of the console and answers that are errors; returns what tells which requests got no answer. */
function watchFor(page: Page, problems: string[]): () => string[] {
  const failed: Request[] = [];
  const views: Request[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    if (isView(request)) views.push(request);
  });
  page.on('requestfailed', (request) => failed.push(request));
  // The view of whoever was looked at before is given up when somebody else takes the place.
  const isGivenUp = (request: Request): boolean =>
    isView(request) && request !== views.at(-1) && request.failure()?.errorText === 'net::ERR_ABORTED';
  return () =>
    failed
      .filter((request) => !isGivenUp(request))
      .map((request) => `${request.failure()?.errorText} ${request.method()} ${request.url()}`);
}

const isView = (request: Request): boolean => new URL(request.url()).pathname === '/api/events';

/** What somebody does at the page, in their words. */
export class Visit {
  readonly page: Page;
  readonly people: Locator;
  readonly places: Locator;
  readonly atlas: Locator;
  readonly portal: Locator;
  readonly clock: Locator;
  readonly narration: Locator;

  constructor(page: Page) {
    this.page = page;
    this.people = page.getByRole('region', { name: 'You are' });
    this.places = page.getByRole('navigation', { name: 'Conversations' });
    this.atlas = page.getByRole('region', { name: 'MongoDB Atlas' });
    this.portal = page.getByRole('region', { name: 'Shield', exact: true });
    this.clock = page.getByRole('region', { name: "The sandbox's clock" });
    this.narration = page.getByRole('region', { name: 'What just happened' });
  }

  /** Takes somebody's place. */
  async be(name: Name): Promise<void> {
    await this.people.getByRole('button', { name }).click();
    await this.people.getByRole('button', { name, pressed: true }).waitFor();
  }

  /** Goes to a conversation or to Home. */
  async goTo(place: string): Promise<void> {
    await this.places.getByRole('button', { name: place }).click();
    // Where there is room for one column, the list makes room for what was chosen.
    await this.page.locator('.rail-item[aria-current=page]', { hasText: place }).waitFor({ state: 'attached' });
  }

  get composer(): Locator {
    return this.page.getByRole('combobox', { name: /^Write to/ });
  }

  /** Types a line and sends it. */
  async types(line: string): Promise<void> {
    await this.composer.fill(line);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  /** The newest message with these words. */
  message(words: string | RegExp): Locator {
    return this.page.getByRole('article').filter({ hasText: words }).last();
  }

  dialog(title: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name: title, exact: true });
  }

  /** Opens the form of a request by its shortcut, for the organization at Atlas. */
  async opensForm(): Promise<void> {
    await this.page.getByRole('button', { name: 'Ask for support access', exact: true }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Meridian Health' }).click();
    await this.dialog('Ask for support access').getByRole('combobox', { name: 'Cluster' }).waitFor();
  }

  /** Presses a button in a message and confirms what it asks. */
  async confirms(message: Locator, button: string, confirm: string): Promise<void> {
    await message.getByRole('button', { name: button }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
  }

  /** Closes the modal in front. */
  async closes(title: string | RegExp): Promise<void> {
    await this.dialog(title).getByRole('button', { name: 'Close', exact: true }).click();
    await this.dialog(title).waitFor({ state: 'detached' });
  }

  /** Moves the clock by one of its buttons, and waits until everything that came due is done. */
  async moves(to: '1 minute' | '1 hour' | 'next reminder' | 'end'): Promise<void> {
    const name = to.startsWith('1') ? `by ${to}` : `to the ${to}`;
    const button = this.clock.getByRole('button', { name: `Move the clock ${name}` });
    await button.click();
    await button.and(this.page.locator('[aria-busy=false]')).waitFor();
    await this.rests();
  }

  /** Waits until Portcullis has nothing left to do. */
  async rests(): Promise<void> {
    await this.page.locator('.working[data-on]').waitFor({ state: 'detached' });
  }

  /** Blocks support access as an owner does, by command and modal. */
  async blocks(): Promise<void> {
    await this.types('/support-access block');
    await this.dialog('Block support access').getByRole('button', { name: 'Block' }).click();
    await says(this.dialog('Support access'), 'Support access is blocked for the organization');
    await this.closes('Support access');
    await sees(this.message('Support access is blocked for the organization'));
  }

  /** As Atlas has it. */
  cluster(name: string): Locator {
    return this.atlas.getByRole('listitem').filter({ hasText: name }).first();
  }

  /** A tenant's switch, as the portal has it. */
  tenant(name: string): Locator {
    return this.portal.getByRole('listitem').filter({ hasText: name }).first();
  }

  /** A gate in front of a tenant. */
  gate(name: string): Locator {
    return this.tenant(name).getByText('Its gate');
  }

  /** Nothing that stands on the page now keeps somebody out, in light and dark. */
  async isAccessible(): Promise<void> {
    await this.rests();
    const found = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      // The page has no frames; without that mode each look opens a page of its own.
      const axe = new AxeBuilder({ page: this.page }).setLegacyMode();
      // Only colours differ between the themes.
      const { violations } = await (colorScheme === 'light'
        ? axe.withTags(conformance)
        : axe.withRules(['color-contrast'])
      ).analyze();
      for (const { id, nodes } of violations) {
        found.push(`${colorScheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`);
      }
    }
    expect(found).toEqual([]);
    await this.page.emulateMedia({ colorScheme: 'light' });
  }
}

/** Waits until it is in sight. */
export async function sees(...places: readonly Locator[]): Promise<void> {
  for (const place of places) await place.waitFor();
}

/** Waits until a place says these words. */
export async function says(place: Locator, words: string | RegExp): Promise<void> {
  await place.filter({ hasText: words }).first().waitFor();
}
