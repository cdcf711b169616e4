import { element } from './svg.ts';

/** Told apart without colour: by how densely and in which direction they are drawn. */
export const barPatterns = ['solid', 'stripes', 'dots', 'grid', 'backstripes', 'waves'] as const;

/** Behind the bars: `shut` while the organization was blocked, `ajar` while it was not, `unknown` while nothing was read. */
export const posturePatterns = ['shut', 'ajar', 'unknown'] as const;

export type BarPattern = (typeof barPatterns)[number];
export type Pattern = BarPattern | (typeof posturePatterns)[number];

interface Drawing {
  readonly size: number;
  readonly background: string;
  readonly path?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
}

const drawings: Record<Pattern, Drawing> = {
  solid: { size: 8, background: '#0b3d91' },
  stripes: {
    size: 8,
    background: '#f2b134',
    path: 'M-2 2L2 -2M0 8L8 0M6 10L10 6',
    stroke: '#5a3a00',
    strokeWidth: 2.2,
  },
  dots: { size: 8, background: '#c9e4de', path: 'M2 2h.01M6 6h.01', stroke: '#0f5257', strokeWidth: 3 },
  grid: { size: 8, background: '#e7d4ee', path: 'M0 4H8M4 0V8', stroke: '#5b2a6e', strokeWidth: 1.6 },
  backstripes: {
    size: 8,
    background: '#f7c6c5',
    path: 'M-2 6L2 10M0 0L8 8M6 -2L10 2',
    stroke: '#7d1128',
    strokeWidth: 2.2,
  },
  waves: { size: 8, background: '#dfe3e6', path: 'M0 4q2 -4 4 0t4 0', stroke: '#30363c', strokeWidth: 1.8 },
  shut: { size: 8, background: '#eef4ee' },
  ajar: {
    size: 14,
    background: '#fdeceb',
    path: 'M-2 12L2 16M0 0L14 14M12 -2L16 2',
    stroke: '#eeb9b5',
    strokeWidth: 1,
  },
  unknown: { size: 10, background: '#f4f4f4', path: 'M5 5h.01', stroke: '#a9a9a9', strokeWidth: 2 },
};

/** A pattern without a path is a colour: filling much with that is far quicker. */
export function fillOf(pattern: Pattern): string {
  const { path, background } = drawings[pattern];
  return path === undefined ? background : `url(#${pattern})`;
}

/** The definitions that `fillOf` refers to. */
export function patternDefinitions(): string {
  const made = Object.entries(drawings).map(([id, { size, background, path, stroke = 'none', strokeWidth = 0 }]) => {
    if (path === undefined) return '';
    const line = { d: path, fill: 'none', stroke, 'stroke-width': strokeWidth, 'stroke-linecap': 'round' };
    const place = { id, width: size, height: size, patternUnits: 'userSpaceOnUse' };
    const ground = element('rect', { width: size, height: size, fill: background });
    return element('pattern', place, ground, element('path', line));
  });
  return element('defs', {}, ...made);
}
