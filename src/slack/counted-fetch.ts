import { z } from 'zod';
import type { Metrics } from '../metrics.ts';

const refusal = z.object({ ok: z.literal(false) });

/** `fetch` as it is, with each call to Slack counted. In real time: the answer comes from elsewhere. */
export function countedFetch(metrics: Metrics, apiUrl: string): typeof fetch {
  return async (input, init) => {
    const call = callAt(input instanceof Request ? input.url : String(input), apiUrl);
    const beganMs = performance.now();
    const count = (outcome: string, status?: number): void =>
      metrics.called({ to: 'slack', call, outcome, status, durationMs: performance.now() - beganMs });
    try {
      const response = await fetch(input, init);
      count(await outcomeOf(response), response.status);
      return response;
    } catch (error) {
      count(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection');
      throw error;
    }
  };
}

/** A method of the Web API; other addresses hold ids and secrets, and are told apart only by what they are for. */
function callAt(url: string, apiUrl: string): string {
  const method = url.startsWith(apiUrl) ? url.slice(apiUrl.length) : '';
  if (/^[a-z]+(?:\.[A-Za-z]+)+$/.test(method)) return method;
  return url.includes('/upload/') ? 'upload' : 'response_url';
}

/** Slack refuses with status 200 (Slack documentation, "Using the Slack Web API"). */
async function outcomeOf(response: Response): Promise<string> {
  if (response.status === 429) return 'rate-limited';
  if (response.status >= 500) return 'unavailable';
  if (!response.ok) return 'refused';
  const text = await response.clone().text();
  return isRefusal(text) ? 'refused' : 'ok';
}

function isRefusal(text: string): boolean {
  try {
    return refusal.safeParse(JSON.parse(text)).success;
  } catch {
    // What is not JSON, as from an upload, refuses by its status.
    return false;
  }
}
