/** What people call a target, in lower case and in the provider's words: for Atlas `cluster` and `clusters`. */
export interface TargetNoun {
  readonly one: string;
  readonly many: string;
  /** What of it support enters, where that is not the whole of it: for Atlas its `infrastructure`. */
  readonly entered?: string;
  /** What several of them stand in together, where people know of such a thing: for Atlas a `project`. */
  readonly group?: string;
}

/** At the beginning of a sentence, or as a label. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Of what there is a list of: `projects`, or the targets themselves. */
export const listedNoun = ({ many, group }: TargetNoun): string => (group === undefined ? many : `${group}s`);

/** What a name is followed by: `, project Shop`. */
export const inGroup = (group: string, noun: TargetNoun): string =>
  noun.group === undefined ? '' : `, ${noun.group} ${group}`;

/** What tells it from another of that name: `orders (Shop)`. What stands in nothing has its name alone. */
export const withGroup = (name: string, group: string | undefined): string =>
  group === undefined || group === '' ? name : `${name} (${group})`;

/** `a cluster`, `an environment`. */
export const aTarget = ({ one }: TargetNoun): string => `${/^[aeio]/i.test(one) ? 'an' : 'a'} ${one}`;

/** `1 cluster`, `3 clusters`. */
export const countedTargets = (count: number, { one, many }: TargetNoun): string =>
  `${count} ${count === 1 ? one : many}`;
