import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject } from './json.ts';

/** Arguments that clients send as JSON text inside a form. */
const JSON_ARGUMENTS = ['blocks', 'attachments', 'files', 'metadata', 'view'];

/** The arguments of a call, sent as a form or as JSON. What should be JSON and is not stays the text it was. */
export async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const raw = (await readBytes(request)).toString('utf8');
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

/** An uploaded file, which comes as it is or as the first part of a form (Slack documentation, "files.getUploadURLExternal"). */
export async function readFile(request: IncomingMessage): Promise<Buffer> {
  const content = await readBytes(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return content;
  const form = await new Response(content, { headers: { 'content-type': type } }).formData();
  const [part = ''] = form.values();
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
