import { type Finding, good, listed, unknown, wrong } from '../findings.ts';
import type { Logger } from '../log.ts';
import type { SettingName } from '../settings.ts';
import { examine } from './examine.ts';
import type { PlacedCheck } from './set-up-checks.ts';

/** The set-up as far as its settings can be used. */
export interface SetUp {
  /** What is wrong with the settings, for people. */
  readonly problems: readonly string[];
  /** The settings that cannot be used. */
  readonly unusable: readonly SettingName[];
  readonly checks: readonly PlacedCheck[];
  readonly log: Logger;
}

/** A finding, with its area and the name of its check. */
export type Found = Finding & { readonly area: string; readonly check: string };

/** Carries out every check whose settings can be used, all at once. */
export async function diagnose({ problems, unusable, checks, log }: SetUp): Promise<Found[]> {
  const ofSettings =
    problems.length === 0
      ? [good('Every setting is understood.')]
      : problems.map((problem) => wrong(`${problem}.`, { who: 'operator' }));
  const found = await Promise.all(
    checks.map(async ({ area, needs, check }): Promise<Found[]> => {
      const missing = needs.filter((name) => unusable.includes(name));
      if (missing.length > 0) {
        return [{ area, check: 'settings', ...unknown(notTried(missing)) }];
      }
      return (await examine(check, log)).map((finding) => ({ area, check: check.name, ...finding }));
    }),
  );
  return [
    ...ofSettings.map((finding): Found => ({ area: 'Settings', check: 'settings', ...finding })),
    ...found.flat().filter((one, index, all) => index === all.findIndex((other) => isSame(one, other))),
  ];
}

const notTried = (missing: readonly SettingName[]): string =>
  `Not tried before ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} right.`;

/** Several checks may want the same setting, or meet the same trouble. */
const isSame = (one: Found, other: Found): boolean => one.area === other.area && one.what === other.what;

export const isTrouble = ({ state }: Finding): boolean => state === 'wrong' || state === 'away';
