import { useState } from 'react';
import { timeOfDay } from '../dates.ts';
import { usePage } from '../page-context.ts';
import type { PageNarration } from '../protocol.ts';
import { scrollable } from './scrollable.ts';

/** What just happened, and why; all of it on demand. */
export function Narration({ onHide }: { readonly onHide: () => void }) {
  const { state } = usePage();
  const [all, setAll] = useState(false);
  const last = state.narration.at(-1);
  return (
    <section className="narration" aria-labelledby="narration-title">
      <div className="guide-head">
        <h2 id="narration-title">What just happened</h2>
        <button
          type="button"
          className="link-button"
          aria-expanded={all}
          aria-controls="narration-list"
          onClick={() => setAll(!all)}
        >
          {all ? 'Less' : 'Earlier'}
        </button>
        <button type="button" className="link-button" onClick={onHide}>
          Hide
        </button>
      </div>
      <div className="narration-last" role="status">
        {last === undefined ? <p>Nothing yet.</p> : <Sentence narration={last} />}
      </div>
      <ol id="narration-list" className="narration-list" hidden={!all} {...scrollable} aria-label="Earlier">
        {state.narration
          .slice(0, -1)
          .toReversed()
          .map((narration) => (
            <li key={narration.id}>
              <Sentence narration={narration} />
            </li>
          ))}
      </ol>
    </section>
  );
}

function Sentence({ narration }: { readonly narration: PageNarration }) {
  const { reader } = usePage();
  return (
    <p>
      <time dateTime={narration.at}>{timeOfDay(new Date(narration.at), reader)}</time> {narration.text}
    </p>
  );
}
