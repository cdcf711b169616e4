import { ErrorCode } from '@slack/web-api';
import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { failureAnswer } from '../../../src/slack/answers/failure-answer.ts';
import { DatabaseTimeoutError } from '../../../src/store/bounded.ts';
import { PeopleError } from '../../../src/work/people.ts';

// The driver alone can make one: it takes its whole picture of the servers.
const away: unknown = Object.create(MongoServerSelectionError.prototype);

describe('failureAnswer', () => {
  it.each([
    [new PeopleError('secret'), 'Slack does not tell Portcullis who you are right now, so nothing was changed.'],
    [away, 'Portcullis cannot reach its database right now, so nothing was changed.'],
    [new MongoNetworkError('secret'), 'it may or may not have been done'],
    [new DatabaseTimeoutError('secret'), 'it may or may not have been done'],
    [Object.assign(new Error('secret'), { code: ErrorCode.PlatformError }), 'Slack did not show the form'],
    [new TypeError('secret'), 'it may or may not have been done. Look at /support-access status'],
    ['secret', 'Something in Portcullis went wrong'],
  ])('says what did not happen and what to do, and nothing of the error', (error, words) => {
    const { text, blocks } = failureAnswer(error, '0a1b2c3d');
    expect(text).toContain(words);
    expect(text).toMatch(/[Tt]ry again/);
    expect(text).toContain('0a1b2c3d');
    expect(JSON.stringify(blocks)).not.toContain('secret');
  });
});
