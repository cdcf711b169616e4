import { expect, it } from 'vitest';
import { extendModal } from '../../../src/slack/views/change-modal.ts';
import * as sample from '../messages/samples.ts';

it('no extension is offered where nothing on offer ends later', () => {
  const form = { alone: false, now: sample.after(5), blocked: false, offer: sample.capabilities };
  expect(extendModal(sample.active(), form, sample.capabilities)).toBeUndefined();
});
