/**
 * What the sandbox's page and its server say to each other. The page shows what it is sent and knows nothing else: after
 * every change the server sends the whole state as the person in front of the page sees it.
 *
 * - `GET /api/state?person=<Slack id>` → `PageState`
 * - `GET /api/events?person=<Slack id>` → server-sent events, each a `PageState`; the first at once. While time runs, by itself or
 *   because it is being moved, an event named `second` says with a `PageSecond` what time it is; a whole state comes only when
 *   something else changes as well
 * - `GET /files/<id>` → the content of a file in a message
 * - `POST /api/act` with a `PageAct` → `PageOutcome`; 400 with `{error}` when it cannot be understood
 */

/** Parsed JSON as Slack defines it: blocks, elements, option lists, views. */
export type Json = { readonly [key: string]: unknown };

export interface PageState {
  /** Counts changes. */
  readonly revision: number;
  readonly clock: PageClock;
  readonly people: readonly PagePerson[];
  /** The Slack id of the person whose view this is. */
  readonly viewer: string;
  /** The conversations this person can see; the announcement channel first. */
  readonly conversations: readonly PageConversation[];
  /** The app's Home as last published for this person; absent until it was opened. */
  readonly home?: PageView;
  /** The modals in front of this person, the one on top last. */
  readonly modals: readonly PageView[];
  readonly atlas: PageAtlas;
  readonly portal: PagePortal;
  /** What happened, the oldest first; the newest hundred. */
  readonly narration: readonly PageNarration[];
  /** The bot is doing something at this moment. */
  readonly busy: boolean;
  readonly commands: readonly PageCommand[];
  readonly shortcuts: readonly PageShortcut[];
  /** Names for the ids in mentions: users, channels, user groups. */
  readonly names: Readonly<Record<string, string>>;
}

export interface PageClock {
  /** ISO 8601. */
  readonly now: string;
  /** When the next reminder is due, if one is. */
  readonly nextReminder?: string;
  /** When the next grant ends, if one is open. */
  readonly nextEnd?: string;
  /** False: time stands still until it is moved. */
  readonly running: boolean;
}

/** Time has passed: a second by itself, or more where it is being moved. */
export interface PageSecond {
  /** As in `PageClock`. */
  readonly now: string;
}

export interface PagePerson {
  readonly id: string;
  readonly name: string;
  /** What they may do here, in a few words: "Organization owner", "Engineer", "Guest". */
  readonly role: string;
  readonly unread: number;
}

export interface PageConversation {
  readonly id: string;
  readonly kind: 'channel' | 'direct';
  readonly name: string;
  /** Messages that came since this person last looked (see the act `read`). */
  readonly unread: number;
  /** The oldest first, replies included. */
  readonly messages: readonly PageMessage[];
}

export interface PageMessage {
  readonly ts: string;
  /** When it was posted by the sandbox's clock, ISO 8601. */
  readonly at: string;
  /** Of a reply, the `ts` of the message it answers. */
  readonly threadTs?: string;
  /** Shown in the channel as well as in its thread. */
  readonly broadcast: boolean;
  /** Their name. */
  readonly author: string;
  readonly isBot: boolean;
  readonly edited: boolean;
  /** Only this person sees it. */
  readonly ephemeral: boolean;
  /** What a notification and a screen reader say; the whole content where there are no blocks. mrkdwn. */
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly files?: readonly PageFile[];
}

export interface PageFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
}

export interface PageView {
  readonly id: string;
  /** As Slack's `views.*` methods hand it out: `title`, `submit`, `close`, `blocks`, … */
  readonly view: Json;
  /** `state.values`: block id → action id → value. */
  readonly state: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What the bot answered to the last submission, by block id. */
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack itself says at the top. */
  readonly notice?: string;
}

export interface PageAtlas {
  readonly organization: string;
  readonly blocked: boolean;
  readonly projects: readonly {
    readonly id: string;
    readonly name: string;
    readonly clusters: readonly {
      readonly name: string;
      readonly grant?: { readonly type: string; readonly typeLabel: string; readonly until: string };
    }[];
  }[];
  /** What is being done to the calls that Atlas receives. */
  readonly trouble: AtlasTrouble;
}

/** `slow`: answers after three seconds. `refuse`: 429 to everything. `fail`: 500. `away`: no connection. */
export type AtlasTrouble = 'none' | 'slow' | 'refuse' | 'fail' | 'away';

/** A vendor's portal with a support switch for each tenant. */
export interface PagePortal {
  readonly vendor: string;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    /** Absent while the switch is off. Without `until` it stays on until somebody switches it off. */
    readonly on?: { readonly typeLabel: string; readonly until?: string; readonly by: 'person' | 'program' };
    /** What a gate in front of the tenant asks Portcullis, and the status that it is answered: 204 lets support in. */
    readonly gate: { readonly question: string; readonly status: number };
  }[];
}

export interface PageNarration {
  readonly id: number;
  readonly at: string;
  /** One or two sentences: what happened, and why. */
  readonly text: string;
}

export interface PageCommand {
  /** For example `/support-access request`. */
  readonly command: string;
  readonly usage: string;
  readonly description: string;
}

export interface PageShortcut {
  readonly callbackId: string;
  readonly name: string;
  readonly kind: 'global' | 'message';
}

/** What somebody does on the page. `person` is always the Slack id of who does it. */
export type PageAct =
  /** A line in the composer: a slash command, or a message people read and the bot does not. */
  | { readonly kind: 'send'; readonly person: string; readonly conversation: string; readonly text: string }
  /** A button or menu in a message. `value` as in the payload's action: `{selected_option: …}` and so on. */
  | {
      readonly kind: 'message-action';
      readonly person: string;
      readonly conversation: string;
      readonly ts: string;
      readonly blockId: string;
      readonly actionId: string;
      readonly value?: Json;
    }
  /** A button in a view, or a new value of an input (kept; the bot is told where the block asks for that). */
  | {
      readonly kind: 'view-action';
      readonly person: string;
      readonly viewId: string;
      readonly blockId: string;
      readonly actionId: string;
      /** As in `state.values`; absent for a button. */
      readonly value?: Json;
    }
  | { readonly kind: 'view-submit'; readonly person: string; readonly viewId: string }
  | { readonly kind: 'view-close'; readonly person: string; readonly viewId: string }
  /** Typing into a menu that searches. Answered with `options`. */
  | {
      readonly kind: 'search';
      readonly person: string;
      readonly viewId: string;
      readonly blockId: string;
      readonly actionId: string;
      readonly query: string;
    }
  | { readonly kind: 'open-home'; readonly person: string }
  | { readonly kind: 'shortcut'; readonly person: string; readonly callbackId: string }
  | {
      readonly kind: 'message-shortcut';
      readonly person: string;
      readonly callbackId: string;
      readonly conversation: string;
      readonly ts: string;
    }
  | { readonly kind: 'read'; readonly person: string; readonly conversation: string }
  /** Somebody in the Atlas web interface switches the block. */
  | { readonly kind: 'atlas-block'; readonly blocked: boolean }
  /** Somebody in the Atlas web interface removes a grant. */
  | { readonly kind: 'atlas-revoke'; readonly projectId: string; readonly cluster: string }
  /** One of MongoDB's own people uses what is open. */
  | { readonly kind: 'atlas-visit'; readonly projectId: string; readonly cluster: string }
  | { readonly kind: 'atlas-trouble'; readonly trouble: AtlasTrouble }
  /** Somebody in the portal uses its switch. */
  | { readonly kind: 'portal-switch'; readonly tenant: string; readonly on: boolean }
  | { readonly kind: 'clock'; readonly to: 'hour' | 'minute' | 'next-reminder' | 'next-end' }
  | { readonly kind: 'reset' };

export interface PageOutcome {
  readonly ok: boolean;
  /** What went wrong on Slack's side, in words: the bot did not answer in time, … */
  readonly error?: string;
  /** Of a search. */
  readonly options?: readonly Json[];
  readonly optionGroups?: readonly Json[];
}
