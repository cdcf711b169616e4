import { listIn, stringIn, textIn } from '../json.ts';
import type { Json } from '../protocol.ts';
import { BlockButton } from './block-button.tsx';
import { RichText } from './rich-text.tsx';
import { TextObject } from './text-object.tsx';

/**
 * Blocks as Slack shows them (Slack documentation, "Blocks"): those that Portcullis sends. Inputs stand in modals and are
 * drawn there.
 */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <Block key={stringIn(block.block_id) || String(index)} block={block} />
      ))}
    </div>
  );
}

export function Block({ block }: { readonly block: Json }) {
  switch (block.type) {
    case 'header':
      return <h3 className="block-header">{textIn(block.text)}</h3>;
    case 'section':
      return (
        <div className="block-section">
          <TextObject text={block.text} />
          {listIn(block.fields).length > 0 && (
            <div className="block-fields">
              {listIn(block.fields).map((field, index) => (
                <div key={String(index)}>
                  <TextObject text={field} />
                </div>
              ))}
            </div>
          )}
          <Element block={block} element={block.accessory} />
        </div>
      );
    case 'rich_text':
      return (
        <div className="block-rich-text">
          <RichText block={block} />
        </div>
      );
    case 'context':
      return (
        <div className="block-context">
          {listIn(block.elements).map((element, index) => (
            <TextObject key={String(index)} text={element} />
          ))}
        </div>
      );
    case 'alert':
      return (
        <div className="block-alert" data-level={stringIn(block.level)}>
          <TextObject text={block.text} />
        </div>
      );
    case 'divider':
      return <hr />;
    case 'actions':
      return (
        <div className="block-actions">
          {listIn(block.elements).map((element, index) => (
            <Element key={stringIn(element.action_id) || String(index)} block={block} element={element} />
          ))}
        </div>
      );
    default:
      return <p className="not-drawn">The sandbox does not draw blocks of the type {String(block.type)}.</p>;
  }
}

function Element({ block, element }: { readonly block: Json; readonly element: unknown }) {
  const [one] = listIn([element]);
  if (one === undefined) return null;
  if (one.type === 'button') return <BlockButton blockId={stringIn(block.block_id)} button={one} />;
  return <p className="not-drawn">The sandbox does not draw elements of the type {String(one.type)}.</p>;
}
