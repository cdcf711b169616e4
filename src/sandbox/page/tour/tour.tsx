import { useEffect } from 'react';
import { ActError } from '../parts/act-button.tsx';
import { useAct } from '../use-act.ts';
import type { Hands } from './moves.ts';
import { perform } from './perform.ts';
import { isLast, type Progress, stepAt } from './progress.ts';
import type { Pointer } from './step.ts';
import { steps } from './steps.ts';

interface TourProps {
  readonly progress: Progress;
  readonly pointer: Pointer;
  readonly hands: Hands;
  readonly onGo: (index: number) => void;
  readonly onLeave: () => void;
}

export function Tour({ progress, pointer, hands, onGo, onLeave }: TourProps) {
  const { index, done } = progress;
  const { title, why } = stepAt(progress);
  const { busy, error, run } = useAct();
  const doIt = () =>
    void run(async () => {
      const wrong = await perform(index, hands);
      return wrong === undefined ? { ok: true } : { ok: false, error: wrong };
    });
  const { say } = pointer;
  useEffect(() => {
    if (say !== '') document.querySelector('[data-pointed-at]')?.scrollIntoView({ block: 'nearest' });
  }, [say]);
  return (
    <section className="tour" aria-labelledby="tour-title" data-done={done || undefined}>
      <ol className="tour-dots" aria-hidden="true">
        {steps.map((step, place) => (
          <li key={step.title} data-past={place < index || (place === index && done) || undefined} />
        ))}
      </ol>
      <div className="tour-words">
        <h2 id="tour-title">
          <span className="tour-count">
            {index + 1} of {steps.length}
          </span>{' '}
          {title}
        </h2>
        <p className="tour-do" role="status">
          {done ? (isLast(progress) ? 'Done. That was the tour: the sandbox is yours.' : 'Done.') : say}
        </p>
        <p className="tour-why">{why}</p>
      </div>
      <div className="tour-buttons">
        {!done && (
          <button type="button" className="button" aria-busy={busy} aria-disabled={busy} onClick={doIt}>
            Do it for me
          </button>
        )}
        {isLast(progress) ? (
          done && (
            <button type="button" className="button" data-tone="primary" onClick={onLeave}>
              Finish
            </button>
          )
        ) : (
          <button
            type="button"
            className="button"
            data-tone={done ? 'primary' : 'plain'}
            onClick={() => onGo(index + 1)}
          >
            {done ? 'Next' : 'Skip'}
          </button>
        )}
        {index > 0 && (
          <button type="button" className="link-button" onClick={() => onGo(index - 1)}>
            Back
          </button>
        )}
        <button type="button" className="link-button" onClick={onLeave}>
          Leave tour
        </button>
        <ActError error={error} />
      </div>
    </section>
  );
}
