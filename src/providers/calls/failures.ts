import { PrivateAddressError } from '../../webhook/private-addresses.ts';
import type { ProviderError } from '../provider.ts';
import { type CallFacts, providerError, type Verdict } from './errors.ts';

const certificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Codes that only occur while a connection is being made, so before a request can have left. */
const connectCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const connectSyscalls = new Set(['connect', 'getaddrinfo']);

/**
 * What `fetch` threw. Node wraps the reason as `cause`, and where a name has several addresses the reason is an
 * `AggregateError` of one failure for each: the request certainly never left only if all of them say so.
 */
export function errorForFailure(facts: CallFacts, thrown: unknown): ProviderError {
  const reasons = rootCauses(thrown);
  const code = reasons.map((reason) => stringProperty(reason, 'code')).find((found) => found !== undefined);
  if (reasons.every((reason) => certificateCodes.has(stringProperty(reason, 'code') ?? ''))) {
    const verdict: Verdict = {
      code: 'connection',
      refused: true,
      temporary: false,
      what: `No safe connection to ${facts.vendor}: this server does not trust the certificate at ${facts.vendor}'s address.`,
      next: 'Whoever runs Portcullis can look into it.',
    };
    return providerError(facts, verdict, { detail: code, cause: thrown });
  }
  if (reasons.some((reason) => reason instanceof PrivateAddressError)) return leadsToPrivate(facts);
  const neverSent = reasons.every(
    (reason) =>
      connectCodes.has(stringProperty(reason, 'code') ?? '') ||
      connectSyscalls.has(stringProperty(reason, 'syscall') ?? ''),
  );
  const verdict: Verdict = {
    code: 'connection',
    refused: neverSent,
    temporary: true,
    what: neverSent
      ? `${facts.vendor} cannot be reached from this server.`
      : `The connection to ${facts.vendor} broke before its answer came.`,
    next: 'It can be tried again; if it lasts, whoever runs Portcullis can check the network.',
  };
  return providerError(facts, verdict, { detail: code, cause: thrown });
}

function leadsToPrivate(facts: CallFacts): ProviderError {
  return providerError(facts, {
    code: 'connection',
    refused: true,
    temporary: false,
    what: `The address of ${facts.vendor} leads to a private network, so nothing was sent there.`,
    next: 'Whoever runs Portcullis can allow its host by name, if that is meant.',
  });
}

function rootCauses(thrown: unknown): unknown[] {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.flatMap(rootCauses);
  if (thrown instanceof Error && thrown.cause !== undefined) return rootCauses(thrown.cause);
  return [thrown];
}

function stringProperty(of: unknown, name: 'code' | 'syscall'): string | undefined {
  if (typeof of !== 'object' || of === null) return undefined;
  const value: unknown = Reflect.get(of, name);
  return typeof value === 'string' ? value : undefined;
}
