import { createHmac } from 'node:crypto';

/** One request of Slack to the bot, complete with its signature. */
export interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What came of a delivery, as Slack sees it. */
export interface Receipt {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly ackMs: number;
  readonly body: string;
  /** The words Slack has for a missing (`operation_timeout`) or bad (`dispatch_failed`) acknowledgement. */
  readonly failure?: 'operation_timeout' | 'dispatch_failed';
}

export interface CourierOptions {
  /** Where the bot listens; its path is always `/slack/events`. */
  readonly botUrl: string;
  readonly signingSecret: string;
  readonly ackLimitMs: number;
}

/** Signs and sends what Slack sends to an app over HTTP. Timestamps are real time: that is what the bot compares with. */
export class Courier {
  readonly #endpoint: URL;
  readonly #secret: string;
  readonly #ackLimitMs: number;

  constructor(options: CourierOptions) {
    this.#endpoint = new URL('/slack/events', options.botUrl);
    this.#secret = options.signingSecret;
    this.#ackLimitMs = options.ackLimitMs;
  }

  form(fields: Readonly<Record<string, string>>): Delivery {
    return this.sign(new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' });
  }

  json(payload: unknown, headers: Readonly<Record<string, string>> = {}): Delivery {
    return this.sign(JSON.stringify(payload), { 'content-type': 'application/json', ...headers });
  }

  sign(body: string, headers: Readonly<Record<string, string>>, offsetSeconds = 0): Delivery {
    const timestamp = String(Math.floor(Date.now() / 1000) + offsetSeconds);
    const digest = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return {
      body,
      headers: { ...headers, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` },
    };
  }

  async send({ body, headers }: Delivery): Promise<Receipt> {
    const startedAt = performance.now();
    const elapsed = (): number => performance.now() - startedAt;
    const signal = AbortSignal.timeout(this.#ackLimitMs);
    try {
      const response = await fetch(this.#endpoint, { method: 'POST', body, headers, signal, redirect: 'manual' });
      const text = await response.text();
      const receipt = { status: response.status, ackMs: elapsed(), body: text };
      return response.ok ? receipt : { ...receipt, failure: 'dispatch_failed' };
    } catch {
      // The abort and a refused connection look alike from here: the time that passed tells them apart.
      const failure = signal.aborted ? 'operation_timeout' : 'dispatch_failed';
      return { status: 0, ackMs: elapsed(), body: '', failure };
    }
  }
}
