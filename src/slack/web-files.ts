import { WebClient } from '@slack/web-api';
import type { Logger } from '../log.ts';
import type { PostFiles } from '../work/files.ts';
import { clientLogger } from './client-logger.ts';
import { messengerError } from './messenger-errors.ts';

/** For each of the three steps. */
const defaultTimeoutMs = 15_000;

/**
 * Uploads over Slack's Web API; scope `files:write`. Files are given no `alt_txt`: Slack then answers that all is well and
 * shares nothing (slackapi/python-slack-sdk, issue 1818). The comment says what a picture shows instead.
 */
export function createWebFiles(options: {
  readonly token: string;
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}): PostFiles {
  const client = new WebClient(options.token, {
    slackApiUrl: options.apiUrl,
    timeout: options.timeoutMs ?? defaultTimeoutMs,
    fetch: options.fetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: clientLogger(options.log),
  });
  return async ({ channel, comment, files }) => {
    try {
      await client.filesUploadV2({
        channel_id: channel,
        initial_comment: comment,
        file_uploads: files.map(({ name, title, content }) => ({ filename: name, title, file: Buffer.from(content) })),
      });
    } catch (error) {
      throw messengerError({ method: 'files.completeUploadExternal', changes: true }, error);
    }
  };
}
