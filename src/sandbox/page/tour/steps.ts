import { portalSteps } from './portal-steps.ts';
import { atMeridian, hasButton, openUntil, says, titleOf } from './reading.ts';
import { be, engineer, inModal, owner, type Pointer, type Step } from './step.ts';

const type = (line: string): Pointer => ({
  say: `Type ${line} and press Enter.`,
  at: ['composer'],
  tab: 'conversation',
});

const press = (label: string, ...actionIds: readonly string[]): Pointer => ({
  say: `Press ${label}.`,
  at: actionIds.map((id) => `action:${atMeridian(id)}`),
  tab: 'conversation',
});

export const steps: readonly Step[] = [
  {
    title: 'See where you stand',
    why: 'Home begins with the one thing to know: whether MongoDB support can enter, and what is open to it.',
    pointer: () => ({ say: 'Open Home, in the list of conversations.', at: ['home'], tab: 'people' }),
    isDone: (state) => state.home !== undefined,
  },
  {
    title: 'Shut support out',
    why: 'Out of the box, support can enter every cluster. Blocked, it can enter only what somebody approved, and only for a while.',
    pointer: (state) => {
      if (titleOf(state) === 'Block support access') return inModal('Read what it means, and press Block.');
      if (state.viewer !== owner) return be(owner, 'Olivia, an owner of the organization');
      return {
        say: 'Press Block on Home, or type /support-access block in the channel.',
        at: [`action:${atMeridian('block-organization')}`, 'composer'],
        tab: 'conversation',
      };
    },
    isDone: (state) => state.atlas.blocked,
  },
  {
    title: 'Ask, as an engineer',
    why: 'A case needs support on one cluster. Whoever asks says which, what support may see, for how long, and why.',
    pointer: (state) => {
      if (titleOf(state) === 'Ask for support access') {
        return inModal('Choose payments-prod and 8 h, say why, and press Ask. With 8 h the reminder comes after four.');
      }
      return state.viewer === engineer ? type('/support-access request') : be(engineer, 'Erin, an engineer');
    },
    isDone: (state) => hasButton(state, atMeridian('approve-grant')) || openUntil(state).size > 0,
  },
  {
    title: 'Approve, as an owner',
    why: 'Only who may decide in Atlas may decide here. Try it as Erin first, if you like: she is told why not.',
    pointer: (state) =>
      state.viewer === owner
        ? press('Approve in the channel, and confirm', 'approve-grant')
        : be(owner, 'Olivia, an owner of the organization'),
    isDone: (state) => openUntil(state).size > 0,
  },
  {
    title: 'Let time pass',
    why: 'Nobody has to remember what is open: before the end, whoever asked is reminded, with the choices at hand.',
    pointer: () => ({
      say: 'Move the clock to the next reminder, at the top.',
      at: ['clock-reminder'],
      tab: 'conversation',
    }),
    isDone: (state) => hasButton(state, atMeridian('let-grant-end')),
  },
  {
    title: 'Extend it, or let it end',
    why: 'More time needs an approval again, at most 24 hours ahead. Without one it ends by itself, in Atlas too.',
    pointer: (state) =>
      state.modals.length > 0
        ? inModal('Choose a later end, and press the button at the bottom.')
        : press('Extend or Let it end in the reminder', 'extend-grant', 'let-grant-end'),
    isDone: (state, start) => {
      const now = openUntil(state);
      const changed = [...start.openUntil].some(([cluster, until]) => now.get(cluster) !== until);
      return changed || says(state, 'lets it end');
    },
  },
  {
    title: 'See Atlas fail, and recover',
    why: 'Portcullis never says closed before it has seen it closed. While Atlas fails it says so, and keeps trying.',
    pointer: (state, { troubled }) => {
      const trying = { at: ['trouble'], tab: 'atlas' } as const;
      if (state.atlas.trouble === 'none') {
        return troubled
          ? { ...trying, say: 'Atlas answers again.' }
          : { ...trying, say: 'Make Atlas fail, under “How Atlas answers Portcullis”.' };
      }
      if (hasButton(state, atMeridian('revoke-grant')) && !says(state, 'not seen closed yet')) {
        return state.viewer === owner ? press('Revoke now, and confirm', 'revoke-grant') : be(owner, 'Olivia');
      }
      return {
        ...trying,
        say: 'Read what Portcullis says, and let Atlas work again. Then move the clock by a minute.',
      };
    },
    isDone: (state, { troubled }) => troubled && state.atlas.trouble === 'none',
  },
  ...portalSteps,
  {
    title: 'Look back, or close everything',
    why: 'The history says who asked, who decided and how it ended. In an emergency, lockdown blocks and closes all of it.',
    pointer: () => ({
      say: 'Type /support-access history. As an owner, try /support-access lockdown too.',
      at: ['composer'],
      tab: 'conversation',
    }),
    isDone: (state) => titleOf(state) === 'Support access history' || says(state, 'Lockdown:'),
  },
];
