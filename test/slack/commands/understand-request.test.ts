import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/providers/provider.ts';
import { understandRequest } from '../../../src/slack/commands/understand-request.ts';
import { capabilities, infrastructure, logs } from '../messages/samples.ts';

const hour = 3_600_000;

const target = (projectName: string, name: string): Target => ({
  id: `${projectName}-id/${name}`,
  name,
  projectId: `${projectName}-id`,
  projectName,
  url: 'https://cloud.example/',
});
const orders = target('Shop', 'orders-prod');
const targets = [orders, target('Shop', 'staging'), target('Data', 'staging')];

const understand = (text: string) => understandRequest(text, targets, capabilities);

function draft(text: string) {
  const understood = understand(text);
  if (understood.kind !== 'draft') throw new Error('Everything was understood');
  return { ...understood.draft, warnings: understood.draft.warnings.map(({ words }) => words.text) };
}

describe('understandRequest', () => {
  it('takes what is complete, with the default duration when nothing is said', () => {
    expect(understand('orders-prod 4h logs Disk latency since noon')).toEqual({
      kind: 'complete',
      fields: {
        targetId: orders.id,
        type: logs,
        durationMs: 4 * hour,
        reason: 'Disk latency since noon',
        caseUrl: undefined,
      },
    });
    expect(understand('infrastructure orders-prod Disk latency since noon')).toMatchObject({
      kind: 'complete',
      fields: { type: infrastructure, durationMs: 24 * hour },
    });
  });

  it.each(['', 'orders-prod 4h Disk latency since noon', '4h logs disk latency since noon', 'orders-prod 4h logs'])(
    'leaves the rest of "%s" to the form, without a warning',
    (text) => {
      expect(draft(text).warnings).toEqual([]);
    },
  );

  it('takes a sentence for a reason', () => {
    expect(draft('disk is failing on the primary')).toEqual({
      target: undefined,
      type: undefined,
      durationMs: 24 * hour,
      reason: 'disk is failing on the primary',
      caseUrl: undefined,
      warnings: [],
      near: undefined,
    });
  });

  it('warns of a first word that looks like a cluster, and keeps it', () => {
    expect(draft('orders-prdo 4h logs Disk latency')).toMatchObject({
      reason: 'orders-prdo 4h logs Disk latency',
      near: 'orders-prdo',
      warnings: ['There is no cluster called “orders-prdo”. The nearest: orders-prod.'],
    });
    expect(draft('xyz-1 is slow').warnings).toEqual(['There is no cluster called “xyz-1”.']);
  });

  it('asks to choose where a name decides between no two', () => {
    expect(draft('staging 4h logs Disk latency since noon')).toMatchObject({
      target: undefined,
      near: 'staging',
      warnings: ['staging stands in several projects: Shop and Data. Choose one.'],
    });
  });

  it.each([
    ['orders-prod 0h logs', 'The duration has to be longer than nothing. Choose one from 30 min to 24 h.'],
    ['orders-prod 1.2.3h logs', 'The duration cannot be read. Choose one from 30 min to 24 h.'],
    ['orders-prod 29m logs', 'Choose a duration from 30 min to 24 h, for example 4h.'],
    ['orders-prod 25h logs', 'Choose a duration from 30 min to 24 h, for example 4h.'],
  ])('has the duration chosen anew: %s', (text, warning) => {
    expect(draft(`${text} Disk latency since noon`)).toMatchObject({ durationMs: undefined, warnings: [warning] });
  });

  it.each([
    ['slow', 'Say in at least 10 characters why support needs access.'],
    ['x'.repeat(501), 'Keep the reason to 500 characters; it has 501.'],
  ])('has the reason mended', (reason, warning) => {
    expect(draft(`orders-prod 4h logs ${reason}`)).toMatchObject({ reason, warnings: [warning] });
  });

  it('leaves an address that cannot be used in the reason', () => {
    const reason = `See https://support.example/${'7'.repeat(500)}`;
    expect(draft(`orders-prod 4h logs ${reason}`)).toMatchObject({ reason, caseUrl: undefined });
  });
});
