/** What access was asked for at a portal. */
export interface PortalTerms {
  readonly type: string;
  readonly until: Date;
}

/** A changing call whose answer has not come: it may have taken effect. */
export interface PortalAttempt {
  readonly call: 'open' | 'close';
  /** What is opened, or what was open, as far as it is known. */
  readonly terms?: PortalTerms;
  /** The same each time that it is tried. */
  readonly key: string;
  readonly at: Date;
}

/** What is known of one target without asking the portal. */
export interface PortalRecall {
  /** What the portal accepted last, until it accepts that it be closed. */
  readonly accepted?: PortalTerms & { readonly at: Date };
  readonly attempted?: PortalAttempt;
  /** What a person opened, by the portal as it was seen last; the end is one that was taken for it where the portal shows none. */
  readonly found?: PortalTerms;
  /** When it was first shown closed although any of this says that it may be open. */
  readonly shownClosedAt?: Date;
}

/** Kept where every process of the bot sees it. What goes wrong with it is thrown as it is. */
export interface PortalMemory {
  /** Empty where nothing is known. */
  recall(targetId: string): Promise<PortalRecall>;
  keep(targetId: string, known: PortalRecall): Promise<void>;
  keepFound(targetId: string, found: PortalTerms): Promise<void>;
  /** Keeps it in place of `before`, which is not empty, unless something else has been kept since. */
  replace(targetId: string, before: PortalRecall, known: PortalRecall): Promise<void>;
}
