import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/providers/provider.ts';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { initialState } from '../../../src/sandbox/slack/inputs.ts';
import { objectsIn } from '../../../src/sandbox/slack/json.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import { say } from '../../../src/slack/messages/words.ts';
import {
  type RequestDraft,
  type RequestModalContext,
  requestErrors,
  requestFields,
  requestModal,
  targetOptions,
} from '../../../src/slack/views/request-modal.ts';
import { after, capabilities, logs, organization } from '../messages/samples.ts';

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
    for (const type of capabilities.accessTypes) {
      for (const words of [...type.canSee, ...type.cannotSee, ...type.warnings]) expect(text).toContain(words);
    }
  });

  it('names the warnings at the top', () => {
    expect(read(form({ warnings: [say`No such ${'<cluster>'}.`] }))).toMatch(/^.*No such <cluster>\./);
  });

  it('names errors by the block that they belong to', () => {
    const blocks = form().blocks.map((block) => block.block_id);
    const errors = requestErrors(
      (['target', 'type', 'duration', 'reason', 'caseUrl'] as const).map((field) => ({ field, message: 'x' })),
    );
    for (const block of Object.keys(errors)) expect(blocks).toContain(block);
    expect(Object.keys(errors)).toHaveLength(5);
  });

  it('stays within the limits of Slack, whatever people type and clusters are called', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5_000 });
    fc.assert(
      fc.property(text, fc.string({ maxLength: 200 }), fc.boolean(), (reason, name, approve) => {
        const view = form(
          { reason, target: { ...target, name, projectName: name }, near: reason, warnings: [say`x`] },
          { approve, responseUrl: `https://hooks.slack.example/${'x'.repeat(200)}` },
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
