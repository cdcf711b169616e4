import type {
  PageAtlas,
  PageConversation,
  PageMessage,
  PagePerson,
  PagePortal,
  PageState,
  PageView,
} from '../page/protocol.ts';
import { type Conversation, SLACKBOT } from '../slack/directory.ts';
import type { EphemeralMessage, SlackMessage, SlackView } from '../slack/ledger.ts';
import { isIn, publicId } from '../slack/places.ts';
import type { SeedUser } from '../slack/seed.ts';
import { accessLabel } from './access-label.ts';
import { pageCommands, pageShortcuts } from './offered.ts';
import type { NextDue } from './records.ts';
import { roleOf } from './roles.ts';
import type { Scene } from './scene.ts';

/** What had to be asked for. */
interface Asked {
  readonly due: NextDue;
  readonly portal: PagePortal;
}

/** What the page shows to one person now. `counted` is what the server adds. */
export function pageState(
  scene: Scene,
  viewer: string,
  { due, portal }: Asked,
  counted: Pick<PageState, 'revision'> & { readonly running: boolean },
): PageState {
  const { ledger } = scene.sandbox.slack.state;
  const home = ledger.home(viewer);
  return {
    revision: counted.revision,
    clock: {
      now: scene.sandbox.clock.now().toISOString(),
      nextReminder: due.reminder?.toISOString(),
      nextEnd: due.end?.toISOString(),
      running: counted.running,
    },
    people: scene.people.map((user) => pagePerson(scene, user)),
    viewer,
    conversations: conversationsOf(scene, viewer).map((each) => pageConversation(scene, viewer, each)),
    home: home === undefined ? undefined : pageView(home),
    modals: ledger.modalStack(viewer).map(pageView),
    atlas: pageAtlas(scene),
    portal,
    narration: scene.chronicle.newest(),
    busy: scene.busy,
    commands: pageCommands,
    shortcuts: pageShortcuts,
    names: namesOf(scene),
  };
}

/** The conversations that somebody is in, the announcement channel first, the bot's direct messages last. */
function conversationsOf({ sandbox }: Scene, personId: string): Conversation[] {
  const { directory } = sandbox.slack.state;
  const channels = directory
    .channels()
    .toSorted((one, other) => Number(other.id === sandbox.channel) - Number(one.id === sandbox.channel))
    .map((channel) => ({ kind: 'channel', channel }) as const);
  const direct = directory.conversation(personId);
  return [...channels, ...(direct === undefined ? [] : [direct])].filter((each) => isIn(each, personId));
}

/** What somebody reads there, oldest first, what only they see included. */
export function messagesFor({ sandbox }: Scene, personId: string, conversation: string): SlackMessage[] {
  const { ledger } = sandbox.slack.state;
  const alone = sandbox.slack.ephemerals(personId).filter(({ channel }) => channel === conversation);
  return [...ledger.messages(conversation), ...alone].sort((one, other) => one.ts.localeCompare(other.ts));
}

function pagePerson(scene: Scene, user: SeedUser): PagePerson {
  const unread = conversationsOf(scene, user.id).map((each) => unreadIn(scene, user.id, publicId(each)));
  return {
    id: user.id,
    name: user.realName,
    role: roleOf(user, scene.sandbox.atlas.state),
    unread: unread.reduce((sum, count) => sum + count, 0),
  };
}

/** As Slack counts: a reply counts where it is shown in the conversation too. */
function unreadIn(scene: Scene, personId: string, conversation: string): number {
  return messagesFor(scene, personId, conversation).filter(
    ({ ts, user, threadTs, broadcast }) =>
      user !== personId && (threadTs === undefined || broadcast) && scene.marks.isUnread(personId, conversation, ts),
  ).length;
}

function pageConversation(scene: Scene, viewer: string, conversation: Conversation): PageConversation {
  const id = publicId(conversation);
  return {
    id,
    kind: conversation.kind,
    name: conversation.kind === 'channel' ? conversation.channel.name : 'Portcullis',
    unread: unreadIn(scene, viewer, id),
    messages: messagesFor(scene, viewer, id).map((message) => pageMessage(scene, message)),
  };
}

function pageMessage(scene: Scene, message: SlackMessage | EphemeralMessage): PageMessage {
  const { directory } = scene.sandbox.slack.state;
  const { ts, threadTs, broadcast, user, edited, text, blocks, files } = message;
  return {
    ts,
    at: scene.times.of(message).toISOString(),
    threadTs,
    broadcast,
    author: directory.nameOf(user),
    isBot: user === directory.botUserId || user === SLACKBOT,
    edited,
    ephemeral: 'visibleTo' in message,
    text,
    blocks,
    files: files?.map(({ id, name, title }) => ({ id, name, title })),
  };
}

function pageView({ id, view, state, errors, notice }: SlackView): PageView {
  return { id, view, state, errors, notice };
}

function pageAtlas({ sandbox, trouble }: Scene): PageAtlas {
  const { state } = sandbox.atlas;
  return {
    organization: state.name,
    blocked: state.blocked,
    projects: state.projects.map((project) => ({
      id: project.id,
      name: project.name,
      clusters: project.clusters.map(({ name }) => {
        const grant = state.findGrant(project.id, name);
        if (grant === undefined) return { name };
        const { grantType: type, expirationTime } = grant;
        return { name, grant: { type, typeLabel: accessLabel(type), until: expirationTime.toISOString() } };
      }),
    })),
    trouble,
  };
}

function namesOf({ sandbox }: Scene): Record<string, string> {
  const { directory } = sandbox.slack.state;
  const ids = [...directory.users(), ...directory.channels(), ...directory.userGroups].map(({ id }) => id);
  return Object.fromEntries([...ids, SLACKBOT].map((id) => [id, directory.nameOf(id)]));
}

export function isInConversation(scene: Scene, personId: string, conversation: string): boolean {
  return conversationsOf(scene, personId).some((each) => publicId(each) === conversation);
}
