import { shield } from '../../demo-organizations.ts';
import { atShield, hasButton, isOnAtPortal, titleOf } from './reading.ts';
import { be, inModal, owner, type Step } from './step.ts';

const [production] = shield.tenants;
const beOlivia = be(owner, `Olivia, who decides for ${shield.name}`);

export const portalSteps: readonly Step[] = [
  {
    title: 'Open another vendor’s portal',
    why: `Many vendors have a support switch of their own. ${shield.name}’s stays on for seven days, and gates that ask Portcullis let support in for as long.`,
    pointer: (state) => {
      if (titleOf(state) === 'Grant support access') {
        return inModal(`Choose ${production.name}, say why, and press Grant. It says until when.`);
      }
      if (state.viewer !== owner) return beOlivia;
      return {
        say: `Open # ${shield.channelName}, and type /support-access grant there.`,
        at: [`place:${shield.channel}`, 'composer'],
        tab: 'people',
      };
    },
    isDone: isOnAtPortal,
  },
  {
    title: 'Let days pass',
    why: 'Reminders go by the length: of seven days, the first comes a day before the end, the second two hours before.',
    pointer: () => ({
      say: 'Move the clock to the next reminder, at the top.',
      at: ['clock-reminder'],
      tab: 'conversation',
    }),
    isDone: (state) => hasButton(state, atShield('let-grant-end')),
  },
  {
    title: 'Disable it',
    why: 'One button, and one question whether it is meant: the switch is off, and the gate keeps support out.',
    pointer: (state) =>
      state.viewer === owner
        ? {
            say: `Press Disable now in # ${shield.channelName}, and confirm.`,
            at: [`place:${shield.channel}`, `action:${atShield('revoke-grant')}`],
            tab: 'conversation',
          }
        : beOlivia,
    isDone: (state) => !isOnAtPortal(state),
  },
];
