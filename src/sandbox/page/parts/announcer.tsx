import { useEffect, useRef, useState } from 'react';
import { parseMrkdwn } from '../mrkdwn.ts';
import type { PageConversation, PageMessage } from '../protocol.ts';
import { plainWords } from './plain-words.ts';

/** Reads out what comes in or changes while somebody looks at a conversation. Edits of the list itself stay silent. */
export function Announcer({ conversation }: { readonly conversation: PageConversation }) {
  const seen = useRef<{ readonly id: string; readonly texts: ReadonlyMap<string, string> }>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const texts = new Map(conversation.messages.map(({ ts, text }) => [ts, text]));
    const before = seen.current;
    seen.current = { id: conversation.id, texts };
    if (before?.id !== conversation.id) return;
    const fresh = conversation.messages.filter(({ ts, text }) => before.texts.get(ts) !== text);
    if (fresh.length > 0) setSaid(fresh.map(spoken).join(' '));
  }, [conversation]);
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}

function spoken({ author, text, edited, ephemeral }: PageMessage): string {
  const how = edited ? ' changed a message' : ephemeral ? ', to you only' : '';
  return `${author}${how}: ${plainWords(parseMrkdwn(text))}`;
}
