import { clockFace, inFull } from '../dates.ts';
import { usePage, usePointer } from '../page-context.ts';
import type { PageClock } from '../protocol.ts';
import { ActButton } from './act-button.tsx';
import { Mark } from './avatar.tsx';
import { More, type MoreProps } from './more.tsx';

export function TopBar(props: MoreProps) {
  const { state } = usePage();
  return (
    <header className="top-bar">
      <div className="brand">
        <span className="brand-mark">
          <Mark />
        </span>
        <h1>
          Portcullis <span>sandbox</span>
        </h1>
        {/* Empty while it rests, so that it is read out when it begins. */}
        <p className="working" role="status" data-on={state.busy || undefined}>
          {state.busy ? 'Portcullis is working' : ''}
        </p>
      </div>
      <Clock clock={state.clock} />
      <More {...props} />
    </header>
  );
}

function Clock({ clock }: { readonly clock: PageClock }) {
  const { act, reader } = usePage();
  const pointed = usePointer();
  const { day, time } = clockFace(reader.now, reader);
  const none = { ok: false } as const;
  const { nextReminder, nextEnd } = clock;
  return (
    <section className="clock" aria-label="The sandbox's clock">
      <time className="clock-face" dateTime={clock.now} title={inFull(reader.now, reader)}>
        <b>{time}</b> <span>UTC, {day}</span>
      </time>
      <div className="clock-buttons">
        <ActButton aria-label="Move the clock by 1 minute" onAct={() => act({ kind: 'clock', to: 'minute' })}>
          +1 min
        </ActButton>
        <ActButton aria-label="Move the clock by 1 hour" onAct={() => act({ kind: 'clock', to: 'hour' })}>
          +1 h
        </ActButton>
        <ActButton
          aria-label="Move the clock to the next reminder"
          aria-disabled={nextReminder === undefined}
          title={nextReminder === undefined ? 'No reminder is due' : inFull(new Date(nextReminder), reader)}
          {...pointed('clock-reminder')}
          onAct={async () =>
            nextReminder === undefined
              ? { ...none, error: 'No reminder is due.' }
              : act({ kind: 'clock', to: 'next-reminder' })
          }
        >
          <span className="wide-only">To reminder</span>
          <span className="narrow-only">Reminder</span>
        </ActButton>
        <ActButton
          aria-label="Move the clock to the end"
          aria-disabled={nextEnd === undefined}
          title={nextEnd === undefined ? 'Nothing is open' : inFull(new Date(nextEnd), reader)}
          {...pointed('clock-end')}
          onAct={async () =>
            nextEnd === undefined ? { ...none, error: 'Nothing is open.' } : act({ kind: 'clock', to: 'next-end' })
          }
        >
          <span className="wide-only">To end</span>
          <span className="narrow-only">End</span>
        </ActButton>
      </div>
    </section>
  );
}
