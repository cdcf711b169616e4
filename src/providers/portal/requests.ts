import { refusedBeforeCall } from '../calls/errors.ts';
import { renderJson } from './bodies.ts';
import type { ChangeTemplate } from './push-schema.ts';
import type { Template, Values } from './templates.ts';

/** What a template comes to. */
export interface RenderedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Throws `ProviderError` where a value cannot stand in the address. */
export function renderChange({ url, json, form }: ChangeTemplate, values: Values): RenderedRequest {
  const address = renderUrl(url, values);
  if (json !== undefined) {
    const body = JSON.stringify(renderJson(json, values));
    return { url: address, headers: { 'content-type': 'application/json' }, body };
  }
  if (form !== undefined) {
    const fields = Object.entries(form).map(([name, value]): [string, string] => [name, value.render(values, asItIs)]);
    const body = new URLSearchParams(fields).toString();
    return { url: address, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body };
  }
  return { url: address, headers: {} };
}

/**
 * Each value stays within the path segment, or the part of the query, in which its placeholder stands. A segment of dots
 * would leave it however it is encoded (URL standard, "double-dot URL path segment"), and is refused.
 */
export function renderUrl(url: Template, values: Values): string {
  const address = url.render(values, encoded);
  const [path = ''] = address.split('?');
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) throw notInAddress();
  return address;
}

const asItIs = (value: string): string => value;

function encoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    throw notInAddress();
  }
}

const notInAddress = () =>
  refusedBeforeCall('invalid', 'That name cannot stand in an address of the portal. Nothing was sent to it.');
