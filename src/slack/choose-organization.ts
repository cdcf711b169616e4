import type { Button } from '@slack/types';
import { z } from 'zod';
import type { OrganizationLabel } from '../operations/context.ts';
import type { OutgoingMessage } from '../work/messenger.ts';
import { unescaped } from './commands/parse-command.ts';
import { buttonRow, message, paragraph } from './messages/blocks.ts';
import { slashCommand } from './messages/vocabulary.ts';
import { bold, code, join, say, shortened } from './messages/words.ts';
import type { Contexts } from './organizations.ts';
import { plain } from './text.ts';

/** The `action_id` of each button, before the organization that it stands for. */
export const chooseOrganization = 'choose-organization';

const wishSchema = z.union([
  z.object({ command: z.string(), channel: z.string() }),
  z.object({ shortcut: z.string(), about: z.object({ channel: z.string(), ts: z.string() }).optional() }),
]);

/** What somebody did before it was clear for which organization. */
export type Wish = z.infer<typeof wishSchema>;

/** Slack documentation, "Button element" and "Actions block". */
const longestValue = 2_000;
const mostInRow = 25;

/** Asks for which organization something is meant; the buttons carry what it was, so that nobody types it again. */
export function chooserMessage(contexts: Contexts, wish: Wish): OutgoingMessage {
  const labels = contexts.flatMap(({ label }) => label ?? []);
  const value = JSON.stringify(wish);
  const typed =
    'command' in wish && wish.command.trim() !== '' ? say`\n${shortened(unescaped(wish.command))}` : undefined;
  const byWord = say`Typing ${code(`${slashCommand} ${labels[0]?.key ?? ''} …`)} names one at once${channelWords(wish)}.`;
  if (value.length > longestValue) {
    const keys = join(
      ', ',
      labels.map(({ key }) => code(key)),
    );
    return message(
      paragraph(
        bold(say`For which organization?`),
        say`Nothing was done yet. Type it again with one of these as the first word: ${keys}.`,
      ),
    );
  }
  return message(
    paragraph(bold(say`For which organization?`), typed),
    ...rowsOf(labels.map((label) => choice(label, value))).map((row) => buttonRow(...row)),
    paragraph(byWord),
  );
}

/** What a pressed button carries; undefined when it is of another form, as after an update of the bot. */
export function parseWish(value: string): Wish | undefined {
  try {
    return wishSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

const channelWords = (wish: Wish) =>
  'command' in wish ? say`, and in the channel of an organization none has to be named` : say``;

const choice = ({ key, name }: OrganizationLabel, value: string): Button => ({
  type: 'button',
  action_id: `${chooseOrganization}@${key}`,
  text: plain(name, 75),
  value,
});

function rowsOf<T>(items: readonly T[]): T[][] {
  const rows: T[][] = [];
  for (let first = 0; first < items.length; first += mostInRow) rows.push(items.slice(first, first + mostInRow));
  return rows;
}
