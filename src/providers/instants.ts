/** ISO 8601 in UTC, whole seconds. What is below a second is cut off. */
export function wholeSeconds(at: Date): string {
  return `${at.toISOString().slice(0, -'.000Z'.length)}Z`;
}
