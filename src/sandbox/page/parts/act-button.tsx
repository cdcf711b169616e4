import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import type { PageOutcome } from '../protocol.ts';
import { useAct } from '../use-act.ts';

interface ActButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'onClick'> {
  readonly onAct: () => Promise<PageOutcome>;
  readonly tone?: 'primary' | 'danger' | 'plain';
  readonly children: ReactNode;
}

/** A button that shows that it is at work, and says beside it what went wrong. */
export function ActButton({ onAct, tone = 'plain', children, className = '', ...rest }: ActButtonProps) {
  const { busy, error, run } = useAct();
  return (
    <>
      <button
        type="button"
        {...rest}
        className={`button ${className}`}
        data-tone={tone}
        aria-busy={busy}
        aria-disabled={busy || rest['aria-disabled']}
        onClick={() => void run(onAct)}
      >
        {children}
      </button>
      <ActError error={error} />
    </>
  );
}

export function ActError({ error }: { readonly error: string | undefined }) {
  return error === undefined ? null : (
    <span role="alert" className="act-error">
      {error}
    </span>
  );
}
