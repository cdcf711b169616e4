import type { ReactNode } from 'react';
import { isJson, listIn, stringIn } from '../json.ts';
import { scrollable } from '../parts/scrollable.ts';
import type { Json } from '../protocol.ts';
import { Mention, SlackDate } from './mrkdwn.tsx';
import { PageLink } from './page-link.tsx';

/** A `rich_text` block: nothing in its texts is parsed. */
export function RichText({ block }: { readonly block: Json }) {
  return listIn(block.elements).map((element, index) => <Part key={String(index)} element={element} />);
}

function Part({ element }: { readonly element: Json }) {
  const children = <Runs elements={listIn(element.elements)} />;
  switch (element.type) {
    case 'rich_text_quote':
      return <blockquote className="quote as-typed">{children}</blockquote>;
    case 'rich_text_preformatted':
      return (
        <pre className="preformatted" {...scrollable}>
          {children}
        </pre>
      );
    case 'rich_text_list': {
      const items = listIn(element.elements).map((item, index) => (
        <li key={String(index)}>
          <Runs elements={listIn(item.elements)} />
        </li>
      ));
      return element.style === 'ordered' ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    default:
      return <p className="as-typed">{children}</p>;
  }
}

function Runs({ elements }: { readonly elements: readonly Json[] }) {
  return elements.map((element, index) => <Run key={String(index)} element={element} />);
}

function Run({ element }: { readonly element: Json }): ReactNode {
  const text = stringIn(element.text);
  switch (element.type) {
    case 'text':
      return <Styled style={element.style}>{text}</Styled>;
    case 'link': {
      const url = stringIn(element.url);
      return <PageLink address={url}>{text === '' ? url : text}</PageLink>;
    }
    case 'user':
      return <Mention sign="@" id={stringIn(element.user_id)} />;
    case 'channel':
      return <Mention sign="#" id={stringIn(element.channel_id)} />;
    case 'usergroup':
      return <Mention sign="@" id={stringIn(element.usergroup_id)} />;
    case 'date':
      return (
        <SlackDate
          unixSeconds={Number(element.timestamp)}
          format={stringIn(element.format)}
          fallback={stringIn(element.fallback)}
        />
      );
    default:
      return text;
  }
}

function Styled({ style, children }: { readonly style: unknown; readonly children: string }): ReactNode {
  if (!isJson(style)) return children;
  if (style.code === true) return <code>{children}</code>;
  if (style.bold === true) return <strong>{children}</strong>;
  if (style.italic === true) return <em>{children}</em>;
  if (style.strike === true) return <s>{children}</s>;
  return children;
}
