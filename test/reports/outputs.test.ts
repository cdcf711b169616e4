import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../src/reports/chart.ts';
import { chartModel } from '../../src/reports/chart-model.ts';
import { reportHtml } from '../../src/reports/html.ts';
import { reportCsv } from '../../src/reports/report-csv.ts';
import { activityRows, type Vocabulary } from '../../src/reports/rows.ts';
import { Studio } from '../../src/reports/studio.ts';
import { hours, reportSentences } from '../../src/reports/words.ts';
import { clusters, infrastructure, opened, organizationWith, recorded, report, vocabulary } from './samples.ts';

const evil = '=HYPERLINK("http://evil")<script>alert(1)</script>';
const small = report(
  [
    opened({ from: 10, to: 34, change: { reason: evil, activity: recorded(11) } }),
    opened({ name: 'b', type: infrastructure, from: 100, to: 101, change: { openedAt: undefined, state: 'failed' } }),
  ],
  {
    organization: organizationWith([
      { at: -5, blocked: true },
      { at: 200, blocked: false },
      { at: 230, blocked: true },
    ]),
  },
);

it('of a vendor without a block, no output speaks of one', () => {
  const made = report([opened({ from: 10, to: 34 })], { organization: undefined });
  const words = reportSentences(made, vocabulary).join(' ');
  const page = parseHTML(reportHtml(made, vocabulary, '')).document.body.textContent;
  expect([words, page, reportCsv(made, vocabulary)].join('\n')).not.toMatch(/block/i);
  expect(chartModel(made, vocabulary).legend.map(({ label }) => label)).toEqual(['Database logs only']);
});

describe('the picture', () => {
  it('is drawn like this', () => {
    expect(chartSvg(chartModel(small, vocabulary)).replaceAll('><', '>\n<')).toMatchSnapshot();
  });

  it('explains in its legend what occurs, and nothing else', () => {
    const labels = chartModel(small, vocabulary).legend.map(({ label }) => label);
    expect(labels).toEqual([
      'Database logs only',
      'May have been open',
      'MongoDB Atlas staff did something',
      'Blocked: shut but for what is shown',
      'Not blocked: MongoDB support could enter all',
    ]);
  });

  it('leaves what there is no room for to the table, which has everything', () => {
    const many = report(clusters(70));
    const { lanes, more } = chartModel(many, vocabulary);
    expect(lanes).toHaveLength(60);
    expect(more).toBe('and 10 clusters more, open for less time: see the CSV');
    const named = new Set(
      reportCsv(many, vocabulary)
        .split('\r\n')
        .map((line) => line.split(',')[1]),
    );
    expect([...named].filter((name) => name !== '' && name !== 'cluster' && name !== undefined)).toHaveLength(70);
  });

  it('is drawn in a thread of its own, and not at all where too many wait or it takes too long', async () => {
    const studio = new Studio({ mostWaiting: 0 });
    const model = chartModel(small, vocabulary);
    const [first, second] = await Promise.all([studio.draw(model), studio.draw(model)]);
    expect(
      Buffer.from(first ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(second).toBeUndefined();
    await expect(new Studio({ timeoutMs: 0 }).draw(model)).rejects.toThrow('not drawn in time');
  });
});

it('tables say what was done in the organization rather than on a cluster', () => {
  const [event] = recorded(11).events;
  if (event === undefined) throw new Error('Nothing was recorded');
  const activity = { ...recorded(), events: [event, { ...event, id: 'other', on: 'organization' as const }] };
  const rows = activityRows(report([opened({ from: 10, to: 34, change: { activity } })]));
  expect(rows.map(({ did }) => did)).toEqual([
    'HOST_SSH_SESSION_REQUESTED',
    'HOST_SSH_SESSION_REQUESTED (in the organization)',
  ]);
});

it('the table holds no formula that somebody typed', () => {
  expect(reportCsv(small, vocabulary)).toMatchSnapshot();
  expect(reportCsv(small, vocabulary)).toContain(`"'=HYPERLINK(""http://evil"")`);
});

it('the page holds the figures, the picture and every time, loads nothing and runs nothing', () => {
  const html = reportHtml(small, vocabulary, chartSvg(chartModel(small, vocabulary)));
  const { document } = parseHTML(html);
  expect(document.querySelectorAll('script, link, img, iframe')).toHaveLength(0);
  expect(document.querySelectorAll('svg')).not.toHaveLength(0);
  expect(document.body.textContent).toContain(reportSentences(small, vocabulary).join(' '));
  const cells = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  expect(cells).toMatchSnapshot();
});

describe('the words', () => {
  it.each([
    [0, '0 h'],
    [59_000, 'less than 1 min'],
    [3_600_000, '1 h'],
    [90_000_000, '25 h'],
    [5_430_000, '1 h 30 min'],
  ])('%i ms are %s', (ms, expected) => {
    expect(hours(ms)).toBe(expected);
  });

  it.each([
    ['nothing', report([])],
    ['one', report([opened({ from: 10, to: 34 })], { subject: 'payments/payments-prod' })],
    ['none of a cluster', report([], { subject: 'payments/payments-prod' })],
    ['many', report(clusters(8))],
    ['everything at once', small],
    ['staff unknown', report([opened({ from: 10, to: 34, change: { owed: [] } })])],
    [
      'staff known, not yet and never',
      report([
        opened({ from: 10, to: 34, change: { activity: recorded(11, 12) } }),
        opened({ from: 40, to: 50 }),
        opened({ from: 60, to: 70, change: { owed: [] } }),
        opened({ from: 80, to: 90, change: { owed: [] } }),
      ]),
    ],
    [
      'staff not yet and never',
      report([opened({ from: 40, to: 50 }), opened({ from: 60, to: 70, change: { owed: [] } })]),
    ],
    ['never blocked', report([], { organization: { ...organizationWith([]), confirmed: unblocked() } })],
    [
      'not known, cut off',
      report([], { organization: { ...organizationWith([]), confirmed: undefined }, incomplete: true }),
    ],
  ])('of a report on %s', (_, made) => {
    expect(reportSentences(made, vocabulary).join(' ')).toMatchSnapshot();
  });
});

describe('everything in the words of a provider that is no database', () => {
  const ofPortals: Vocabulary = {
    accessTypes: [],
    vendor: 'Wardline',
    supportStaff: 'Wardline support',
    targetNoun: { one: 'portal', many: 'portals' },
  };

  it.each([
    ['nothing', report([]), 'In October 2026 no portal was seen open to Wardline support.'],
    ['one', report([opened({ from: 10, to: 34 })]), 'In October 2026 1 portal was open to Wardline support for 24 h'],
    ['many', report(clusters(70)), 'In October 2026 70 portals were open to Wardline support'],
  ])('of a report on %s', (_, made, sentence) => {
    const picture = chartSvg(chartModel(made, ofPortals));
    const page = reportHtml(made, ofPortals, picture);
    expect(page).toContain(sentence);
    expect(page).not.toMatch(/clusters?\b|atlas|mongodb|project/i);
  });
});

function unblocked() {
  const since = new Date('2026-01-01T00:00:00Z');
  return { blocked: false, since, at: since };
}
