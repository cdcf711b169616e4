import { shield } from '../../demo-organizations.ts';
import { optionsOf } from '../modal/options.ts';
import {
  choose,
  closeModals,
  elementOf,
  enter,
  type Hands,
  inChannel,
  inputOf,
  modal,
  NotDone,
  pressNewest,
  search,
  seen,
  submit,
  succeed,
  top,
  types,
} from './moves.ts';
import { atMeridian, atShield, hasButton, isOnAtPortal, openUntil, says } from './reading.ts';
import { engineer, owner } from './step.ts';

/** Does what a step asks for. Resolves to what went wrong, in words, or to nothing. */
export async function perform(index: number, hands: Hands): Promise<string | undefined> {
  try {
    await performances[index]?.(hands);
    return undefined;
  } catch (error) {
    if (error instanceof NotDone) return error.message;
    throw error;
  }
}

const performances: readonly ((hands: Hands) => Promise<void>)[] = [
  async (hands) => {
    hands.go({ kind: 'home' });
    hands.show('conversation');
    await seen(hands, (state) => state.home !== undefined);
  },
  async (hands) => {
    await types(hands, owner, '/support-access block');
    await modal(hands, 'Block support access');
    await submit(hands);
    await seen(hands, (state) => state.atlas.blocked);
    await closeModals(hands);
  },
  async (hands) => {
    await types(hands, engineer, '/support-access request');
    await modal(hands, 'Ask for support access');
    await search(hands, 'target', 'payments-prod');
    await choose(hands, 'duration', '8 h');
    await enter(hands, 'reason', { type: 'plain_text_input', value: 'The primary steps down every few minutes.' });
    await hands.pause();
    await submit(hands);
    await seen(hands, (state) => hasButton(state, atMeridian('approve-grant')));
    await closeModals(hands);
  },
  async (hands) => {
    await inChannel(hands, owner);
    await pressNewest(hands, atMeridian('approve-grant'));
    await seen(hands, (state) => openUntil(state).size > 0);
    hands.show('atlas');
  },
  async (hands) => {
    await succeed(hands.act({ kind: 'clock', to: 'next-reminder' }));
    await seen(hands, (state) => hasButton(state, atMeridian('let-grant-end')));
  },
  async (hands) => {
    await inChannel(hands, owner);
    const before = JSON.stringify([...openUntil(hands.state())]);
    await pressNewest(hands, atMeridian('extend-grant'));
    await seen(hands, (state) => top(state) !== undefined);
    await hands.pause();
    await seen(hands, (state) => inputOf(state, 'duration') !== undefined);
    const latest = optionsOf(elementOf(hands, 'duration')).at(-1);
    await choose(hands, 'duration', latest?.label ?? '');
    await submit(hands);
    await seen(hands, (state) => JSON.stringify([...openUntil(state)]) !== before);
    await closeModals(hands);
  },
  async (hands) => {
    if (openUntil(hands.state()).size === 0) {
      await types(hands, owner, '/support-access grant ledger-prod 2h logs To see what happens when Atlas fails');
      await seen(hands, (state) => openUntil(state).size > 0);
    }
    await inChannel(hands, owner);
    await succeed(hands.act({ kind: 'atlas-trouble', trouble: 'fail' }));
    await pressNewest(hands, atMeridian('revoke-grant'));
    await seen(hands, (state) => says(state, 'not seen closed yet'));
    await hands.pause();
    await hands.pause();
    await closeModals(hands);
    await succeed(hands.act({ kind: 'atlas-trouble', trouble: 'none' }));
    await succeed(hands.act({ kind: 'clock', to: 'minute' }));
    await seen(hands, (state) => openUntil(state).size === 0);
  },
  async (hands) => {
    await types(hands, owner, '/support-access grant', shield.channel);
    await modal(hands, 'Grant support access');
    await search(hands, 'target', shield.tenants[0].name);
    await enter(hands, 'reason', { type: 'plain_text_input', value: 'Alerts of two sites have stopped arriving.' });
    await hands.pause();
    await submit(hands);
    await seen(hands, isOnAtPortal);
    await closeModals(hands);
    hands.show('portal');
  },
  async (hands) => {
    const isReminded = () => hasButton(hands.state(), atShield('let-grant-end'));
    // What is open in Atlas may be brought up before.
    for (let tries = 0; tries < 5 && !isReminded(); tries++) {
      await succeed(hands.act({ kind: 'clock', to: 'next-reminder' }));
    }
    await inChannel(hands, owner, shield.channel);
    await seen(hands, isReminded);
  },
  async (hands) => {
    await inChannel(hands, owner, shield.channel);
    await pressNewest(hands, atShield('revoke-grant'));
    await seen(hands, (state) => !isOnAtPortal(state));
    hands.show('portal');
  },
  async (hands) => {
    await types(hands, owner, '/support-access history');
    await modal(hands, 'Support access history');
  },
];
