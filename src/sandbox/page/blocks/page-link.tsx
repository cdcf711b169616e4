import type { ReactNode } from 'react';
import { placeOf } from '../links.ts';
import { usePage } from '../page-context.ts';

/** A link in a message. What the sandbox stands in for is shown on this page; anything else opens beside it. */
export function PageLink({ address, children }: { readonly address: string; readonly children: ReactNode }) {
  const { go, show } = usePage();
  const place = placeOf(address);
  switch (place.kind) {
    case 'nowhere':
      return children;
    case 'outside':
      return (
        <a href={address} target="_blank" rel="noreferrer">
          {children}
        </a>
      );
    case 'message':
      return (
        <InnerLink
          id={`message-${place.ts}`}
          before={() => {
            go({ kind: 'conversation', id: place.conversation });
            show('conversation');
          }}
        >
          {children}
        </InnerLink>
      );
    case 'cluster':
      return (
        <InnerLink id={`cluster-${place.projectId}-${place.cluster}`} before={() => show('atlas')}>
          {children}
        </InnerLink>
      );
    case 'portal':
      return (
        <InnerLink id="portal-title" before={() => show('portal')}>
          {children}
        </InnerLink>
      );
    case 'block':
      return (
        <InnerLink id="atlas-block" before={() => show('atlas')}>
          {children}
        </InnerLink>
      );
  }
}

interface InnerLinkProps {
  readonly id: string;
  readonly before: () => void;
  readonly children: ReactNode;
}

function InnerLink({ id, before, children }: InnerLinkProps) {
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        before();
        // What it leads to may only now be drawn.
        requestAnimationFrame(() => {
          const target = document.getElementById(id);
          target?.scrollIntoView({ block: 'center' });
          target?.focus({ preventScroll: true });
        });
      }}
    >
      {children}
    </a>
  );
}
