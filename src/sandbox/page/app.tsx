import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { people } from '../demo-workspace.ts';
import type { PageClient } from './client.ts';
import { Modal } from './modal/modal.tsx';
import { type Page, PageContext, type Place, type Tab } from './page-context.ts';
import { Atlas } from './parts/atlas.tsx';
import { Conversation } from './parts/conversation.tsx';
import { Home } from './parts/home.tsx';
import { Narration } from './parts/narration.tsx';
import { People } from './parts/people.tsx';
import { Places } from './parts/places.tsx';
import { Portal } from './parts/portal.tsx';
import { Tabs } from './parts/tabs.tsx';
import { TopBar } from './parts/top-bar.tsx';
import type { PageState } from './protocol.ts';
import { handsOf } from './tour/hands.ts';
import { owner } from './tour/step.ts';
import { Tour } from './tour/tour.tsx';
import { useDark } from './use-dark.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import { useStored, useStoredFlag } from './use-stored.ts';
import { useTour } from './use-tour.ts';

const everybody = Object.values(people);

export function App({ client }: { readonly client: PageClient }) {
  const { state, connection } = useSyncExternalStore(
    useCallback((listener) => client.subscribe(listener), [client]),
    () => client.snapshot,
  );
  const [kept, setPerson] = useStored('portcullis-person');
  const person = everybody.find((id) => id === kept) ?? owner;
  useEffect(() => client.watch(person), [client, person]);
  useKeptFocus(state?.revision);
  return (
    <>
      {connection === 'lost' && (
        <p role="alert" className="banner">
          The sandbox does not answer. What you see may be old; the page connects again by itself.
        </p>
      )}
      {state === undefined ? (
        <p className="starting" role="status">
          Starting the sandbox…
        </p>
      ) : (
        <Sandbox client={client} state={state} become={setPerson} />
      )}
    </>
  );
}

interface SandboxProps {
  readonly client: PageClient;
  readonly state: PageState;
  readonly become: (person: string) => void;
}

function Sandbox({ client, state, become }: SandboxProps) {
  const [wish, go] = useState<Place>({ kind: 'conversation', id: '' });
  const [tab, show] = useState<Tab>('conversation');
  const [touring, setTouring] = useStoredFlag('portcullis-tour', true);
  const [narrated, setNarrated] = useStoredFlag('portcullis-narration', true);
  const [dark, setDark] = useDark();
  const tour = useTour(state, touring);
  const act = useCallback<Page['act']>((one) => client.act(one), [client]);
  const hands = useMemo(() => handsOf(client, { become, go, show }), [client, become]);

  // A place that this person does not have is no place: they see their first conversation then.
  const conversation =
    wish.kind === 'home' ? undefined : (state.conversations.find(({ id }) => id === wish.id) ?? state.conversations[0]);
  const place: Place = conversation === undefined ? { kind: 'home' } : { kind: 'conversation', id: conversation.id };
  const pointer = tour?.progress.done === false ? tour.pointer : undefined;
  const pointedAt = new Set(pointer === undefined ? [] : [...pointer.at, `tab:${pointer.tab}`]);
  // Everybody in the sandbox lives in UTC, and the bot writes and narrates for that: one notation everywhere.
  const reader = { now: new Date(state.clock.now), locale: 'en-GB', timeZone: 'UTC' };
  const modal = state.modals.at(-1);
  return (
    <PageContext value={{ state, reader, place, act, go, become, show, pointedAt }}>
      <div className="page" data-tab={tab}>
        <TopBar
          dark={dark}
          onDark={setDark}
          narrated={narrated}
          onNarrated={setNarrated}
          touring={touring}
          onTouring={setTouring}
        />
        {(tour !== undefined || narrated) && (
          <div className="guide">
            {tour !== undefined && <Tour {...tour} hands={hands} onGo={tour.goTo} onLeave={() => setTouring(false)} />}
            {narrated && <Narration onHide={() => setNarrated(false)} />}
          </div>
        )}
        <Tabs tab={tab} />
        <main className="columns">
          <div className="column rail" data-column="people">
            <People />
            <Places />
          </div>
          <div className="column" data-column="conversation">
            {conversation === undefined ? (
              <Home key={state.viewer} />
            ) : (
              <Conversation key={`${state.viewer} ${conversation.id}`} conversation={conversation} />
            )}
          </div>
          <div className="column" data-column="atlas">
            <Atlas />
          </div>
          <div className="column" data-column="portal">
            <Portal />
          </div>
        </main>
      </div>
      {modal !== undefined && (
        <Modal
          key={state.viewer}
          view={modal}
          beneath={state.modals.length - 1}
          hint={pointer === undefined || pointer.at.length > 0 ? undefined : `Tour: ${pointer.say}`}
        />
      )}
    </PageContext>
  );
}
