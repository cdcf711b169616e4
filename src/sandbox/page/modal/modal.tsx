import { type RefObject, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Block } from '../blocks/blocks.tsx';
import { SurfaceContext } from '../blocks/surface.ts';
import { listIn, stringIn, textIn } from '../json.ts';
import { usePage } from '../page-context.ts';
import { ActError } from '../parts/act-button.tsx';
import type { PageView } from '../protocol.ts';
import { useAct } from '../use-act.ts';
import { EntriesContext } from './entries.ts';
import { InputBlock } from './input-block.tsx';
import { SendQueue } from './send-queue.ts';

interface ModalProps {
  readonly view: PageView;
  /** How many modals lie beneath. */
  readonly beneath: number;
  /** What the tour says here, since it cannot be reached meanwhile. */
  readonly hint: string | undefined;
}

/** The modal in front of the person, as the browser's own dialog: it holds the focus and gives it back. */
export function Modal({ view, beneath, hint }: ModalProps) {
  const { state, act } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const submitting = useAct();
  const closing = useAct();
  const { id: viewId } = view;
  const person = state.viewer;
  const [unsent, setUnsent] = useState<string>();
  const queue = useMemo(
    () => new SendQueue(act, { person, viewId }, ({ error }) => setUnsent(error)),
    [act, person, viewId],
  );

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const wrong = Object.keys(view.errors).join(' ');
  useEffect(() => {
    if (wrong !== '') body.current?.querySelector<HTMLElement>('[data-invalid] :is(input, textarea, select)')?.focus();
  }, [wrong]);

  const submit = () =>
    void submitting.run(async () => {
      await queue.flush();
      return act({ kind: 'view-submit', person, viewId });
    });
  const close = () => void closing.run(() => act({ kind: 'view-close', person, viewId }));
  const submitLabel = textIn(view.view.submit);
  return (
    <dialog
      ref={dialog}
      className="dialog modal"
      data-stacked={beneath > 0 || undefined}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // It goes when the bot's Slack says so.
        event.preventDefault();
        close();
      }}
    >
      <form
        className="modal-form"
        data-busy={state.busy || undefined}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="dialog-head">
          <h2 id={titleId} ref={heading} tabIndex={-1}>
            {textIn(view.view.title)}
          </h2>
          <button type="button" className="icon-button" aria-label="Close this window" onClick={close}>
            <span aria-hidden="true">×</span>
          </button>
        </div>
        <div className="dialog-body" ref={body}>
          {hint !== undefined && <p className="modal-hint">{hint}</p>}
          {view.notice !== undefined && (
            <p role="alert" className="notice">
              {view.notice}
            </p>
          )}
          <ModalBlocks view={view} queue={queue} />
          <FocusFirst key={formOf(view)} body={body} otherwise={heading} />
        </div>
        <div className="dialog-foot">
          <ActError error={submitting.error ?? closing.error ?? unsent} />
          <button type="button" className="button" data-tone="plain" aria-busy={closing.busy} onClick={close}>
            {textIn(view.view.close) || 'Close'}
          </button>
          {submitLabel !== '' && (
            <button
              type="submit"
              className="button"
              data-tone="primary"
              aria-busy={submitting.busy}
              aria-disabled={submitting.busy}
            >
              {submitLabel}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

/** Stays the same while the bot changes parts of one form as it is being filled in. */
const formOf = ({ id, view }: PageView): string =>
  [id, view.callback_id, listIn(view.blocks).some(({ type }) => type === 'input')].join(' ');

interface FocusFirstProps {
  readonly body: RefObject<HTMLElement | null>;
  readonly otherwise: RefObject<HTMLElement | null>;
}

/** Once for each form that the bot shows: the focus goes to its first control. */
function FocusFirst({ body, otherwise }: FocusFirstProps) {
  // Not before the dialog is open, which moves the focus too.
  useEffect(() => {
    const first = body.current?.querySelector<HTMLElement>('input, textarea, select, button');
    (first ?? otherwise.current)?.focus();
    if (body.current !== null) body.current.scrollTop = 0;
  }, [body, otherwise]);
  return null;
}

function ModalBlocks({ view, queue }: { readonly view: PageView; readonly queue: SendQueue }) {
  const { state, act } = usePage();
  const press = useMemo(
    () => async (blockId: string, actionId: string) => {
      await queue.flush();
      return act({ kind: 'view-action', person: state.viewer, viewId: view.id, blockId, actionId });
    },
    [act, queue, state.viewer, view.id],
  );
  return (
    <SurfaceContext value={press}>
      <EntriesContext value={queue}>
        <div className="blocks">
          {listIn(view.view.blocks).map((block, index) => {
            const key = `${view.id} ${view.view.callback_id} ${stringIn(block.block_id) || index}`;
            return block.type === 'input' ? (
              <InputBlock key={key} block={block} view={view} />
            ) : (
              <Block key={key} block={block} />
            );
          })}
        </div>
      </EntriesContext>
    </SurfaceContext>
  );
}
