import { isJson, textIn } from '../json.ts';
import { Mrkdwn } from './mrkdwn.tsx';

/** A text object of either kind. */
export function TextObject({ text }: { readonly text: unknown }) {
  if (!isJson(text)) return null;
  return text.type === 'mrkdwn' ? <Mrkdwn text={textIn(text)} /> : <p className="as-typed">{textIn(text)}</p>;
}
