import { describe, expect, it } from 'vitest';
import type { PageMessage, PageState, PageView } from '../../../../src/sandbox/page/protocol.ts';
import { beginStep, isLast, observe, type Progress, stepAt } from '../../../../src/sandbox/page/tour/progress.ts';
import { engineer, owner } from '../../../../src/sandbox/page/tour/step.ts';
import { steps } from '../../../../src/sandbox/page/tour/steps.ts';

interface Situation {
  readonly viewer?: string;
  readonly now?: string;
  readonly blocked?: boolean;
  readonly trouble?: PageState['atlas']['trouble'];
  /** Until when payments-prod is open. */
  readonly until?: string;
  readonly buttons?: readonly string[];
  readonly text?: string;
  readonly modal?: string;
  readonly home?: boolean;
  /** Whether the portal lets support in. */
  readonly portal?: boolean;
}

const view = (title: string): PageView => ({
  id: 'V1',
  view: { title: { type: 'plain_text', text: title } },
  state: {},
  errors: {},
});

function state(situation: Situation = {}): PageState {
  const { viewer = owner, now = '2026-03-02T09:00:00.000Z', blocked = false, trouble = 'none' } = situation;
  const { until, buttons = [], text = '', modal, home = false, portal = false } = situation;
  const message: PageMessage = {
    ts: '1',
    at: now,
    broadcast: false,
    author: 'Portcullis',
    isBot: true,
    edited: false,
    ephemeral: false,
    text,
    blocks: [{ type: 'actions', block_id: 'b', elements: buttons.map((action_id) => ({ type: 'button', action_id })) }],
  };
  const grant = until === undefined ? undefined : { type: 'LOGS', typeLabel: 'database logs only', until };
  return {
    revision: 1,
    clock: { now, running: false },
    people: [],
    viewer,
    conversations: [{ id: 'C1', kind: 'channel', name: 'support-access', unread: 0, messages: [message] }],
    home: home ? view('Home') : undefined,
    modals: modal === undefined ? [] : [view(modal)],
    atlas: {
      organization: 'Meridian Health',
      blocked,
      projects: [{ id: 'P1', name: 'payments', clusters: [{ name: 'payments-prod', grant }] }],
      trouble,
    },
    portal: {
      vendor: 'Shield',
      tenants: [
        {
          id: 't1',
          name: 'Production',
          on: portal ? { typeLabel: 'portal access', by: 'program' } : undefined,
          gate: { question: 'GET /v1/gate?target=t1', status: portal ? 204 : 403 },
        },
      ],
    },
    narration: [],
    busy: false,
    commands: [],
    shortcuts: [],
    names: {},
  };
}

const five = '2026-03-02T17:00:00.000Z';
const six = '2026-03-02T18:00:00.000Z';

/** The step of this number, from 1, after it was in these situations one after the other. */
function progressed(step: number, ...situations: readonly Situation[]): Progress {
  const [first, ...rest] = situations.map(state);
  return rest.reduce(observe, beginStep(step - 1, first ?? state()));
}

describe('a step of the tour is done', () => {
  it.each<readonly [step: number, what: string, situations: readonly Situation[]]>([
    [1, 'when Home was opened', [{}, { home: true }]],
    [2, 'when support is blocked', [{}, { blocked: true }]],
    [3, 'when a request waits', [{}, { buttons: ['approve-grant@meridian'] }]],
    [3, 'when somebody was faster and it is open', [{}, { until: five }]],
    [4, 'when a cluster is open', [{ buttons: ['approve-grant@meridian'] }, { until: five }]],
    [5, 'when the reminder is there', [{ until: five }, { until: five, buttons: ['let-grant-end@meridian'] }]],
    [6, 'when it ends later', [{ until: five }, { until: six }]],
    [6, 'when it has ended', [{ until: five }, {}]],
    [6, 'when somebody lets it end', [{ until: five }, { until: five, text: 'Erin lets it end: no more reminders.' }]],
    [7, 'when Atlas failed and answers again', [{}, { trouble: 'fail' }, {}]],
    [8, 'when the portal lets support in', [{}, { portal: true }]],
    [9, 'when the portal is brought up', [{ portal: true }, { portal: true, buttons: ['let-grant-end@shield'] }]],
    [10, 'when the portal keeps support out', [{ portal: true }, {}]],
    [11, 'when the history is open', [{}, { modal: 'Support access history' }]],
    [11, 'when everything was closed', [{}, { text: 'Lockdown: everything is closed, and support access is blocked' }]],
  ])('%i %s', (step, _, situations) => {
    expect(progressed(step, ...situations).done).toBe(true);
    expect(progressed(step, ...situations.slice(0, -1)).done).toBe(false);
  });
});

describe('the tour', () => {
  it('keeps what was done', () => {
    expect(progressed(2, {}, { blocked: true }, { blocked: false }).done).toBe(true);
  });

  it('begins anew after a reset', () => {
    const progress = progressed(6, { until: five }, { now: six });
    expect(observe(progress, state())).toEqual(beginStep(0, state()));
  });

  it('has eleven steps and stays within them', () => {
    expect(steps).toHaveLength(11);
    expect(isLast(progressed(11, {}))).toBe(true);
    expect(beginStep(11, state()).index).toBe(10);
    expect(beginStep(-1, state()).index).toBe(0);
  });
});

describe('the tour points at', () => {
  /** The controls of the step of this number, from 1. */
  function pointedAt(step: number, ...situations: readonly Situation[]): readonly string[] {
    const progress = progressed(step, ...situations);
    return stepAt(progress).pointer(state(situations.at(-1)), progress.start).at;
  }

  it.each<readonly [what: string, at: readonly string[], step: number, situations: readonly Situation[]]>([
    ['the owner, for the block', [`person:${owner}`], 2, [{ viewer: engineer }]],
    ['the block', ['action:block-organization@meridian', 'composer'], 2, [{ viewer: owner }]],
    ['nothing outside of the modal for it', [], 2, [{ modal: 'Block support access' }]],
    ['the engineer, for a request', [`person:${engineer}`], 3, [{ viewer: owner }]],
    ['the composer, for a request', ['composer'], 3, [{ viewer: engineer }]],
    ['the owner, for the approval', [`person:${owner}`], 4, [{ viewer: engineer }]],
    ['the button that approves', ['action:approve-grant@meridian'], 4, [{}]],
    ['the clock', ['clock-reminder'], 5, [{}]],
    [
      'the choices of the reminder',
      ['action:extend-grant@meridian', 'action:let-grant-end@meridian'],
      6,
      [{ until: five }],
    ],
    ['the trouble of Atlas', ['trouble'], 7, [{}]],
    [
      'what is open, while Atlas fails',
      ['action:revoke-grant@meridian'],
      7,
      [{}, { trouble: 'fail', buttons: ['revoke-grant@meridian'] }],
    ],
    [
      'the trouble again, once it was tried',
      ['trouble'],
      7,
      [{ trouble: 'fail', buttons: ['revoke-grant@meridian'], text: 'Closing payments-prod: not seen closed yet' }],
    ],
    ['the owner, for the portal', [`person:${owner}`], 8, [{ viewer: engineer }]],
    ['the channel of the portal', ['place:C0SHIELD01', 'composer'], 8, [{}]],
    ['nothing outside of the form for the portal', [], 8, [{ modal: 'Grant support access' }]],
    ['the clock, for days', ['clock-reminder'], 9, [{ portal: true }]],
    ['the button that disables', ['place:C0SHIELD01', 'action:revoke-grant@shield'], 10, [{ portal: true }]],
  ])('%s', (_, at, step, situations) => {
    expect(pointedAt(step, ...situations)).toEqual(at);
  });
});
