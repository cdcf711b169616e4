import { Fragment, type ReactNode } from 'react';
import { formatSlackDate, inFull } from '../dates.ts';
import { type Inline, type Paragraph, parseMrkdwn } from '../mrkdwn.ts';
import { nameOf, usePage } from '../page-context.ts';
import { scrollable } from '../parts/scrollable.ts';
import { PageLink } from './page-link.tsx';

/** Text in which Slack reads mrkdwn. */
export function Mrkdwn({ text }: { readonly text: string }) {
  return parseMrkdwn(text).map((paragraph, index) => <Part key={keyOf(index)} paragraph={paragraph} />);
}

function Part({ paragraph }: { readonly paragraph: Paragraph }) {
  switch (paragraph.kind) {
    case 'preformatted':
      return (
        <pre className="preformatted" {...scrollable}>
          {paragraph.text}
        </pre>
      );
    case 'quote':
      return <blockquote className="quote">{lines(paragraph.lines)}</blockquote>;
    case 'lines':
      return <p>{lines(paragraph.lines)}</p>;
  }
}

const lines = (all: readonly (readonly Inline[])[]): ReactNode =>
  all.map((line, index) => (
    <Fragment key={keyOf(index)}>
      {index > 0 && <br />}
      <Inlines inlines={line} />
    </Fragment>
  ));

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return inlines.map((inline, index) => <One key={keyOf(index)} inline={inline} />);
}

function One({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'bold':
      return (
        <strong>
          <Inlines inlines={inline.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines inlines={inline.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines inlines={inline.children} />
        </s>
      );
    case 'code':
      return <code>{inline.text}</code>;
    case 'link':
      return <PageLink address={inline.url}>{inline.text}</PageLink>;
    case 'mention':
      return <Mention sign={inline.sign} id={inline.id} />;
    case 'everybody':
      return <span className="mention">@{inline.name}</span>;
    case 'date':
      return <SlackDate {...inline} />;
  }
}

export function Mention({ sign, id }: { readonly sign: '@' | '#'; readonly id: string }) {
  const { state } = usePage();
  return (
    <span className="mention" data-of-viewer={id === state.viewer || undefined}>
      {sign}
      {nameOf(state, id)}
    </span>
  );
}

interface SlackDateProps {
  readonly unixSeconds: number;
  readonly format: string;
  readonly fallback: string;
}

export function SlackDate({ unixSeconds, format, fallback }: SlackDateProps) {
  const { reader } = usePage();
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return (
    <time dateTime={date.toISOString()} title={inFull(date, reader)}>
      {formatSlackDate(unixSeconds, format, fallback, reader)}
    </time>
  );
}

/** Parts of a text have no name but their place: they hold no state that could move. */
const keyOf = (index: number): string => String(index);
