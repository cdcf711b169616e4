import { createLogger, type Logger } from '../../log.ts';
import { type Demo, type GateAnswer, startDemo } from '../demo.ts';
import { shield } from '../demo-organizations.ts';
import type { AtlasTrouble, PageAct, PageOutcome } from '../page/protocol.ts';
import { longestMs as longestAtPortalMs, type PortalSwitches } from '../portal/switches.ts';
import type { Sandbox } from '../sandbox.ts';
import type { SeedUser } from '../slack/seed.ts';
import { Chronicle } from './chronicle.ts';
import { MessageTimes } from './message-times.ts';
import { ReadMarks } from './read-marks.ts';
import { type NextDue, Records } from './records.ts';
import { onReminder } from './reminders.ts';
import { troubleAtlas } from './trouble.ts';

const moveMs = { minute: 60_000, hour: 3_600_000 };
/** A longer way is gone in so many strides: nobody waits for every reading of a week. */
const exactMs = 12 * moveMs.hour;
const strides = 24;

/** Who changes things in the Atlas web interface. */
const inAtlas = { email: 'olivia.owner@meridian.example' };

export interface SceneOptions {
  /** Called after every change that the page may show. */
  readonly onChange: () => void;
  /** What the bot reports as an error, line by line. */
  readonly onError: (line: string) => void;
  /** The number of the first sentence of the narration: they count on through every reset. */
  readonly firstSentence: number;
}

/** One life of the sandbox, from a reset to the next, with what the page remembers of it. */
export class Scene {
  readonly sandbox: Sandbox;
  readonly #demo: Demo;
  readonly people: readonly SeedUser[];
  readonly times: MessageTimes;
  readonly marks = new ReadMarks();
  readonly chronicle: Chronicle;
  readonly #records: Records;
  readonly #log: Logger;
  readonly #onChange: () => void;
  #trouble: AtlasTrouble = 'none';
  #working = 0;
  #sweeping = false;

  private constructor(demo: Demo, parts: { log: Logger; chronicle: Chronicle; onChange: () => void }) {
    const { log, chronicle, onChange } = parts;
    const { sandbox, portal } = demo;
    const { slack, atlas, clock, config } = sandbox;
    this.#demo = demo;
    this.sandbox = sandbox;
    this.people = slack.state.directory.users().filter((user) => user.isBot !== true);
    this.times = new MessageTimes(slack.state.ledger, clock);
    this.chronicle = chronicle;
    this.#records = new Records(sandbox);
    this.#log = log;
    this.#onChange = onChange;
    const channels = config.organizations.map(({ channelId }) => channelId);
    onReminder(slack.state.ledger, channels, (grantId) => chronicle.tellReminder(grantId));
    slack.state.ledger.onChange(onChange);
    atlas.state.onEvent(onChange);
    portal.switches.onChange(onChange);
  }

  static async start({ onChange, onError, firstSentence }: SceneOptions): Promise<Scene> {
    const chronicle = new Chronicle({ firstSentence, onChange, onError });
    const log = sceneLog(chronicle, onError);
    const demo = await startDemo(log);
    const { sandbox } = demo;
    const scene = new Scene(demo, { log, chronicle, onChange });
    // A page needs a place to type in before the bot has written to anybody.
    for (const { id } of scene.people) await sandbox.workspace.person(id).opensDirectMessages();
    chronicle.begin({ clock: sandbox.clock, grant: (id) => scene.#records.grant(id) });
    chronicle.tell({ kind: 'start', organization: sandbox.atlas.state.name, blocked: sandbox.atlas.state.blocked });
    return scene;
  }

  get trouble(): AtlasTrouble {
    return this.#trouble;
  }

  get busy(): boolean {
    return this.#working > 0;
  }

  nextDue(): Promise<NextDue> {
    return this.#records.nextDue();
  }

  /** The switches of the portal. */
  get switches(): PortalSwitches {
    return this.#demo.portal.switches;
  }

  /** What a gate in front of a tenant is answered now. */
  askGate(tenant: string): Promise<GateAnswer> {
    return this.#demo.askGate(tenant);
  }

  read(person: string, conversation: string, upTo: string | undefined): void {
    if (upTo === undefined || !this.marks.isUnread(person, conversation, upTo)) return;
    this.marks.read(person, conversation, upTo);
    this.#onChange();
  }

  /** Shows that the bot works until `work` is done, and then until it is idle. */
  async working<T>(work: Promise<T>): Promise<T> {
    this.#working += 1;
    this.#onChange();
    try {
      return await work;
    } finally {
      void this.#settled();
    }
  }

  /** A second passes, and the bot does what comes due, unless it is still at what came due before. */
  async tick(): Promise<void> {
    const { bot, clock } = this.sandbox;
    clock.tick(1000);
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const due = await bot.nextDueAt();
      if (due !== undefined && due <= clock.now()) await this.working(bot.sweep());
    } catch (error) {
      this.#log.error({ err: error }, 'A sweep failed; the next one tries again');
    } finally {
      this.#sweeping = false;
    }
  }

  /** Lets time pass, everything that comes due at its own instant; `onStep` is called whenever something did. */
  async move(to: Extract<PageAct, { kind: 'clock' }>['to'], onStep: () => void): Promise<PageOutcome> {
    const { clock, atlas } = this.sandbox;
    const due = await this.nextDue();
    const now = clock.now().getTime();
    const until = {
      minute: now + moveMs.minute,
      hour: now + moveMs.hour,
      'next-reminder': due.reminder?.getTime(),
      'next-end': due.end?.getTime(),
    }[to];
    if (until === undefined) {
      return { ok: false, error: to === 'next-end' ? 'Nothing is open.' : 'No reminder is due.' };
    }
    this.chronicle.tell({ kind: 'clock', to, until: new Date(until) });
    // Hours go by in a moment, and so do the seconds for which Atlas lets callers wait.
    if (this.#trouble === 'slow') await troubleAtlas(atlas, 'none');
    try {
      await this.working(this.#moveTo(until, onStep));
    } finally {
      if (this.#trouble === 'slow') await troubleAtlas(atlas, 'slow');
    }
    return { ok: true };
  }

  /** Whatever is due on the way is done at its own instant. */
  async #moveTo(until: number, onStep: () => void): Promise<void> {
    for (let now = this.#now(); now < until; now = this.#now()) {
      const due = (await this.nextDue()).any?.getTime() ?? until;
      const ms = (due > now ? Math.min(due, until) : until) - now;
      await this.sandbox.advance(ms, { onStep, strideMs: ms > exactMs ? ms / strides : 0 });
    }
  }

  #now(): number {
    return this.sandbox.clock.now().getTime();
  }

  async troubleAtlas(trouble: AtlasTrouble): Promise<void> {
    this.#trouble = trouble;
    await troubleAtlas(this.sandbox.atlas, trouble);
    this.chronicle.tell({ kind: 'trouble', trouble });
  }

  switchBlock(blocked: boolean): PageOutcome {
    const { state } = this.sandbox.atlas;
    if (state.blocked === blocked) return { ok: false, error: `It is ${blocked ? 'blocked' : 'not blocked'} already.` };
    state.setBlocked(blocked, inAtlas);
    this.chronicle.tell({ kind: 'atlas-block', blocked });
    return { ok: true };
  }

  revokeInAtlas(projectId: string, cluster: string): PageOutcome {
    const { state } = this.sandbox.atlas;
    if (state.findGrant(projectId, cluster) === undefined)
      return { ok: false, error: `Nothing is open on ${cluster}.` };
    state.removeGrant(projectId, cluster, inAtlas);
    this.chronicle.tell({ kind: 'atlas-revoke', cluster });
    return { ok: true };
  }

  /** By hand, as long as the portal allows. */
  switchInPortal(tenantId: string, on: boolean): PageOutcome {
    const tenant = shield.tenants.find(({ id }) => id === tenantId);
    if (tenant === undefined) return { ok: false, error: `${shield.name} has no tenant ${tenantId}.` };
    const { name } = tenant;
    if (this.switches.status(tenantId).enabled === on) {
      return { ok: false, error: `The switch of ${name} is ${on ? 'on' : 'off'} already.` };
    }
    const [{ id: level }] = shield.accessTypes;
    if (on) this.switches.enable(tenantId, level, new Date(this.#now() + longestAtPortalMs));
    else this.switches.disable(tenantId);
    this.chronicle.tell({ kind: 'portal-switch', vendor: shield.name, tenant: name, on });
    return { ok: true };
  }

  visitAsSupport(projectId: string, cluster: string): PageOutcome {
    const { state } = this.sandbox.atlas;
    if (state.findGrant(projectId, cluster) === undefined)
      return { ok: false, error: `Nothing is open on ${cluster}.` };
    state.recordSupportActivity(projectId, cluster, 'SSH_KEY_NDS_HOST_ACCESS_GRANTED', { employee: 'employee-4711' });
    this.chronicle.tell({ kind: 'atlas-visit', cluster });
    return { ok: true };
  }

  async close(): Promise<void> {
    await troubleAtlas(this.sandbox.atlas, 'none');
    await this.#demo.close();
    await this.#records.close();
  }

  async #settled(): Promise<void> {
    try {
      await this.sandbox.idle();
    } catch {
      // The scene was closed meanwhile: there is no bot left to wait for.
    }
    this.#working -= 1;
    this.#onChange();
  }
}

/** Audit lines go into the narration, errors to whoever runs the sandbox. */
function sceneLog(chronicle: Chronicle, onError: (line: string) => void): Logger {
  return createLogger({
    level: 'error',
    destination: { write: (line) => void (chronicle.hears(line) || onError(line)) },
  });
}
