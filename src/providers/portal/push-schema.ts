import { isIP } from 'node:net';
import { z } from 'zod';
import { secretReference } from '../../secret-reference.ts';
import { hostOf, isPrivateAddress } from '../../webhook/private-addresses.ts';
import { compileJson, type JsonTemplate, templatesIn } from './bodies.ts';
import { parsePointer } from './json-pointer.ts';
import { type Placeholder, parseTemplate, type Template } from './templates.ts';

/** A call that changes something, by templates. */
export interface ChangeTemplate {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: Template;
  readonly json?: JsonTemplate;
  readonly form?: Readonly<Record<string, Template>>;
}

const ofTarget: readonly Placeholder[] = ['target.id', 'target.name'];
const ofClosing: readonly Placeholder[] = [...ofTarget, 'idempotencyKey'];
const ofOpening: readonly Placeholder[] = [...ofClosing, 'type', 'until', 'untilEpochSeconds', 'durationSeconds'];

function template(allowed: readonly Placeholder[]) {
  return z.string().transform((text, context): Template => {
    const parsed = parseTemplate(text, allowed);
    if (parsed.ok) return parsed.template;
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  });
}

/** The part of an address that no placeholder may reach: what is put there later cannot lead elsewhere. */
const fixedHost = /^https?:\/\/[^/?#@\\{}\s]+\/[^#\\\s]*$/;

const urlTemplate = (allowed: readonly Placeholder[]) =>
  z
    .string()
    .regex(fixedHost, {
      error: 'is not an https address whose host is written out, without a name and password or a `#`',
      abort: true,
    })
    .refine((text) => URL.canParse(text), { error: 'is not an address', abort: true })
    .pipe(template(allowed));

function change(allowed: readonly Placeholder[]) {
  const json = z.unknown().transform(
    (given, context): JsonTemplate =>
      compileJson(given, allowed, (path, message) => {
        context.addIssue({ code: 'custom', path: [...path], message });
      }),
  );
  return z
    .strictObject({
      method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
      url: urlTemplate(allowed),
      json: json.optional(),
      form: z.record(z.string(), template(allowed)).optional(),
    })
    .refine(({ json, form }) => json === undefined || form === undefined, 'has both `json` and `form`');
}

/** Whether one of these goes into the call. */
export const uses = ({ url, json, form }: ChangeTemplate, ...names: readonly Placeholder[]): boolean =>
  [url, ...(json === undefined ? [] : templatesIn(json)), ...Object.values(form ?? {})].some((one) =>
    one.uses(...names),
  );

/** The portal has to end by itself what it opens, should nobody be there to close it. */
const opening = change(ofOpening).refine(
  (call) => uses(call, 'until', 'untilEpochSeconds', 'durationSeconds'),
  'gives the portal no end: it has to send `{until}`, `{untilEpochSeconds}` or `{durationSeconds}`',
);

const pointer = z.string().transform((text, context) => {
  const parsed = parsePointer(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a JSON pointer, such as `/support/enabled`' });
  return z.NEVER;
});

const words = z.array(z.string()).min(1);

const status = z.strictObject({
  url: urlTemplate(ofTarget),
  open: z.union(
    [
      pointer.transform((at) => ({ at })),
      z
        .strictObject({ at: pointer, open: words, closed: words })
        .transform(({ at, open, closed }) => ({ at, words: { open, closed } })),
    ],
    'is neither a JSON pointer to true or false nor `{at: pointer, open: [words], closed: [words]}`',
  ),
  until: pointer.optional(),
  type: pointer.optional(),
});

const plainUrl = z
  .string()
  .regex(fixedHost, { error: 'is not an https address', abort: true })
  .refine((text) => URL.canParse(text) && !/[{}]/.test(text), { error: 'is not an address', abort: true });

/** How calls prove who they are from: by exactly one of these. */
const auth = z
  .strictObject({
    /** Sent as `Authorization: Bearer …`. */
    bearer: secretReference.optional(),
    /** Client credentials (RFC 6749, 4.4). */
    oauth: z
      .strictObject({
        tokenUrl: plainUrl,
        clientId: z.string().min(1),
        clientSecret: secretReference,
        scope: z.string().min(1).optional(),
      })
      .optional(),
    /** Standard Webhooks, with a secret that begins with `whsec_`. */
    signature: z.strictObject({ secret: secretReference }).optional(),
  })
  .transform(({ bearer, oauth, signature }, context) => {
    const given = [
      ...(bearer === undefined ? [] : [{ kind: 'bearer', secret: bearer } as const]),
      ...(oauth === undefined ? [] : [{ kind: 'oauth', ...oauth } as const]),
      ...(signature === undefined ? [] : [{ kind: 'signature', ...signature } as const]),
    ];
    const [only, ...more] = given;
    if (only !== undefined && more.length === 0) return only;
    context.addIssue({ code: 'custom', message: 'is not exactly one of `bearer`, `oauth` and `signature`' });
    return z.NEVER;
  });

/** The calls that switch access at the portal. */
export const pushSchema = z
  .strictObject({
    open: opening,
    /** For what is open already; `open` is called where this is left out. */
    extend: opening.optional(),
    close: change(ofClosing),
    status: status.optional(),
    auth,
    /** Hosts that may have a private address, and may be called without TLS. */
    allowPrivate: z.array(z.string().min(1)).default([]),
  })
  .superRefine((push, context) => {
    for (const [path, address] of addressesOf(push)) {
      const message = problemOf(new URL(address), push.allowPrivate);
      if (message !== undefined) context.addIssue({ code: 'custom', path, message });
    }
  });

export type PortalPush = z.output<typeof pushSchema>;
export type PortalAuth = PortalPush['auth'];
export type StatusTemplate = NonNullable<PortalPush['status']>;

type Address = readonly [path: string[], address: string];

/** Every address that is called, as far as no placeholder changes it, by where it stands. */
export function addressesOf(push: Omit<PortalPush, 'allowPrivate'>): Address[] {
  const { open, extend, close, status: read, auth: by } = push;
  const calls = Object.entries({ open, extend, close, status: read }).flatMap(([name, call]): Address[] =>
    call === undefined ? [] : [[[name, 'url'], new URL(call.url.parts[0]?.text ?? '').origin]],
  );
  return by.kind === 'oauth' ? [...calls, [['auth', 'oauth', 'tokenUrl'], by.tokenUrl]] : calls;
}

function problemOf(address: URL, allowPrivate: readonly string[]): string | undefined {
  const host = hostOf(address);
  if (allowPrivate.includes(host)) return undefined;
  if (address.protocol !== 'https:') return 'is not an https address, and its host does not stand in `allowPrivate`';
  const isPrivate = host === 'localhost' || (isIP(host) !== 0 && isPrivateAddress(host));
  return isPrivate
    ? 'leads to this machine or a private network, and its host does not stand in `allowPrivate`'
    : undefined;
}
