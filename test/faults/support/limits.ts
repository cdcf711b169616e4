/** What Atlas has published for calls about an organization: the smallest of its token buckets. */
export const organizationBucket = { capacity: 10, refillPerMinute: 5 } as const;

/** How many tokens are left at the worst moment when calls are made at these times, in order; below 0 some are refused. */
export function lowestLevel(
  calls: readonly Date[],
  { capacity, refillPerMinute }: { readonly capacity: number; readonly refillPerMinute: number },
): number {
  let tokens = capacity;
  let lowest = capacity;
  let before = calls[0];
  for (const at of calls) {
    const minutes = (at.getTime() - Number(before)) / 60_000;
    tokens = Math.min(capacity, tokens + minutes * refillPerMinute) - 1;
    lowest = Math.min(lowest, tokens);
    before = at;
  }
  return lowest;
}

/** How many of these times, in order, fall into any stretch of that length at most. */
export function mostWithin(times: readonly Date[], ms: number): number {
  let first = 0;
  let most = 0;
  for (const [index, at] of times.entries()) {
    while (at.getTime() - Number(times[first]) >= ms) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
