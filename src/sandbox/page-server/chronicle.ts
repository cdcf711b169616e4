import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { formatDuration } from '../../grants/duration.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import type { PageNarration } from '../page/protocol.ts';
import { accessLabel } from './access-label.ts';
import type { AuditLine, Happening, ToldGrant } from './narration/happening.ts';
import { narrate } from './narration/narrate.ts';

const most = 100;

const auditLine: z.ZodType<AuditLine> = z.object({
  audit: z.literal(true),
  organization: z.string().optional(),
  action: z.string(),
  outcome: z.enum(['done', 'refused']),
  actor: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('person'), name: z.string() }),
    z.object({ kind: z.literal('portcullis') }),
    z.object({ kind: z.literal('outside') }),
    z.object({ kind: z.literal('operator'), name: z.string() }),
  ]),
  grantId: z.string().optional(),
  to: z.string().optional(),
  reason: z.string().optional(),
});

interface ChronicleOptions {
  /** The number of the first sentence. */
  readonly firstSentence: number;
  readonly onChange: () => void;
  readonly onError: (line: string) => void;
}

interface ChronicleSource {
  readonly clock: Clock;
  /** The bot's record of a grant, and the vendor that it is about. */
  grant(id: string): Promise<{ readonly grant: Grant; readonly vendor: string } | undefined>;
}

/** Keeps what happened, told in sentences. */
export class Chronicle {
  readonly #onChange: () => void;
  readonly #onError: (line: string) => void;
  #told: PageNarration[] = [];
  #nextId: number;
  #telling: Promise<void> = Promise.resolve();
  #source: ChronicleSource | undefined;

  constructor({ firstSentence, onChange, onError }: ChronicleOptions) {
    this.#nextId = firstSentence;
    this.#onError = onError;
    this.#onChange = onChange;
  }

  /** What is heard before is not told. */
  begin(source: ChronicleSource): void {
    this.#source = source;
  }

  /** Takes a line of the bot's log if it is an audit line. */
  hears(line: string): boolean {
    const parsed = auditLine.safeParse(JSON.parse(line));
    if (!parsed.success) return false;
    const { grantId } = parsed.data;
    this.#later(async () => ({
      kind: 'audit',
      line: parsed.data,
      grant: grantId === undefined ? undefined : await this.#grant(grantId),
    }));
    return true;
  }

  tell(happening: Happening): void {
    this.#later(async () => happening);
  }

  /** Somebody was reminded of what is open: nothing of the kind stands in the audit log. */
  tellReminder(grantId: string): void {
    this.#later(async () => {
      const grant = await this.#grant(grantId);
      return grant === undefined ? undefined : { kind: 'reminder', grant };
    });
  }

  /** The oldest first. */
  newest(): readonly PageNarration[] {
    return this.#told;
  }

  get nextId(): number {
    return this.#nextId;
  }

  async #grant(id: string): Promise<ToldGrant | undefined> {
    const found = await this.#source?.grant(id);
    return found && toldGrant(found.grant, found.vendor);
  }

  /** Told in the order in which it happened, although a grant has to be read first. */
  #later(happening: () => Promise<Happening | undefined>): void {
    const at = this.#source?.clock.now();
    if (at === undefined) return;
    this.#telling = this.#telling.then(async () => {
      const told = await happening();
      if (told !== undefined) this.#append(narrate(told, at), at);
    });
    this.#telling = this.#telling.catch((error: unknown) => this.#onError(`Not narrated: ${String(error)}\n`));
  }

  #append(text: string | undefined, at: Date): void {
    if (text === undefined) return;
    this.#told = [...this.#told, { id: this.#nextId++, at: at.toISOString(), text }].slice(-most);
    this.#onChange();
  }
}

function toldGrant(grant: Grant, vendor: string): ToldGrant {
  const terms = grant.confirmed ?? termsInForce(grant);
  return {
    vendor,
    cluster: grant.target.name,
    access: accessLabel(terms?.type ?? grant.terms.type),
    duration: formatDuration(grant.terms.durationMs),
    requester: grant.requestedBy?.name ?? 'nobody',
    until: terms?.until,
  };
}
