import type { AccessToken } from '../../grants/tokens.ts';
import { mayAskAbout } from '../../grants/tokens.ts';
import { namesOf } from '../../operations/targets.ts';
import type { Target } from '../../providers/provider.ts';

export type NamedTarget =
  | { readonly kind: 'target'; readonly id: string }
  | { readonly kind: 'unknown' }
  /** Several go by this name. */
  | { readonly kind: 'ambiguous' };

/** Finds targets by what they are called, as fast among many as among few. */
export class TargetNames {
  readonly #ids = new Set<string>();
  readonly #named = new Map<string, Set<string>>();

  constructor(targets: readonly Target[]) {
    for (const target of targets) {
      this.#ids.add(target.id);
      for (const name of namesOf(target)) {
        const ids = this.#named.get(name) ?? new Set();
        this.#named.set(name, ids.add(target.id));
      }
    }
  }

  /** Among those that the token may ask about: the others are as if they were not there. */
  find(name: string, token: AccessToken): NamedTarget {
    // An id is never taken for a name that somebody gave to something else.
    if (this.#ids.has(name) && mayAskAbout(token, name)) return { kind: 'target', id: name };
    const named = this.#named.get(name.trim().toLowerCase()) ?? [];
    const [id, ...others] = [...named].filter((one) => mayAskAbout(token, one));
    if (id === undefined) return { kind: 'unknown' };
    return others.length === 0 ? { kind: 'target', id } : { kind: 'ambiguous' };
  }
}
