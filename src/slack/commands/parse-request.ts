import { type AccessType, accessTypeByKeyword } from '../../grants/access-types.ts';
import { looksLikeDuration, type ParsedDuration, parseDuration } from '../../grants/duration.ts';
import { unquoted } from './parse-command.ts';

/** As much of a target as it takes to recognize it. */
export interface NamedTarget {
  readonly id: string;
  readonly name: string;
  readonly projectName: string;
}

/** What was understood of `request` and `grant`; what was not is absent, and the rest is the reason. */
export interface ParsedRequest<T extends NamedTarget> {
  readonly target?: T;
  /** Instead of `target`, when the name stands in several projects. */
  readonly candidates?: readonly T[];
  readonly durationMs?: number;
  /** Instead of `durationMs`, when a word was meant as a duration and is none. */
  readonly durationProblem?: Extract<ParsedDuration, { ok: false }>['problem'];
  readonly type?: AccessType;
  /** Exactly as typed, without space around it. */
  readonly reason: string;
  /** A link to a support case, found in the reason, where it stays. */
  readonly caseUrl?: string;
}

interface Known<T> {
  readonly targets: readonly T[];
  readonly accessTypes: readonly AccessType[];
}

type Parts<T extends NamedTarget> = Omit<ParsedRequest<T>, 'reason' | 'caseUrl'>;

/** A part that was understood, and how many characters it took. */
interface Found<T extends NamedTarget> {
  readonly parts: Parts<T>;
  readonly length: number;
}

/**
 * Reads `[target] [duration] [type] [reason…]`. The first three come in any order, each at most once, and only what is
 * unmistakable counts: a target's whole name (letter case ignored; `project/target` and the id as well), a number with
 * a unit, a type's keyword. The first other words, and a second of the same kind, begin the reason.
 *
 * A number and its unit may be two words, `4 hours`: taken for the reason, they would silently become the default.
 */
export function parseRequestText<T extends NamedTarget>(text: string, known: Known<T>): ParsedRequest<T> {
  let parts: Parts<T> = {};
  let rest = text.trim();
  for (;;) {
    const found = nextPart(rest, parts, known);
    if (found === undefined) break;
    parts = { ...parts, ...found.parts };
    rest = rest.slice(found.length).trimStart();
  }
  return { ...parts, reason: rest, caseUrl: caseUrlIn(rest) };
}

function nextPart<T extends NamedTarget>(rest: string, parts: Parts<T>, known: Known<T>): Found<T> | undefined {
  const hasTarget = parts.target !== undefined || parts.candidates !== undefined;
  const hasDuration = parts.durationMs !== undefined || parts.durationProblem !== undefined;
  return (
    (hasTarget ? undefined : targetAtStart(rest, known.targets)) ??
    (hasDuration ? undefined : durationAtStart<T>(rest)) ??
    (parts.type === undefined ? typeAtStart<T>(rest, known.accessTypes) : undefined)
  );
}

/**
 * The longest name that the text begins with. Names of projects may hold spaces, so words are no help. Where letter case
 * alone tells two targets apart, it decides.
 */
function targetAtStart<T extends NamedTarget>(rest: string, targets: readonly T[]): Found<T> | undefined {
  const matches = targets.flatMap((target) =>
    [target.name, `${target.projectName}/${target.name}`, target.id].flatMap((label) => {
      const length = lengthAtStart(rest, label);
      return length === undefined ? [] : [{ target, length, exact: rest.slice(0, length).includes(label) }];
    }),
  );
  const length = Math.max(...matches.map((match) => match.length));
  const longest = matches.filter((match) => match.length === length);
  const exact = longest.filter((match) => match.exact);
  const found = [...new Set((exact.length > 0 ? exact : longest).map((match) => match.target))];
  const [target] = found;
  if (target === undefined) return undefined;
  return { length, parts: found.length === 1 ? { target } : { candidates: found } };
}

/** How much of the text a label takes up, quotation marks included, when the text begins with it as a word. */
function lengthAtStart(rest: string, label: string): number | undefined {
  const words = label.split(/\s/).length;
  const match = new RegExp(`^\\S+(?:\\s+\\S+){${words - 1}}(?=\\s|$)`).exec(rest);
  if (match === null) return undefined;
  return comparable(unquoted(match[0])) === comparable(label) ? match[0].length : undefined;
}

function comparable(name: string): string {
  return name.replace(/\s+/g, ' ').toLowerCase();
}

/** `1d 12h`: the hours would otherwise begin the reason. */
const daysAndHours = /^\d+\s*d(?:ays?)?\s+\d+\s*h(?:(?:ou)?rs?)?(?=\s|$)/i;

function durationAtStart<T extends NamedTarget>(rest: string): Found<T> | undefined {
  const together = daysAndHours.exec(rest)?.[0];
  if (together !== undefined) return { length: together.length, parts: durationParts(together) };
  const match = /^[+\-−–—]?\d[\d.,]*\s+[a-z]+(?=\s|$)/i.exec(rest);
  const twoWords = match?.[0] ?? '';
  const typed = looksLikeDuration(twoWords.replace(/\s+/, '')) ? twoWords : firstWord(rest);
  const word = unquoted(typed).replace(/\s+/, '');
  if (!looksLikeDuration(word)) return undefined;
  return { length: typed.length, parts: durationParts(word) };
}

function durationParts(text: string): { durationMs: number } | Pick<ParsedRequest<never>, 'durationProblem'> {
  const parsed = parseDuration(text);
  return parsed.ok ? { durationMs: parsed.durationMs } : { durationProblem: parsed.problem };
}

function typeAtStart<T extends NamedTarget>(rest: string, accessTypes: readonly AccessType[]): Found<T> | undefined {
  const word = firstWord(rest);
  const type = accessTypeByKeyword(accessTypes, unquoted(word));
  return type === undefined ? undefined : { length: word.length, parts: { type } };
}

function firstWord(text: string): string {
  return /^\S*/.exec(text)?.[0] ?? '';
}

/** The first https link that says of itself that it is about support or a case: others are not passed off as one. */
function caseUrlIn(reason: string): string | undefined {
  return [...reason.matchAll(/https:\/\/[^\s<>|"`]+/gi)]
    .map(([link]) => link.replace(/[.,;:!?)\]}'’”]+$/, ''))
    .find((link) => URL.canParse(link) && /\b(?:support|cases?)\b/i.test(link));
}
