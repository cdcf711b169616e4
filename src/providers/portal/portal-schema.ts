import { z } from 'zod';
import type { AccessType } from '../../grants/access-types.ts';
import { parseDuration } from '../../grants/duration.ts';
import { pushSchema } from './push-schema.ts';

/** Shown to people, so on one line and not too long. */
const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u, 'is not one line of text');

const duration = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.durationMs;
  context.addIssue({ code: 'custom', message: 'is not a duration, such as `7d`, `12h` or `30m`' });
  return z.NEVER;
});

const name = words(80);

const target = z.strictObject({
  /** Goes into addresses. */
  id: words(200).refine((id) => !/^\.{1,2}$/.test(id), 'is not an id'),
  name,
  /** What it belongs to, where there are many. */
  project: name.optional(),
});

const accessType = z.strictObject({
  /** What `{type}` stands for, and what the portal's status says; the keyword where it is left out. */
  id: words(80).optional(),
  keyword: z.string().regex(/^[a-z][a-z-]{0,30}$/, 'is not one lower-case word'),
  label: name,
  canSee: z.array(words(200)).min(1),
  cannotSee: z.array(words(200)).min(1),
});

const portalAccess: z.output<typeof accessType> = {
  keyword: 'portal',
  label: 'portal access',
  canSee: ['what the support access of this portal shows, with the rights that the vendor gives it'],
  cannotSee: ['anything that is not reached through this portal'],
};

const noun = z
  .union(
    [
      z
        .string()
        .regex(/^[a-z][a-z ]{0,30}$/)
        .transform((one) => ({ one, many: `${one}s` })),
      z.strictObject({ one: name, many: name }),
    ],
    'is neither a lower-case word nor `{one: …, many: …}`',
  )
  .default({ one: 'portal', many: 'portals' });

const isEachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** What an organization's file says of a vendor's portal. Templates are data: nothing in it is ever run. */
export const portalSchema = z
  .strictObject({
    /** The vendor's name as people know it. */
    vendor: name,
    /** Who comes in. */
    supportStaff: name,
    /** What people call a target: `portal`, `tenant`, `workspace`. */
    noun,
    /** What ends access early, on buttons. */
    closeVerb: z
      .string()
      .regex(/^[A-Z][a-z]{1,20}$/, 'is not one word with a capital')
      .default('Disable'),
    /** Where a person finds the switch, to use it by hand. */
    url: z.url({ protocol: /^https?$/ }),
    targets: z
      .array(target)
      .min(1)
      .refine((all) => isEachOnce(all.map(({ id }) => id)), 'has an id twice')
      .refine((all) => isEachOnce(all.map((one) => `${one.project}\n${one.name.toLowerCase()}`)), 'has a name twice'),
    /** From the one that shows least. */
    accessTypes: z
      .array(accessType)
      .min(1)
      .refine((all) => isEachOnce(all.map(({ keyword }) => keyword)), 'has a keyword twice')
      .refine((all) => isEachOnce(all.map(({ id, keyword }) => id ?? keyword)), 'has an id twice')
      .default([portalAccess])
      .transform((all) =>
        all.map(
          ({ id, ...type }, index): AccessType => ({
            ...type,
            id: id ?? type.keyword,
            rank: index + 1,
            needsBlock: false,
            warnings: [],
            revokeWarnings: [],
          }),
        ),
      ),
    duration: z
      .strictObject({
        default: duration.prefault('7d'),
        longest: duration.prefault('7d'),
        shortest: duration.prefault('30m'),
      })
      .prefault({})
      .refine((all) => all.shortest <= all.default && all.default <= all.longest, {
        message: 'does not have `shortest`, `default` and `longest` in this order',
      }),
    /** Calls that Portcullis makes to the portal. */
    push: pushSchema.optional(),
    /** Whether the portal asks Portcullis. */
    pull: z.boolean().default(false),
  })
  .refine(({ push, pull }) => push !== undefined || pull, 'has neither `push` nor `pull`: nothing would be enforced');

export type PortalSettings = z.output<typeof portalSchema>;
