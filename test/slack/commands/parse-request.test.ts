import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessType } from '../../../src/grants/access-types.ts';
import { parseRequestText } from '../../../src/slack/commands/parse-request.ts';

const hour = 3_600_000;

const type = (keyword: string): AccessType => ({
  id: keyword.toUpperCase(),
  keyword,
  label: keyword,
  canSee: [],
  cannotSee: [],
  rank: 1,
  needsBlock: false,
  warnings: [],
  revokeWarnings: [],
});
const infrastructure = type('infrastructure');
const logs = type('logs');

const target = (projectId: string, projectName: string, name: string) => ({
  id: `${projectId}/${name}`,
  name,
  projectName,
});
const web = target('p1', 'Shop', 'web-1');
const api = target('p1', 'Shop', 'api');
const otherApi = target('p2', 'Data Platform', 'api');
const upper = target('p2', 'Data Platform', 'Report');
const lower = target('p3', 'Old', 'report');
const disks = target('p3', 'Old', 'disk-1');
const known = { targets: [web, api, otherApi, upper, lower, disks], accessTypes: [infrastructure, logs] };

const parse = (text: string) => parseRequestText(text, known);

describe('parseRequestText', () => {
  it('reads cluster, duration, type and reason', () => {
    expect(parse('web-1 4h logs Disk is failing')).toEqual({
      target: web,
      durationMs: 4 * hour,
      type: logs,
      reason: 'Disk is failing',
    });
  });

  it.each([
    'logs 4h web-1 x',
    '4h WEB-1 Logs x',
    'web-1 logs 4 hours x',
    '  web-1\u00a04h\nlogs  x ',
    '“web-1” "4h" `logs` x',
    'Shop/web-1 4h logs x',
    'p1/web-1 4h logs x',
  ])('takes the parts in any order and dress: %s', (text) => {
    expect(parse(text)).toMatchObject({ target: web, durationMs: 4 * hour, type: logs, reason: 'x' });
  });

  it.each([
    'disk is failing',
    'web-1x is slow',
    'web-1, is slow',
    '"web-1 is slow" says the monitor',
    'web is slow',
    'is web-1 slow?',
    '500 errors since noon',
    '3rd attempt logs',
    '500s since noon',
    'infra please',
    '',
  ])('takes all of "%s" for the reason', (text) => {
    expect(parse(text)).toEqual({ reason: text });
  });

  it('begins the reason with a second part of the same kind', () => {
    expect(parse('web-1 api times out')).toEqual({ target: web, reason: 'api times out' });
    expect(parse('4h 30m is not enough')).toEqual({ durationMs: 4 * hour, reason: '30m is not enough' });
    expect(parse('logs infrastructure unclear')).toEqual({ type: logs, reason: 'infrastructure unclear' });
    expect(parse('web-1 is slow 4h logs')).toEqual({ target: web, reason: 'is slow 4h logs' });
  });

  it('offers the clusters among which a name does not decide', () => {
    expect(parse('api 4h Times out')).toEqual({
      candidates: [api, otherApi],
      durationMs: 4 * hour,
      reason: 'Times out',
    });
    expect(parse('api web-1 slow')).toEqual({ candidates: [api, otherApi], reason: 'web-1 slow' });
  });

  it('decides by the project, spaces in its name included', () => {
    expect(parse('data platform/API 4h x')).toEqual({ target: otherApi, durationMs: 4 * hour, reason: 'x' });
    expect(parse('"Data  Platform/api" x')).toEqual({ target: otherApi, reason: 'x' });
  });

  it('takes the longest name, where that of a project begins with that of a cluster', () => {
    const longer = target('p4', 'web-1 and friends', 'db');
    const parsed = parseRequestText('web-1 and friends/db is slow', { ...known, targets: [web, longer] });
    expect(parsed).toEqual({ target: longer, reason: 'is slow' });
  });

  it('decides by letter case where nothing else does', () => {
    expect(parse('Report x').target).toBe(upper);
    expect(parse('report x').target).toBe(lower);
    expect(parse('REPORT x').candidates).toEqual([upper, lower]);
  });

  it.each(['1d 12h', '1 day 12 hours', '1D 12 H'])('takes days and hours together: %s', (typed) => {
    expect(parse(`web-1 ${typed} logs x`)).toEqual({ target: web, durationMs: 36 * hour, type: logs, reason: 'x' });
  });

  it.each([
    ['web-1 0h x', 'not-positive'],
    ['web-1 -4h x', 'not-positive'],
    ['web-1 -4 hours x', 'not-positive'],
    ['web-1 4h30 x', 'unreadable'],
    ['web-1 1.2.3h x', 'unreadable'],
  ])('tells the mistake in "%s" instead of making it the reason', (text, durationProblem) => {
    expect(parse(text)).toEqual({ target: web, durationProblem, reason: 'x' });
  });

  it('leaves bounds to others', () => {
    expect(parse('99h')).toEqual({ durationMs: 99 * hour, reason: '' });
  });

  it.each([
    ['See https://support.mongodb.com/case/01234567.', 'https://support.mongodb.com/case/01234567'],
    ['(https://hub.example.com/cases/7?a=b)', 'https://hub.example.com/cases/7?a=b'],
    ['https://grafana.example.com/d/1 and https://support.example.com/7', 'https://support.example.com/7'],
    ['https://grafana.example.com/d/1', undefined],
    ['http://support.example.com/7', undefined],
  ])('finds the link to a case in "%s"', (reason, caseUrl) => {
    expect(parse(`web-1 ${reason}`)).toEqual({ target: web, reason, caseUrl });
  });

  it('keeps the reason as typed, whatever comes before it', () => {
    const parts = fc.shuffledSubarray(['web-1', '4h', 'logs']);
    const reason = fc.string({ unit: 'grapheme' }).map((text) => `Because ${text}`.trim());
    fc.assert(
      fc.property(parts, reason, fc.constantFrom(' ', '  ', '\n', '\u00a0'), (before, text, space) => {
        const parsed = parse([...before, text].join(space));
        expect(parsed.reason).toBe(text);
        expect(parsed.target).toBe(before.includes('web-1') ? web : undefined);
        expect(parsed.durationMs).toBe(before.includes('4h') ? 4 * hour : undefined);
        expect(parsed.type).toBe(before.includes('logs') ? logs : undefined);
      }),
    );
  });

  it('answers any text with an end of it as the reason', () => {
    const word = fc.constantFrom('web-1', 'api', '4h', '0h', '4', 'hours', 'logs', '"', '“api”', '<!channel>', 'x');
    const words = fc.array(word).map((list) => list.join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), words), (text) => {
        const { reason } = parse(text);
        expect(text.trim().endsWith(reason)).toBe(true);
        expect(reason).toBe(reason.trim());
      }),
    );
  });
});
