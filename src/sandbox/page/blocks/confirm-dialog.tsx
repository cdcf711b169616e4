import { type Ref, useId, useImperativeHandle, useRef } from 'react';
import { stringIn, textIn } from '../json.ts';
import type { Json } from '../protocol.ts';
import { TextObject } from './text-object.tsx';

export interface ConfirmHandle {
  readonly ask: () => void;
}

interface ConfirmDialogProps {
  readonly ref: Ref<ConfirmHandle>;
  /** Slack's confirmation dialog object. */
  readonly confirm: Json;
  readonly onConfirm: () => void;
}

/** The browser's own dialog: it holds the focus and gives it back. */
export function ConfirmDialog({ ref, confirm, onConfirm }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useImperativeHandle(ref, () => ({ ask: () => dialog.current?.showModal() }));
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} className="dialog confirm" aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`}>
      <h2 id={`${id}-title`}>{textIn(confirm.title)}</h2>
      <div id={`${id}-text`} className="dialog-body">
        <TextObject text={confirm.text} />
      </div>
      <div className="dialog-foot">
        <button type="button" className="button" data-tone="plain" onClick={close}>
          {textIn(confirm.deny)}
        </button>
        <button
          type="button"
          className="button"
          data-tone={stringIn(confirm.style) || 'primary'}
          onClick={() => {
            close();
            onConfirm();
          }}
        >
          {textIn(confirm.confirm)}
        </button>
      </div>
    </dialog>
  );
}
