import type { IncomingHttpHeaders } from 'node:http';

const ownHost = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/;

/**
 * Why a request is refused, if it is. Whoever opens a foreign page in the same browser must not let that page act here: a
 * name that an attacker's DNS points at this machine shows in `Host`, a request from another site in `Origin`.
 */
export function foreignBecause(headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>): string | undefined {
  if (!ownHost.test(headers.host ?? '')) return 'The sandbox answers only under localhost and 127.0.0.1.';
  const isForeign = headers.origin !== undefined && headers.origin !== `http://${headers.host}`;
  if (isForeign) return 'The sandbox answers only its own page.';
  return undefined;
}

/** On every answer. Data URLs are what the bundler makes of small images. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
