import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { metricsRoute } from '../../src/http/metrics-route.ts';
import { createPrometheus } from '../../src/http/prometheus.ts';
import { read } from './project.ts';

const rule = z.strictObject({
  alert: z.string().regex(/^Portcullis[A-Za-z]+$/),
  expr: z.string().min(1),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string().min(1), description: z.string().min(1) }),
});

const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })).length(1),
});

const position = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const target = z.object({ refId: z.string(), expr: z.string().min(1), datasource: z.object({ uid: z.string() }) });
const dashboardFile = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      gridPos: position,
      targets: z.array(target).optional(),
    }),
  ),
});

const rules = rulesFile.parse(parse(read('manifests/prometheus-rules.yaml'))).groups.flatMap((group) => group.rules);
const { panels, templating } = dashboardFile.parse(JSON.parse(read('manifests/grafana-dashboard.json')));
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

/** The series that the bot exposes, with the names of their labels. */
async function exposed(): Promise<Map<string, readonly string[]>> {
  const { registry } = createPrometheus();
  metricsRoute(registry, () => Promise.reject(new Error('Nobody asks')));
  const series = new Map<string, readonly string[]>();
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const labels = (registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] }).labelNames;
    if (String(type) !== 'histogram') series.set(name, labels);
    else for (const suffix of ['bucket', 'sum', 'count']) series.set(`${name}_${suffix}`, [...labels, 'le']);
  }
  return series;
}

/** What Prometheus adds to every series, and the one that it makes itself. */
const fromPrometheus = { labels: ['job', 'instance'], series: ['up'] };

describe('what is queried', () => {
  it.each(expressions)('is PromQL: %s', (expression) => {
    parser.parse(expression.replaceAll('$__rate_interval', '5m')).iterate({
      enter: ({ type }) => expect(type.isError).toBe(false),
    });
  });

  it('is exposed, by the labels that it has', async () => {
    const series = await exposed();
    const queried = new Set<string>();
    for (const expression of expressions) {
      const names = expression.match(/\b(?:portcullis|process|nodejs)_\w+|\bup\b/g) ?? [];
      expect(names, expression).not.toEqual([]);
      const known = names.flatMap((name) => series.get(name) ?? []);
      for (const name of names) {
        expect([...series.keys(), ...fromPrometheus.series]).toContain(name);
        queried.add(name);
      }
      const groupings = Array.from(expression.matchAll(/\bby \(([^)]*)\)/g), ([, labels = '']) => labels.split(/,\s*/));
      const matchers = Array.from(expression.matchAll(/(\w+)(?:=~|!~|!=|=)"/g), ([, label = '']) => label);
      for (const label of [...groupings.flat(), ...matchers]) {
        expect([...known, ...fromPrometheus.labels], expression).toContain(label);
      }
    }
    const own = [...series.keys()].filter((name) => name.startsWith('portcullis_'));
    const unseen = own.filter((name) => !queried.has(name) && !/_(?:bucket|sum|count)$/.test(name));
    expect(unseen).toEqual([]);
  });

  it('follows the conventions of Prometheus for names', async () => {
    const { registry } = createPrometheus();
    for (const { name, type, help } of await registry.getMetricsAsJSON()) {
      if (!name.startsWith('portcullis_')) continue;
      expect(name).toMatch(String(type) === 'counter' ? /_total$/ : /_seconds$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('the alert rules', () => {
  it('have a name each, and speak of labels that their expression leaves', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, annotations } of rules) {
      const spoken = Array.from(JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g), ([, label = '']) => label);
      const aggregated = /\b(?:max|min|sum)\b/.test(expr);
      for (const label of spoken) {
        if (aggregated) expect(expr, alert).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
        else expect(fromPrometheus.labels, alert).toContain(label);
      }
    }
  });
});

describe('the dashboard', () => {
  it('asks the source of data that is chosen, in panels that do not cover each other', () => {
    expect(templating.list).toEqual([{ name: 'datasource', type: 'datasource' }]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    for (const { datasource } of targets) expect(datasource.uid).toBe('$datasource');
    expect(panels.filter((panel) => panel.type !== 'row').every((panel) => (panel.targets ?? []).length > 0)).toBe(
      true,
    );
  });
});
