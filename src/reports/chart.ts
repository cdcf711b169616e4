import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Span } from '../grants/open-spans.ts';
import type { Bar, ChartModel } from './chart-model.ts';
import { fillOf, patternDefinitions } from './patterns.ts';
import { element, words } from './svg.ts';

/** Half as many as the picture has: a phone shows it at about this width. */
const width = 640;
const margin = 20;
const laneHeight = 48;
const laneGap = 10;
const barHeight = 18;
/** A grant of hours is a pixel or two of a month: narrower than this no pattern could be told from another. */
const narrowestBar = 7;
/** Where others follow at once. */
const squeezedBar = 3;
const headHeight = 122;
const axisHeight = 30;
const legendRow = 24;
const moreHeight = 26;
const footHeight = 34;
const ink = '#1d1c1d';
const faint = '#5c5a5e';
/** In letters of average width. */
const longestName = 31;
const halo = { stroke: '#ffffff', strokeWidth: 4 };

/**
 * The report as SVG: a lane for each target, bars for when support could enter it, behind them whether the organization was
 * blocked. What a bar is shows in its pattern as well as in its colour.
 */
export function chartSvg(model: ChartModel): string {
  const { lanes, legend, subtitles, more } = model;
  const plotHeight = axisHeight + Math.max(1, lanes.length) * laneHeight + 10;
  const moreTop = headHeight + plotHeight;
  const legendTop = moreTop + (more === undefined ? 0 : moreHeight) + 8;
  const height = legendTop + legend.length * legendRow + footHeight;
  const frame = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'Inter, sans-serif',
      role: 'img',
      'aria-label': model.title,
    },
    patternDefinitions(),
    // Slack shows the picture on white and on nearly black alike.
    element('rect', { ...frame, fill: '#ffffff', stroke: '#c9c7cb' }),
    words(model.title, { x: margin, y: 36, 'font-size': 20, 'font-weight': 600, fill: ink }),
    ...subtitles.map((line, index) => words(line, { x: margin, y: 61 + index * 22, 'font-size': 15, fill: faint })),
    element('g', { transform: `translate(0 ${headHeight})` }, timeline(model, plotHeight)),
    lanes.length === 0 ? nothing(model.empty, headHeight + axisHeight + laneHeight / 2 + 10) : '',
    more === undefined ? '' : words(more, { x: margin, y: moreTop + 14, 'font-size': 14, fill: ink }),
    ...legend.map((entry, index) => legendEntry(entry, margin, legendTop + index * legendRow)),
    words(model.footer, { x: margin, y: height - 14, 'font-size': 12, fill: faint }),
  );
}

function timeline(model: ChartModel, height: number): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const { from, to, lanes, now } = model;
  const bars = lanes.flatMap((lane) => visible(lane.bars, model).map((bar) => ({ ...bar, lane: lane.id })));
  const markers = lanes.flatMap((lane) => lane.markers.map((at) => ({ at, lane: lane.id })));
  const track = { insetTop: laneHeight - laneGap - barHeight, insetBottom: laneGap };
  const aboveTrack = { y: 'id', dy: -laneHeight / 2 + 10, fontSize: 15, fill: ink, ...halo };
  const plot: unknown = Plot.plot({
    document,
    width,
    height,
    marginLeft: margin,
    marginRight: margin,
    marginTop: axisHeight,
    marginBottom: 10,
    style: { fontFamily: 'inherit' },
    x: { type: 'utc', domain: [from, to], axis: null },
    y: { type: 'band', domain: lanes.map(({ id }) => id), axis: null, padding: 0, round: false },
    marks: [
      Plot.rectX(model.posture, { x1: 'from', x2: 'to', fill: patternOf }),
      Plot.ruleX(model.ticks, { x: 'at', stroke: ink, strokeOpacity: 0.14 }),
      ...tickLabels(model),
      Plot.barX(lanes, { x1: () => from, x2: () => to, y: 'id', fill: '#ffffff', fillOpacity: 0.75, ...track }),
      Plot.ruleX(now === undefined ? [] : [now], { stroke: ink, strokeWidth: 1.5, strokeDasharray: '4 3' }),
      Plot.text(now === undefined ? [] : [now], {
        x: (at: Date) => at,
        text: () => 'now',
        ...tickStyle,
        textAnchor: nearTheEnd(now, model) ? 'end' : 'middle',
        fill: ink,
        fontWeight: 600,
        ...halo,
      }),
      Plot.barX(bars, { x1: 'from', x2: 'to', y: 'lane', fill: patternOf, stroke: ink, strokeWidth: 1, ...track }),
      Plot.dot(markers, {
        x: 'at',
        y: 'lane',
        // Below the bar, pointing at it.
        dy: (laneHeight - laneGap) / 2 + 1,
        symbol: 'triangle',
        r: 3.5,
        fill: '#ffffff',
        stroke: ink,
        strokeWidth: 1.5,
      }),
      Plot.text(lanes, {
        ...aboveTrack,
        text: 'name',
        frameAnchor: 'left',
        textAnchor: 'start',
        fontWeight: 600,
        lineWidth: longestName,
        // Both ends of a long name tell targets apart better than its beginning does.
        textOverflow: 'ellipsis-middle',
      }),
      Plot.text(lanes, { ...aboveTrack, text: 'open', frameAnchor: 'right', textAnchor: 'end' }),
    ],
  });
  // The plot is an element of that document, whatever kinds of elements this program knows of.
  return (plot as { readonly outerHTML: string }).outerHTML;
}

const tickStyle = { frameAnchor: 'top', dy: -16, fontSize: 13, fill: faint } as const;

/** One at the very beginning stands to the right of its line, where it is not cut off. */
function tickLabels(model: ChartModel): Plot.Markish[] {
  const { ticks, from, now } = model;
  const style = { x: 'at', text: 'label', ...tickStyle } as const;
  // One that the word "now" would cover says nothing.
  const free = ticks.filter(
    ({ at }) => now === undefined || Math.abs(at.getTime() - now.getTime()) > pixelMs(model) * 60,
  );
  const first = free.filter(({ at }) => at <= from);
  const others = free.filter(({ at }) => at > from);
  return [Plot.text(first, { ...style, textAnchor: 'start' }), Plot.text(others, { ...style, textAnchor: 'middle' })];
}

/** Not a colour of a scale: it is drawn as it is. */
const patternOf = { value: ({ pattern }: Bar) => fillOf(pattern), scale: null };

const pixelMs = ({ from, to }: Span): number => (to.getTime() - from.getTime()) / (width - 2 * margin);

const nearTheEnd = (at: Date | undefined, span: Span): boolean =>
  at !== undefined && span.to.getTime() - at.getTime() < pixelMs(span) * 2 * margin;

/** Bars that can be seen: those too narrow are widened, and moved as little as keeps each of them in sight in the month. */
function visible(bars: readonly Bar[], span: Span): Bar[] {
  const narrowestMs = pixelMs(span) * narrowestBar;
  const squeezedMs = pixelMs(span) * squeezedBar;
  const end = span.to.getTime();
  let free = span.from.getTime();
  return bars.map((bar, index) => {
    const next = bars[index + 1]?.from.getTime() ?? Number.POSITIVE_INFINITY;
    const from = Math.min(Math.max(Math.min(bar.from.getTime(), end - narrowestMs), free), end - squeezedMs);
    const room = Math.max(next, from + squeezedMs);
    const to = Math.min(Math.max(bar.to.getTime(), Math.min(from + narrowestMs, room)), end);
    free = Math.min(to, room);
    return { ...bar, from: new Date(from), to: new Date(to) };
  });
}

const nothing = (sentence: string, y: number): string =>
  words(sentence, {
    x: margin + 10,
    y,
    'font-size': 16,
    fill: ink,
    stroke: '#ffffff',
    'stroke-width': 4,
    'paint-order': 'stroke',
  });

type LegendEntry = ChartModel['legend'][number];

function legendEntry({ pattern, label }: LegendEntry, x: number, y: number): string {
  const sign =
    pattern === 'marker'
      ? element('path', { d: `M${x + 14} ${y + 1}l8 13h-16z`, fill: '#ffffff', stroke: ink, 'stroke-width': 2 })
      : element('rect', { x, y, width: 28, height: 16, fill: fillOf(pattern), stroke: ink });
  return sign + words(label, { x: x + 38, y: y + 13, 'font-size': 14, fill: ink });
}
