import type { ProviderCapabilities } from '../../providers/provider.ts';
import { buttonActions } from './buttons.ts';
import { say, type Words } from './words.ts';

/** What Portcullis is here, where it only observes; nothing where it manages. */
export const observeStatement = ({ observes, vendor }: ProviderCapabilities): Words | undefined =>
  observes === true
    ? say`Observe mode: Portcullis watches ${vendor}, tells what it sees, and changes nothing there.`
    : undefined;

/** Buttons that change nothing at the provider. */
const harmless: readonly string[] = [buttonActions.settings, buttonActions.confirmLink];

/** The blocks as they are shown: where Portcullis only observes, without buttons that would be refused. */
export function offeredBlocks<B extends object>(blocks: readonly B[], { observes }: ProviderCapabilities): B[] {
  if (observes !== true) return [...blocks];
  return blocks.flatMap((block) => {
    if (!('type' in block && block.type === 'actions' && 'elements' in block && Array.isArray(block.elements))) {
      return [block];
    }
    const elements = block.elements.filter(isHarmless);
    return elements.length === 0 ? [] : [{ ...block, elements }];
  });
}

const isHarmless = (element: unknown): boolean => {
  if (typeof element !== 'object' || element === null) return false;
  // A link leads away, to where it is done by hand.
  return 'url' in element || ('action_id' in element && harmless.some((id) => id === element.action_id));
};
