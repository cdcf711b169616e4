import { useEffect, useRef } from 'react';
import { usePage } from '../page-context.ts';
import type { PageConversation, PageMessage } from '../protocol.ts';
import { entriesOf } from '../threads.ts';
import { useFresh } from '../use-fresh.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { EntryItem } from './message.tsx';
import { scrollable } from './scrollable.ts';

/** What is this close to the end is read as its end. */
const nearPx = 24;

const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }: Element): boolean =>
  scrollTop + clientHeight >= scrollHeight - nearPx;

export function Conversation({ conversation }: { readonly conversation: PageConversation }) {
  const { state, act } = usePage();
  const { id, kind, name, unread, messages } = conversation;
  const { viewer } = state;
  const title = kind === 'channel' ? `# ${name}` : name;
  const fresh = useFresh(`${viewer} ${id}`, messages);
  const newest = messages.at(-1)?.ts;
  useEffect(() => {
    if (unread > 0 && newest !== undefined) void act({ kind: 'read', person: viewer, conversation: id });
  }, [act, viewer, id, unread, newest]);
  return (
    <section className="middle" aria-labelledby="middle-title">
      <div className="middle-head">
        <h2 id="middle-title">{title}</h2>
        <p className="middle-about">
          {kind === 'channel' ? 'Everybody in the channel reads this' : 'Between this person and the app'}
        </p>
      </div>
      <MessageList conversation={conversation} fresh={fresh} />
      <Announcer conversation={conversation} />
      <Composer conversation={id} title={title} />
    </section>
  );
}

interface MessageListProps {
  readonly conversation: PageConversation;
  readonly fresh: ReadonlySet<string>;
}

function MessageList({ conversation, fresh }: MessageListProps) {
  const { state } = usePage();
  const { id, messages } = conversation;
  const scroll = useRef<HTMLElement>(null);
  const shown = useRef<string>(undefined);
  const atEnd = useRef(true);
  const newest = messages.at(-1)?.ts;
  useEffect(() => {
    const here = `${state.viewer} ${id}`;
    const isNew = shown.current === here;
    shown.current = here;
    if (newest === undefined) return;
    // The beginning of a conversation is its end; afterwards each new message is brought into sight, in a thread too.
    if (isNew) document.getElementById(`message-${newest}`)?.scrollIntoView({ block: 'nearest' });
    else if (scroll.current !== null) scroll.current.scrollTop = scroll.current.scrollHeight;
    if (scroll.current !== null) atEnd.current = isAtEnd(scroll.current);
  }, [state.viewer, id, newest]);
  // Whoever reads the end goes on reading it when a message above it grows, and when the column comes into sight.
  useEffect(() => {
    const { current: box } = scroll;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    for (const element of [box, ...box.children]) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const isFresh = ({ ts }: PageMessage): boolean => fresh.has(ts);
  return (
    <section
      className="middle-scroll"
      ref={scroll}
      onScroll={({ currentTarget }) => {
        atEnd.current = isAtEnd(currentTarget);
      }}
      {...scrollable}
      aria-label="Messages"
    >
      {messages.length === 0 && <p className="waiting">Nothing has been said here yet.</p>}
      <ol className="entries">
        {entriesOf(messages).map((entry) => (
          <EntryItem key={entry.message.ts} entry={entry} conversation={id} fresh={isFresh} />
        ))}
      </ol>
    </section>
  );
}
