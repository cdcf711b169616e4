import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject } from './json.ts';

/** Arguments that clients send as JSON text inside a form. */
const JSON_ARGUMENTS = ['blocks', 'attachments', 'metadata', 'view'];

/** The arguments of a call, sent as a form or as JSON. What should be JSON and is not stays the text it was. */
export async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const raw = Buffer.concat(chunks).toString('utf8');
  if (request.headers['content-type']?.includes('application/json') === true) {
    const parsed = decoded(raw);
    return isObject(parsed) ? parsed : {};
  }
  const body: JsonObject = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    body[name] = JSON_ARGUMENTS.includes(name) ? decoded(value) : value;
  }
  return body;
}

export function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
