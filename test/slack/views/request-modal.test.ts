import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/providers/provider.ts';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { initialState } from '../../../src/sandbox/slack/inputs.ts';
import { objectsIn } from '../../../src/sandbox/slack/json.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import { say, shortened } from '../../../src/slack/messages/words.ts';
import {
  draftSoFar,
  type RequestDraft,
  type RequestModalContext,
  requestErrors,
  requestFields,
  requestModal,
  targetOptions,
} from '../../../src/slack/views/request-modal.ts';
import { active, ada, after, capabilities, logs, organization, requested } from '../messages/samples.ts';

const hour = 3_600_000;
const target: Target = {
  id: 'p1/orders-prod',
  name: 'orders-prod',
  projectId: 'p1',
  projectName: 'Shop',
  url: 'https://cloud.example/',
};

const form = (draft: Partial<RequestDraft> = {}, context: Partial<RequestModalContext> = {}) =>
  requestModal(
    { reason: '', warnings: [], ...draft },
    { organization: organization(true), targetCount: 12, approve: false, ...context },
    capabilities,
  );

/** What Slack sends back when nobody changes anything. */
const submitted = (view: ReturnType<typeof form>) => {
  const plain: unknown = JSON.parse(JSON.stringify(view.blocks));
  return { state: { values: JSON.parse(JSON.stringify(initialState(objectsIn(plain), {}))) } };
};

const read = (view: ReturnType<typeof form>): string =>
  renderAsText({ text: '', blocks: JSON.parse(JSON.stringify(view.blocks)) }, { now: after(0), names: (id) => id });

describe('requestModal', () => {
  it('says until when for whoever grants it now, once a duration is chosen', () => {
    const from = new Date('2026-03-02T09:00:00Z');
    expect(read(form({ durationMs: 3 * hour }, { approve: true, from }))).toContain(
      'Counted from the approval. Granted now, it lasts until 2026-03-02 12:00 UTC.',
    );
    expect(read(form({}, { approve: true, from }))).not.toContain('Granted now');
    expect(read(form({ durationMs: 3 * hour }))).not.toContain('Granted now');
  });

  it('gives back what it was given', () => {
    const type = capabilities.accessTypes.find(({ id }) => id === logs);
    const view = form({
      target,
      type,
      durationMs: 3 * hour,
      reason: 'Slow since noon',
      caseUrl: 'https://a.example/7',
    });
    expect(requestFields(submitted(view))).toEqual({
      targetId: target.id,
      type: logs,
      durationMs: 3 * hour,
      reason: 'Slow since noon',
      caseUrl: 'https://a.example/7',
    });
  });

  it('preselects the type that shows the least, and leaves open what has to be chosen', () => {
    expect(requestFields(submitted(form()))).toEqual({
      targetId: '',
      type: 'CLUSTER_DATABASE_LOGS',
      durationMs: 0,
      reason: '',
      caseUrl: undefined,
    });
  });

  it.each([
    [true, 'Support access is blocked: MongoDB support can enter only what a grant opens.'],
    [false, 'MongoDB support can enter the infrastructure of all 12 clusters anyway.'],
    [undefined, 'Whether support access is blocked has not been read yet.'],
  ])('says what it means while blocked is %s', (blocked, words) => {
    const text = read(form({}, { organization: organization(blocked) }));
    expect(text).toContain(words);
    expect(text.includes('cannot be approved until the organization is blocked')).toBe(blocked !== true);
  });

  it.each(capabilities.accessTypes)(
    'shows side by side what support can and cannot see with $keyword alone',
    (type) => {
      const view = form({ type });
      const fields = view.blocks.flatMap((block) => ('fields' in block ? (block.fields ?? []) : []));
      expect(fields.map(({ text }) => text.split('\n').slice(1))).toEqual(
        [type.canSee, type.cannotSee].map((items) => items.map((item) => `• ${item}`)),
      );
      const others = capabilities.accessTypes.filter(({ id }) => id !== type.id).flatMap(({ warnings }) => warnings);
      for (const warning of type.warnings) expect(read(view)).toContain(warning);
      for (const warning of others) expect(read(view)).not.toContain(warning);
    },
  );

  it('names the warnings at the top', () => {
    expect(read(form({ warnings: [{ field: 'target', words: say`No such ${'<cluster>'}.` }] }))).toMatch(
      /^.*No such <cluster>\./,
    );
  });

  it('names errors by the block that they belong to', () => {
    const blocks = form().blocks.map((block) => block.block_id);
    const errors = requestErrors(
      (['target', 'type', 'duration', 'reason', 'caseUrl'] as const).map((field) => ({ field, message: 'x' })),
      submitted(form()),
    );
    for (const block of Object.keys(errors)) expect(blocks).toContain(block);
    expect(Object.keys(errors)).toHaveLength(5);
  });

  it('offers no more than the policy leaves', () => {
    const offer = { ...capabilities, accessTypes: capabilities.accessTypes.slice(0, 1), maxDurationMs: 4 * hour };
    const type = capabilities.accessTypes.find(({ id }) => id === logs);
    const context = { organization: organization(true), targetCount: 12, approve: false };
    const draft = { type, durationMs: 8 * hour, ownDuration: '', reason: '', warnings: [] };
    const text = read(requestModal(draft, context, offer));
    expect(text).toContain(
      'Access: (•) Infrastructure and all cluster logs\nWith infrastructure and all cluster logs:',
    );
    expect(text).not.toContain('atabase logs only');
    expect(text).toContain('from 30 min to 4 h');
  });

  it("takes a duration of one's own, as it is typed", () => {
    for (const [ownDuration, durationMs] of [
      ['90m', 1.5 * hour],
      ['1h30m', 1.5 * hour],
      ['6 hours', 6 * hour],
      ['soon', 0],
      ['', 0],
    ] as const) {
      const view = submitted(form({ ownDuration }));
      expect(requestFields(view)).toMatchObject({ durationMs });
      expect(requestErrors([{ field: 'duration', message: 'x' }], view)).toEqual({ 'own-duration': 'x' });
    }
  });

  it('keeps everything while it is filled in, and only the warnings that still hold', () => {
    const warnings: RequestDraft['warnings'] = (['target', 'duration', 'reason'] as const).map((field) => ({
      field,
      words: say`About the ${field}.`,
    }));
    const kept = { warnings: [...warnings], near: 'orders' };
    const first = form({ ...kept, ownDuration: '3h', reason: 'Slow' });
    expect(draftSoFar(submitted(first), kept, capabilities)).toEqual({
      target: undefined,
      type: capabilities.accessTypes.find(({ id }) => id === logs),
      durationMs: undefined,
      ownDuration: '3h',
      reason: 'Slow',
      caseUrl: undefined,
      blockFirst: false,
      warnings: [warnings[0], warnings[2]],
      near: 'orders',
    });
    const filled = form({ target, durationMs: hour, reason: 'Slow since noon', caseUrl: 'https://a.example/7' });
    expect(draftSoFar(submitted(filled), kept, capabilities)).toMatchObject({
      target: { id: target.id },
      durationMs: hour,
      caseUrl: 'https://a.example/7',
      warnings: [],
    });
  });

  it('stays within the limits of Slack, whatever people type and clusters are called', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5_000 });
    fc.assert(
      fc.property(text, fc.string({ minLength: 1, maxLength: 200 }), fc.boolean(), (reason, name, approve) => {
        const holder = active({ name, reason });
        const request = requested({ name, reason, by: { ...ada, name: name || 'x' } });
        const view = form(
          {
            reason,
            ownDuration: reason,
            target: { ...target, name, projectName: name },
            near: reason,
            warnings: [{ field: 'reason', words: say`About ${shortened(reason)}.` }],
          },
          {
            approve,
            responseUrl: `https://hooks.slack.example/${'x'.repeat(200)}`,
            standing: { holder, requests: Array.from({ length: 9 }, () => request) },
          },
        );
        expect(problemsOfView(JSON.parse(JSON.stringify(view)), 'modal')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('targetOptions', () => {
  const many = Array.from({ length: 150 }, (_, index) => ({
    ...target,
    id: `p${index % 3}/c${index}`,
    name: `c${index}`,
    projectId: `p${index % 3}`,
    projectName: `Project ${index % 3}`,
  }));

  it('groups by project, at most 100 in all', () => {
    const answer = targetOptions(many);
    if (!('option_groups' in answer) || answer.option_groups === undefined) throw new Error('No groups');
    expect(answer.option_groups.map((group) => group.label.text)).toEqual(['Project 0', 'Project 1', 'Project 2']);
    expect(answer.option_groups.flatMap((group) => group.options)).toHaveLength(100);
    expect(answer.option_groups[1]?.options[0]).toMatchObject({ text: { text: 'c1' }, value: 'p1/c1' });
  });

  it('offers nothing in a form that Slack takes', () => {
    expect(targetOptions([])).toEqual({ options: [] });
  });
});
