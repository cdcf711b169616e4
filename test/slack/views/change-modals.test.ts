import { describe, expect, it } from 'vitest';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import { say } from '../../../src/slack/messages/words.ts';
import { changeTypeModal, chooseChangeModal, extendModal } from '../../../src/slack/views/change-modal.ts';
import { denyChangeModal } from '../../../src/slack/views/deny-modal.ts';
import { narrowModal } from '../../../src/slack/views/narrow-modal.ts';
import * as sample from '../messages/samples.ts';

const form = {
  alone: false,
  now: sample.after(65),
  blocked: false,
  responseUrl: 'https://hooks.slack.example/1',
  offer: sample.capabilities,
};
const longest = {
  name: 'c'.repeat(64),
  projectName: 'p'.repeat(64),
  reason: '😀'.repeat(500),
  caseUrl: `https://support.example/${'x'.repeat(470)}`,
  durationMs: 4 * 3_600_000,
};

type View = ReturnType<typeof changeTypeModal>;

function proposalOf(grant: ReturnType<typeof sample.proposed>) {
  if (grant.proposal === undefined) throw new Error('Nothing is proposed');
  return grant.proposal;
}

const modals = (asked: typeof longest | { durationMs: number }): [string, View | undefined][] => {
  const active = sample.active(asked);
  const waiting = sample.proposed(undefined, active);
  return [
    ['extend', extendModal(active, { ...form, warning: say`The duration cannot be read.` }, sample.capabilities)],
    ['change type', changeTypeModal(active, { ...form, alone: true }, sample.capabilities)],
    ['choose', chooseChangeModal([active, active], { kind: 'extend', durationMs: 3_600_000 })],
    ['deny change', denyChangeModal(waiting, proposalOf(waiting), sample.capabilities, {})],
    [
      'narrow',
      narrowModal(sample.requested(asked), { offer: sample.capabilities, offersBlock: true }, sample.capabilities),
    ],
  ];
};

describe('a modal that changes terms', () => {
  it.each(modals({ durationMs: 4 * 3_600_000 }))('%s, as its reader sees it', (_, view) => {
    expect(view).toBeDefined();
    const shown = JSON.parse(JSON.stringify(view));
    expect(
      renderAsText(
        { text: '', blocks: shown.blocks, title: shown.title, submit: shown.submit },
        { now: sample.after(65), names: (id) => id },
      ),
    ).toMatchSnapshot();
  });

  it.each(modals(longest))('%s stays within the limits of Slack with the longest names and texts', (_, view) => {
    expect(problemsOfView(JSON.parse(JSON.stringify(view)), 'modal')).toEqual([]);
  });

  it('offers no extension where nothing on offer ends later', () => {
    const day = sample.active();
    expect(extendModal(day, { ...form, now: sample.after(5) }, sample.capabilities)).toBeUndefined();
  });
});
