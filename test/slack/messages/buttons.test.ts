import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  approveButton,
  blockButton,
  buttonActions,
  cancelButton,
  confirmLinkButton,
  denyButton,
  endButton,
  letEndButton,
  parseGrantButton,
  parseLinkButton,
  revokeButton,
} from '../../../src/slack/messages/buttons.ts';
import * as sample from './samples.ts';

const grant = sample.requested();

describe('a button of a grant', () => {
  test.each([
    ['approve', approveButton(grant, sample.capabilities), 'Approve for 24 h'],
    ['deny', denyButton(grant), 'Deny'],
    ['revoke', revokeButton(grant, sample.capabilities), 'Revoke now'],
    ['revoke', endButton(grant, sample.capabilities), 'End access now'],
    ['cancel', cancelButton(grant), 'Cancel request'],
    ['letEnd', letEndButton(grant), 'Let it end'],
  ] as const)('%s carries the grant and the version of its terms', (name, button, label) => {
    expect(button.action_id).toBe(buttonActions[name]);
    expect(button.text.text).toBe(label);
    expect(parseGrantButton(button.value ?? '')).toEqual({ grantId: grant._id, termsVersion: 1 });
  });

  test('names the real duration', () => {
    const short = sample.requested({ durationMs: 90 * 60_000 });
    expect(approveButton(short, sample.capabilities).text.text).toBe('Approve for 1 h 30 min');
  });

  test.each([sample.infrastructure, sample.logs, sample.sync])('repeats the terms of %s before an approval', (type) => {
    const { confirm } = approveButton(sample.requested({ type }), sample.capabilities);
    expect(confirm?.text.text).toMatchSnapshot();
  });

  test.each([sample.infrastructure, sample.logs, sample.sync])('warns before %s is revoked', (type) => {
    const { confirm } = revokeButton(sample.requested({ type }), sample.capabilities);
    expect(confirm?.text.text).toMatchSnapshot();
  });

  test('leaves out warnings that do not fit, whole', () => {
    const long = sample.requested({ type: sample.sync, name: 'c'.repeat(64) });
    const text = approveButton(long, sample.capabilities).confirm?.text.text ?? '';
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).toContain('which may be sensitive.');
    expect(text).toMatch(/\.$/);
  });

  test('reads nothing from a value that no such button carries', () => {
    for (const value of ['', 'g-wy9ze471xk', 'g-wy9ze471xk:', 'g-wy9ze471xk:-1', 'x:1', 'g-wy9ze471xk:1:2']) {
      expect(parseGrantButton(value)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (value) => parseGrantButton(value) === undefined));
  });
});

describe('the other buttons', () => {
  test('a link is confirmed for one account and one person', () => {
    const link = { accountId: '64f0a1b2c3d4e5f600000301', slackId: 'UOLIVIA' };
    expect(parseLinkButton(confirmLinkButton(link).value ?? '')).toEqual(link);
    for (const value of ['', '|', 'a|', '|UOLIVIA', 'a|olivia', 'a']) expect(parseLinkButton(value)).toBeUndefined();
  });

  test('each has an action of its own', () => {
    expect(new Set(Object.values(buttonActions)).size).toBe(Object.keys(buttonActions).length);
    expect(blockButton().action_id).toBe(buttonActions.block);
  });
});
