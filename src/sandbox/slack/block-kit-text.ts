import { isObject } from './json.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Collects what Slack would complain of, in its words, with its JSON pointers. */
export class Problems {
  readonly messages: string[] = [];

  add(complaint: string, pointer: string): void {
    this.messages.push(`${complaint} [json-pointer:${pointer}]`);
  }

  /** A string of `min` to `max` characters. */
  string(value: unknown, pointer: string, max: number, min = 0): void {
    if (typeof value !== 'string') this.add('must be a string', pointer);
    else if (value.length > max) this.add(`must be less than ${max + 1} characters`, pointer);
    else if (value.length < min) this.add(`must be more than ${min - 1} characters`, pointer);
  }

  optionalString(value: unknown, pointer: string, max: number): void {
    if (value !== undefined) this.string(value, pointer, max);
  }

  /** The items of a list of `min` to `max`; none when it is no list. */
  list(value: unknown, pointer: string, max: number, min = 0): unknown[] {
    if (!Array.isArray(value)) {
      this.add('must be an array', pointer);
      return [];
    }
    if (value.length > max) this.add(`no more than ${max} items allowed`, pointer);
    if (value.length < min) this.add(`no fewer than ${min} items allowed`, pointer);
    return value;
  }

  /** A text object: `plain_text`, or where `mrkdwn` is allowed either. */
  text(value: unknown, pointer: string, max: number, kind: 'plain' | 'any' = 'plain'): void {
    if (!isObject(value)) {
      this.add('missing required field: text', pointer);
      return;
    }
    const allowed = kind === 'plain' ? ['plain_text'] : ['plain_text', 'mrkdwn'];
    if (typeof value.type !== 'string' || !allowed.includes(value.type)) {
      this.add(`must be one of: ${allowed.join(', ')}`, `${pointer}/type`);
    }
    this.string(value.text, `${pointer}/text`, max, 1);
  }

  optionalText(value: unknown, pointer: string, max: number, kind: 'plain' | 'any' = 'plain'): void {
    if (value !== undefined) this.text(value, pointer, max, kind);
  }

  oneOf(value: unknown, pointer: string, allowed: readonly string[]): void {
    if (typeof value !== 'string' || !allowed.includes(value))
      this.add(`must be one of: ${allowed.join(', ')}`, pointer);
  }
}
