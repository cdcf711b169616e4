import { useMemo, useState } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { Mrkdwn } from '../blocks/mrkdwn.tsx';
import { SurfaceContext } from '../blocks/surface.ts';
import { inFull, timeOfDay } from '../dates.ts';
import { usePage } from '../page-context.ts';
import type { PageMessage } from '../protocol.ts';
import type { Entry } from '../threads.ts';
import { Avatar } from './avatar.tsx';
import { Files } from './files.tsx';
import { MessageMenu } from './message-menu.tsx';

interface MessageProps {
  readonly conversation: string;
  readonly message: PageMessage;
  /** Whether it came or changed while somebody was looking. */
  readonly fresh: boolean;
}

/** A message with its thread below it. */
export function EntryItem({ entry, conversation, fresh }: EntryItemProps) {
  const [open, setOpen] = useState(true);
  const { message, replies } = entry;
  const listId = `replies-${message.ts}`;
  return (
    <li className="entry">
      <Message conversation={conversation} message={message} fresh={fresh(message)} />
      {replies.length > 0 && (
        <div className="thread">
          <button
            type="button"
            className="link-button"
            aria-expanded={open}
            aria-controls={listId}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide' : 'Show'} {replies.length === 1 ? '1 reply' : `${replies.length} replies`}
          </button>
          <ol id={listId} className="replies" hidden={!open} aria-label="Replies">
            {replies.map((reply) => (
              <li key={reply.ts} className="entry">
                <Message conversation={conversation} message={reply} fresh={fresh(reply)} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </li>
  );
}

interface EntryItemProps {
  readonly entry: Entry;
  readonly conversation: string;
  readonly fresh: (message: PageMessage) => boolean;
}

function Message({ conversation, message, fresh }: MessageProps) {
  const { state, act, reader } = usePage();
  const { ts, author, isBot, edited, ephemeral, broadcast, threadTs, text, blocks, files = [] } = message;
  const { viewer } = state;
  const press = useMemo(
    () => (blockId: string, actionId: string) =>
      act({ kind: 'message-action', person: viewer, conversation, ts, blockId, actionId }),
    [act, viewer, conversation, ts],
  );
  const at = new Date(message.at);
  return (
    <article
      id={`message-${ts}`}
      tabIndex={-1}
      className="message"
      aria-labelledby={`author-${ts} at-${ts}`}
      data-ephemeral={ephemeral || undefined}
      data-fresh={fresh || undefined}
      data-keeps-focus
    >
      <Avatar name={author} isBot={isBot} />
      <div className="message-main">
        {ephemeral && <p className="only-you">Seen by you only</p>}
        {broadcast && threadTs !== undefined && <p className="only-you">From a thread, shown in the channel too</p>}
        <header className="message-head">
          <span className="message-author" id={`author-${ts}`}>
            {author}
          </span>
          {isBot && <span className="app-tag">App</span>}
          <time id={`at-${ts}`} className="message-at" dateTime={message.at} title={inFull(at, reader)}>
            {timeOfDay(at, reader)}
          </time>
          {edited && <span className="edited">edited</span>}
          {!ephemeral && <MessageMenu conversation={conversation} ts={ts} author={author} />}
        </header>
        <SurfaceContext value={press}>
          {blocks.length === 0 ? (
            <div className="block-section">
              <Mrkdwn text={text} />
            </div>
          ) : (
            <Blocks blocks={blocks} />
          )}
        </SurfaceContext>
        <Files files={files} said={text} />
      </div>
    </article>
  );
}
