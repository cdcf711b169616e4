import { ProviderError, type ProviderErrorCode } from '../provider.ts';

/** As much of a call as its error has to tell. */
export interface CallFacts {
  /** Stable name for metrics and logs, for example `read-cluster`. */
  readonly name: string;
  /** Whom it goes to, as the beginning of a sentence: "Atlas". */
  readonly vendor: string;
  /** Whether the call changes anything: only then may a lost answer leave the effect unknown. */
  readonly changes: boolean;
  /** The account that calls, in words, for example "the service account". */
  readonly account: string;
  /** The role that is asked of that account, in words. */
  readonly role: string;
  /** What is missing when the answer is 404, in words. */
  readonly subject: string;
}

/** Why an exchange ended before its answer was read. */
export type Abandoned = 'timed-out' | 'given-up';

const detailLimit = 300;

/** How a call failed, before it is known what that means for what the call was to change. */
export interface Verdict {
  readonly code: ProviderErrorCode;
  /** Certain to have changed nothing. */
  readonly refused: boolean;
  readonly temporary: boolean;
  /** What happened. */
  readonly what: string;
  /** Who can mend it, or what happens next. */
  readonly next: string;
}

export function notUnderstood({ vendor }: CallFacts, aside: string, temporary: boolean): Verdict {
  return {
    code: 'bad-answer',
    refused: false,
    temporary,
    what: `The answer from ${vendor} could not be understood${aside === '' ? '' : ` ${aside}`}.`,
    next: 'Whoever runs Portcullis finds more in the log.',
  };
}

/** An answer with the right status whose content is not what it should be. */
export function badAnswer(
  facts: CallFacts,
  detail: string,
  options: { readonly temporary: boolean; readonly status?: number },
): ProviderError {
  return providerError(facts, notUnderstood(facts, '', options.temporary), {
    detail,
    status: options.status,
  });
}

/** A call that had no answer in time, or whose caller stopped waiting. `sent` is false when it never left. */
export function abandonedError(facts: CallFacts, why: Abandoned, sent: boolean): ProviderError {
  return providerError(facts, {
    code: 'timeout',
    refused: !sent,
    temporary: true,
    what:
      why === 'timed-out'
        ? `${facts.vendor} did not answer in time.`
        : `The call to ${facts.vendor} was given up before its answer came.`,
    next: 'It can be tried again.',
  });
}

/** No token was asked for, since the account's secret could not be read: its file may be about to be replaced. */
export function secretUnreadable(facts: CallFacts, cause: unknown): ProviderError {
  const verdict: Verdict = {
    code: 'secret-unreadable',
    refused: true,
    temporary: true,
    what: `The secret of ${facts.account} cannot be read right now, so nothing was sent to ${facts.vendor}.`,
    next: 'It can be tried again; if it lasts, whoever runs Portcullis finds why in the log.',
  };
  return providerError(facts, verdict, { cause });
}

/** A refusal that needs no call: what was asked for cannot be sent. */
export function refusedBeforeCall(code: 'invalid' | 'block-account-missing', message: string): ProviderError {
  return new ProviderError(code, message, { effect: 'none', temporary: false });
}

/** Makes the error: its effect, and the sentences a person reads. */
export function providerError(
  facts: CallFacts,
  verdict: Verdict,
  more: { retryAfterMs?: number; status?: number; detail?: string; cause?: unknown } = {},
): ProviderError {
  const unknown = facts.changes && !verdict.refused;
  const effect = unknown ? ' Whether the change was made is not known yet.' : ' Nothing was changed.';
  const message = `${verdict.what}${facts.changes ? effect : ''} ${verdict.next}`;
  return new ProviderError(verdict.code, message, {
    effect: unknown ? 'unknown' : 'none',
    temporary: verdict.temporary,
    ...more,
    detail: more.detail?.slice(0, detailLimit),
  });
}
