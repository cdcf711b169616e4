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
        // A connection of its own for each call: one that was kept might be closed under a call, and its effect be unknown.
        { method, headers, signal, agent: false, lookup: guarded ? publicOnly : undefined },
        (answer) => resolve(responseOf(answer)),
      );
      request.on('error', reject);
      request.end(body);
    });
  };
}

function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 0, headers } = answer;
  const known = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  if (!withoutBody.includes(status)) return new Response(Readable.toWeb(answer), { status, headers: known });
  answer.resume();
  return new Response(null, { status, headers: known });
}
