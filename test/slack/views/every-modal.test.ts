import { readdirSync, readFileSync } from 'node:fs';
import type { ModalView } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { historyOutcomes } from '../../../src/grants/history.ts';
import { newOrganization } from '../../../src/grants/organization.ts';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import { type OwnerSettings, settingChanges, settingsOf } from '../../../src/grants/settings.ts';
import { everything } from '../../../src/operations/show-history.ts';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { mentionsIn } from '../../../src/sandbox/slack/mentions.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import { message, paragraph } from '../../../src/slack/messages/blocks.ts';
import { say, shortened } from '../../../src/slack/messages/words.ts';
import type * as block from '../../../src/slack/views/block-modal.ts';
import { blockModal, unblockModal } from '../../../src/slack/views/block-modal.ts';
import type * as change from '../../../src/slack/views/change-modal.ts';
import { changeTypeModal, chooseChangeModal, extendModal } from '../../../src/slack/views/change-modal.ts';
import type * as deny from '../../../src/slack/views/deny-modal.ts';
import { denyChangeModal, denyModal } from '../../../src/slack/views/deny-modal.ts';
import type * as filter from '../../../src/slack/views/history-filter-modal.ts';
import { historyFilterModal } from '../../../src/slack/views/history-filter-modal.ts';
import type * as history from '../../../src/slack/views/history-modal.ts';
import { historyModal } from '../../../src/slack/views/history-modal.ts';
import type * as lockdown from '../../../src/slack/views/lockdown-modal.ts';
import { lockdownModal } from '../../../src/slack/views/lockdown-modal.ts';
import type * as plain from '../../../src/slack/views/modal.ts';
import { loadingModal, readingModal, workingModal } from '../../../src/slack/views/modal.ts';
import type * as narrow from '../../../src/slack/views/narrow-modal.ts';
import { narrowModal } from '../../../src/slack/views/narrow-modal.ts';
import type * as request from '../../../src/slack/views/request-modal.ts';
import { requestModal } from '../../../src/slack/views/request-modal.ts';
import type * as revoke from '../../../src/slack/views/revoke-modal.ts';
import { cancelModal, chooseModal, revokeModal } from '../../../src/slack/views/revoke-modal.ts';
import type * as settings from '../../../src/slack/views/settings-modal.ts';
import { settingsModal } from '../../../src/slack/views/settings-modal.ts';
import { inWordsOfAtlas } from '../messages/checks.ts';
import type { Named } from '../messages/every-grant-message.ts';
import * as sample from '../messages/samples.ts';
import { askedWith, asker, longest, ofPortals, ordinary, owner, type Texts } from '../messages/texts.ts';

type Files = typeof block &
  typeof change &
  typeof deny &
  typeof filter &
  typeof history &
  typeof lockdown &
  typeof plain &
  typeof narrow &
  typeof request &
  typeof revoke &
  typeof settings;
type ModalName = Extract<keyof Files, `${string}Modal`>;

const { after } = sample;
const hour = 3_600_000;
/** As long as Slack's are, and more. */
const responseUrl = `https://hooks.slack.example/commands/${'0'.repeat(200)}`;

/** Every modal, with these texts wherever somebody else's words stand: a new one does not compile without a row. */
function everyModal(texts: Texts): Readonly<Record<ModalName, Named<ModalView | undefined>>> {
  const { capabilities } = texts;
  const origin = { responseUrl };
  const asked = { ...askedWith(texts), durationMs: 4 * hour };
  const requested = sample.posted(sample.requested({ ...asked, approvalsNeeded: 2 }));
  const active = sample.posted(sample.active(asked));
  const trying = sample.failing(sample.revoking(active, owner(texts)), 66, texts.trouble);
  const waiting = sample.waitingChange(sample.proposed(undefined, active, asker(texts)));
  const many = <T>(one: T): T[] => Array.from({ length: texts.count }, () => one);
  const open = sample.organization(false);
  const blocked = sample.organization(true);
  const form = { ...origin, alone: false, now: after(65), blocked: false, offer: capabilities };
  const warning = say`About ${shortened(texts.reason)}.`;
  const target = { id: `${'0'.repeat(24)}/${'c'.repeat(64)}`, name: texts.cluster, projectName: texts.project };
  const draft = { target, reason: texts.reason, caseUrl: texts.caseUrl, warnings: [] };
  const [least] = capabilities.accessTypes;
  const current = settingsOf(newOrganization('org1', 'C1', sample.start), { base: defaultPolicy, capabilities });
  const entered: OwnerSettings = {
    ...current,
    accessTypes: capabilities.accessTypes.slice(1).map(({ id }) => id),
    approvalsNeeded: 3,
    decidersGroup: { id: `S${'0'.repeat(20)}`, handle: texts.project },
    grantsPerHour: 100,
    remindBeforeMs: [11.9, 10.9, 9.9, 8.9, 7.9].map((hours) => hours * hour),
    timeZone: 'America/Argentina/ComodRivadavia',
  };
  const wish = {
    targets: many({ id: target.id, label: texts.cluster }).slice(0, 10),
    people: many('U0123456789').slice(0, 10),
    outcomes: historyOutcomes,
    days: 365,
    from: '2026-02-28',
    to: '2026-03-01',
  };
  const cursor = { requestedAt: sample.start, id: 'g-0123456789' };
  return {
    loadingModal: { loading: loadingModal() },
    workingModal: { working: workingModal().view },
    readingModal: { 'an outcome': readingModal(message(paragraph(say`${texts.trouble.slice(0, 400)}`))) },
    requestModal: {
      'a request': requestModal(
        { reason: '', warnings: [] },
        { organization: blocked, targetCount: 12, approve: false, responseUrl },
        capabilities,
      ),
      'a grant of logs, with the block, where much is in the way': requestModal(
        {
          ...draft,
          type: least,
          ownDuration: texts.word,
          blockFirst: true,
          near: texts.reason,
          warnings: [
            { field: 'target', words: warning },
            { field: 'reason', words: warning },
          ],
        },
        {
          organization: open,
          targetCount: 12,
          approve: true,
          offersBlock: true,
          responseUrl,
          standing: { holder: active, requests: many(requested) },
        },
        capabilities,
      ),
      'a request that cannot be looked up': requestModal(
        { ...draft, durationMs: 3 * hour },
        { organization: blocked, targetCount: 12, approve: false, responseUrl, standing: { unknownAs: '0a1b2c3d' } },
        { ...capabilities, caseUrlRequired: true },
      ),
    },
    narrowModal: {
      'an approval with changes': narrowModal(
        sample.approved(requested, owner(texts)),
        { ...origin, offer: capabilities, offersBlock: true, chosen: sample.logs },
        capabilities,
      ),
    },
    denyModal: { 'a denial': denyModal(requested, capabilities, origin) },
    denyChangeModal: {
      'a denial of a change': denyChangeModal(waiting.grant, waiting.proposal, capabilities, origin),
    },
    cancelModal: { 'a request taken back': cancelModal(requested, capabilities, origin) },
    revokeModal: {
      'a revoke': revokeModal(active, capabilities, origin),
      'a revoke of what may be open': revokeModal(trying, capabilities, origin),
    },
    chooseModal: { 'what to revoke': chooseModal([...many(requested), ...many(trying)], origin) },
    extendModal: { 'an extension': extendModal(active, { ...form, warning }, capabilities) },
    changeTypeModal: { 'another type': changeTypeModal(active, { ...form, alone: true, warning }, capabilities) },
    chooseChangeModal: {
      'what to extend': chooseChangeModal(many(active), { ...origin, kind: 'extend', durationMs: hour }),
      'what to change': chooseChangeModal(many(active), { ...origin, kind: 'change-type', type: sample.sync }),
    },
    blockModal: {
      'a block': blockModal({ organization: open, live: many(trying), targetCount: 12 }, capabilities, origin),
    },
    unblockModal: {
      'an unblock': unblockModal(
        { organization: blocked, live: [], targetCount: 12 },
        { reason: texts.reason, durationMs: 1.5 * hour },
        capabilities,
        origin,
      ),
      'an unblock by hand': unblockModal(
        { organization: open, live: [], targetCount: undefined },
        { reason: texts.reason },
        { ...capabilities, canSetBlock: false },
        origin,
      ),
    },
    lockdownModal: {
      'a lockdown': lockdownModal(
        { organization: open, live: many(trying), requested: many(requested) },
        capabilities,
        origin,
      ),
    },
    historyModal: {
      'the history': historyModal(
        {
          wish: everything,
          grants: [active, requested, trying].flatMap((grant) => many(grant).slice(0, 3)),
          older: cursor,
          newer: cursor,
        },
        capabilities,
        origin,
      ),
      'the history, filtered': historyModal({ wish, grants: [] }, capabilities, origin),
    },
    historyFilterModal: { 'the filter': historyFilterModal(wish, capabilities, origin) },
    settingsModal: {
      'the settings': settingsModal(
        { settings: current, version: 7, standing: [paragraph(warning)], responseUrl },
        capabilities,
      ),
      'the settings, changed meanwhile': settingsModal(
        {
          settings: entered,
          version: 7,
          standing: [],
          draft: { entered, meanwhile: settingChanges(current, entered), by: texts.person },
          responseUrl,
        },
        capabilities,
      ),
    },
  };
}

const shownIn = (texts: Texts): [string, Record<string, unknown>][] =>
  Object.values(everyModal(texts)).flatMap((forms) =>
    Object.entries(forms).map(([name, view]): [string, Record<string, unknown>] => {
      if (view === undefined) throw new Error(`There is no such modal: ${name}`);
      return [name, JSON.parse(JSON.stringify(view))];
    }),
  );

test('every modal of the code is among them', () => {
  const folder = new URL('../../../src/slack/views/', import.meta.url);
  const exported = readdirSync(folder).flatMap((file) =>
    Array.from(readFileSync(new URL(file, folder), 'utf8').matchAll(/^export (?:function|const) (\w+Modal)\b/gm)),
  );
  expect(exported.map(([, name]) => name).toSorted()).toEqual(Object.keys(everyModal(ordinary)).toSorted());
});

describe('a modal', () => {
  test.each(shownIn(ordinary))('%s, as its reader sees it', (_, view) => {
    expect(renderAsText(view, { now: after(70), names: (id) => id })).toMatchSnapshot();
  });

  test.each(shownIn(ofPortals))('says nothing of Atlas to users of portals: %s', (_, view) => {
    expect(inWordsOfAtlas(view)).toEqual([]);
  });

  test.each(['x', '&', '<', '😀'])('stays within the limits of Slack with the longest there is: %s', (character) => {
    const problems = shownIn(longest(character)).flatMap(([name, view]) =>
      problemsOfView(view, 'modal').map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test.each(shownIn(longest('<!channel>')))('calls nobody and shows no picture: %s', (name, view) => {
    // The history names the people of its filter, to one reader, by what only Slack turns into names.
    if (name !== 'the history, filtered') expect(mentionsIn(view)).toEqual([]);
    expect(JSON.stringify(view)).not.toMatch(/\p{Extended_Pictographic}|:[a-z_]+:/u);
  });
});
