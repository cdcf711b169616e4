import { formatDuration } from '../grants/duration.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import type { LedgerActor } from './attestation.ts';

/** In whose words the page tells of everything. */
export type Vendor = Pick<ProviderCapabilities, 'vendor' | 'supportStaff' | 'targetNoun' | 'accessTypes' | 'hasBlock'>;

/** Of a table: its name, and how much of the width it takes, in percent. */
export type Column = readonly [name: string, width: number];

export const time = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

export const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

export const duration = (ms: number): string => formatDuration(Math.round(ms / 60_000) * 60_000);

/** Lines of one cell: what is empty leaves no gap. */
export const lines = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');

export function who({ kind, name }: LedgerActor, { vendor }: Vendor): string {
  switch (kind) {
    case 'person':
      return name ?? 'somebody';
    case 'portcullis':
      return 'Portcullis';
    case 'operator':
      return `${name ?? 'somebody'}, on the command line`;
    case 'outside':
      return `${name ?? 'somebody'} in ${vendor} itself`;
  }
}

export const accessLabel = (type: unknown, { accessTypes }: Vendor): string =>
  accessTypes.find(({ id }) => id === type)?.label ?? String(type ?? '');
