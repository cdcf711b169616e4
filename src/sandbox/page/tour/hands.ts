import type { PageClient } from '../client.ts';
import type { Page } from '../page-context.ts';
import type { Hands } from './moves.ts';

const patienceMs = 15_000;
const pauseMs = 700;

/** The page's own means, for the tour to use. */
export function handsOf(client: PageClient, page: Pick<Page, 'become' | 'go' | 'show'>): Hands {
  return {
    state: () => {
      const { state } = client.snapshot;
      if (state === undefined) throw new Error('The tour runs only on a page that shows something');
      return state;
    },
    act: (act) => client.act(act),
    become: async (person) => {
      page.become(person);
      await client.until(({ viewer }) => viewer === person, patienceMs);
    },
    go: page.go,
    show: page.show,
    until: (wanted) => client.until(wanted, patienceMs),
    pause: () => new Promise((resolve) => setTimeout(resolve, pauseMs)),
  };
}
