import { useId, useRef, useState } from 'react';
import { ConfirmDialog, type ConfirmHandle } from '../blocks/confirm-dialog.tsx';
import { usePage } from '../page-context.ts';
import { useAct } from '../use-act.ts';
import { ActError } from './act-button.tsx';

export interface MoreProps {
  readonly dark: boolean;
  readonly onDark: (dark: boolean) => void;
  readonly narrated: boolean;
  readonly onNarrated: (narrated: boolean) => void;
  readonly touring: boolean;
  readonly onTouring: (touring: boolean) => void;
}

const text = (words: string) => ({ type: 'plain_text', text: words });

const resetConfirm = {
  title: text('Start anew?'),
  text: text('Everything that was asked, opened and said here is forgotten, and time goes back to the beginning.'),
  confirm: text('Start anew'),
  deny: text('Keep it'),
  style: 'danger',
};

/** How the page itself is set. */
export function More({ dark, onDark, narrated, onNarrated, touring, onTouring }: MoreProps) {
  const { act } = usePage();
  const { busy, error, run } = useAct();
  const dialog = useRef<ConfirmHandle>(null);
  const id = useId();
  // Only where there is no room for them beside each other.
  const [open, setOpen] = useState(false);
  return (
    <div className="more">
      <button
        type="button"
        className="button more-toggle"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        Settings
      </button>
      <div id={id} className="more-items" data-open={open || undefined}>
        <button type="button" className="button" aria-pressed={touring} onClick={() => onTouring(!touring)}>
          Tour
        </button>
        <button type="button" className="button" aria-pressed={narrated} onClick={() => onNarrated(!narrated)}>
          Narration
        </button>
        <button type="button" className="button" aria-pressed={dark} onClick={() => onDark(!dark)}>
          Dark
        </button>
        <button
          type="button"
          className="button"
          aria-busy={busy}
          aria-haspopup="dialog"
          onClick={() => dialog.current?.ask()}
        >
          Reset
        </button>
        <ActError error={error} />
      </div>
      <ConfirmDialog ref={dialog} confirm={resetConfirm} onConfirm={() => void run(() => act({ kind: 'reset' }))} />
    </div>
  );
}
