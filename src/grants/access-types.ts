/**
 * What a grant lets support see. Providers declare theirs; the domain only needs to tell them apart, name them and know
 * which of them make sense while the organization is not blocked.
 */
export interface AccessType {
  /** Stored and sent to the provider, for example `CLUSTER_DATABASE_LOGS`. */
  readonly id: string;
  /** What people type: one lower-case word. */
  readonly keyword: string;
  /** Plain words for messages, lower case, for example "database logs only". */
  readonly label: string;
  readonly canSee: readonly string[];
  readonly cannotSee: readonly string[];
  /** Grows with what support can see: of two types the one with the lower rank shows less. */
  readonly rank: number;
  /** True when opening it makes sense only while the organization is blocked. */
  readonly needsBlock: boolean;
  /** Shown where the decision is taken. */
  readonly warnings: readonly string[];
  /** Shown in the confirm step of a revoke, besides what is true of every revoke. */
  readonly revokeWarnings: readonly string[];
}

/** From the one that shows least. */
export const byRank = (types: readonly AccessType[]): AccessType[] => types.toSorted((a, b) => a.rank - b.rank);

/** The one that shows least of those that make sense only while the organization is blocked. */
export const leastThatNeedsBlock = (types: readonly AccessType[]): AccessType | undefined =>
  byRank(types).find((type) => type.needsBlock);

/** Finds a type by its id. Throws on an id that no record could hold: records only ever store declared ids. */
export function accessTypeById(types: readonly AccessType[], id: string): AccessType {
  const found = types.find((type) => type.id === id);
  if (found === undefined) throw new Error(`Unknown access type: ${id}`);
  return found;
}

/** Finds a type by the word a person typed, in any letter case. */
export function accessTypeByKeyword(types: readonly AccessType[], word: string): AccessType | undefined {
  return types.find((type) => type.keyword === word.toLowerCase());
}
