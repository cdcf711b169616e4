/** What is posted to a channel: files under one comment, which says in words what they show. */
export interface FilePost {
  readonly channel: string;
  /** mrkdwn. */
  readonly comment: string;
  readonly files: readonly { readonly name: string; readonly title: string; readonly content: Uint8Array }[];
}

/** Posts files for somebody who waits for them: nothing is tried twice. Throws only `MessengerError`. */
export type PostFiles = (post: FilePost) => Promise<void>;
