import { useRef } from 'react';
import { isJson, stringIn, textIn } from '../json.ts';
import { usePointer } from '../page-context.ts';
import { ActError } from '../parts/act-button.tsx';
import type { Json } from '../protocol.ts';
import { useAct } from '../use-act.ts';
import { ConfirmDialog, type ConfirmHandle } from './confirm-dialog.tsx';
import { useSurface } from './surface.ts';

/** A button of a message or view, with its confirm step where it has one. */
export function BlockButton({ blockId, button }: { readonly blockId: string; readonly button: Json }) {
  const press = useSurface();
  const pointed = usePointer();
  const { busy, error, run } = useAct();
  const dialog = useRef<ConfirmHandle>(null);
  const actionId = stringIn(button.action_id);
  const label = stringIn(button.accessibility_label);
  const go = () => void run(() => press(blockId, actionId));
  return (
    <>
      <button
        type="button"
        className="button"
        data-tone={stringIn(button.style) || 'plain'}
        aria-label={label === '' ? undefined : label}
        aria-busy={busy}
        aria-disabled={busy}
        aria-haspopup={isJson(button.confirm) ? 'dialog' : undefined}
        {...pointed(`action:${actionId}`)}
        onClick={() => {
          if (busy) return;
          if (isJson(button.confirm)) dialog.current?.ask();
          else go();
        }}
      >
        {textIn(button.text)}
      </button>
      <ActError error={error} />
      {isJson(button.confirm) && <ConfirmDialog ref={dialog} confirm={button.confirm} onConfirm={go} />}
    </>
  );
}
