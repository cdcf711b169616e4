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
}

/** What is known of one target without asking the portal. */
export interface PortalRecall {
  /** What the portal accepted last, until it accepts that it be closed. */
  readonly accepted?: PortalTerms & { readonly at: Date };
  readonly attempted?: PortalAttempt;
  /** The end that is taken for the one of access that a person opened, where the portal shows none. */
  readonly foundUntil?: Date;
}

/** Kept where every process of the bot sees it. What goes wrong with it is thrown as it is. */
export interface PortalMemory {
  /** Empty where nothing is known. */
  recall(targetId: string): Promise<PortalRecall>;
  keep(targetId: string, known: PortalRecall): Promise<void>;
  keepFound(targetId: string, foundUntil: Date): Promise<void>;
  /** Drops what was accepted then, unless something else has been since. */
  forgetAccepted(targetId: string, at: Date): Promise<void>;
}
