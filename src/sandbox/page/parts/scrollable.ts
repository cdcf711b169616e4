/**
 * For what scrolls: it has to be reached by keyboard even where nothing in it can be pressed, and not every browser sees to
 * that by itself.
 */
export const scrollable = { tabIndex: 0 } as const;
