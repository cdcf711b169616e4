import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { hostOf, isPrivateAddress, PrivateAddressError, publicOnly } from '../../webhook/private-addresses.ts';
import type { Send } from './transport.ts';

/** Statuses for which a `Response` takes no body (Fetch standard, "null body status"). */
const withoutBody = [204, 205, 304];

/**
 * `fetch` that keeps away from private addresses: a host that is not named in `privateHosts` is not called where its name
 * leads to one at the moment of the call. Fails with `PrivateAddressError` then.
 */
export function createGuardedFetch(privateHosts: readonly string[]): Send {
  return (url, { method, headers, body, signal }) => {
    const address = new URL(url);
    const host = hostOf(address);
    const guarded = !privateHosts.includes(host);
    if (guarded && isIP(host) !== 0 && isPrivateAddress(host)) return Promise.reject(new PrivateAddressError());
    const send = address.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        address,
        {
          method,
          headers: { ...headers, ...lengthOf(body) },
          signal,
          // A connection of its own for each call: one that was kept might be closed under a call, and its effect be unknown.
          agent: false,
          lookup: guarded ? publicOnly : undefined,
        },
        (answer) => {
          try {
            resolve(responseOf(answer));
          } catch (error) {
            // A `Response` has a status from 200 to 599 (Fetch standard); thrown from here, it would end the process.
            answer.destroy();
            reject(error);
          }
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  };
}

/** Node frames the body of a DELETE in no way by itself: whoever receives it would take it for another request. */
const lengthOf = (body: string | undefined): Readonly<Record<string, string>> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 0, headers } = answer;
  const known = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  if (!withoutBody.includes(status)) return new Response(Readable.toWeb(answer), { status, headers: known });
  answer.resume();
  return new Response(null, { status, headers: known });
}
