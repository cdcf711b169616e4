import { calculateObjectSize, type Document, deserialize, serialize, setInternalBufferSize } from 'bson';

/**
 * MongoDB's wire protocol, as much of it as a driver needs: OP_MSG, and OP_QUERY with OP_REPLY for the first greeting
 * ("MongoDB Wire Protocol" in MongoDB's manual; the Node.js driver greets with OP_QUERY). Compression is never offered,
 * so OP_COMPRESSED is malformed here.
 */
const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;

const headerBytes = 16;
export const maxMessageBytes = 48_000_000;

/** OP_MSG flags: the lower 16 bits must be understood, the others may be passed over. */
const moreToCome = 1 << 1;
const requiredFlags = 0xffff;

/** Bytes that are no message: the connection they came over cannot be used any further. */
class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

export interface IncomingMessage {
  readonly requestId: number;
  readonly database: string;
  /** The command with its document sequences merged in. */
  readonly body: Document;
  readonly form: 'message' | 'query';
  /** False for unacknowledged writes: the driver does not read an answer. */
  readonly wantsReply: boolean;
}

/** Cuts the stream of bytes into messages. */
export class MessageSplitter {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #needed = headerBytes;

  /** The messages that the chunk completes. Throws MalformedMessageError on an impossible length. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#needed) {
      const all = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const length = all.readInt32LE(0);
      if (length < headerBytes || length > maxMessageBytes) {
        throw new MalformedMessageError(`A message cannot be ${length} bytes long`);
      }
      if (all.length < length) {
        this.#chunks = [all];
        this.#needed = length;
        return;
      }
      this.#chunks = [all.subarray(length)];
      this.#bytes = all.length - length;
      this.#needed = headerBytes;
      yield all.subarray(0, length);
    }
  }
}

/** Throws MalformedMessageError, or what `bson` throws on bytes that are no BSON. */
export function parseMessage(message: Buffer): IncomingMessage {
  const requestId = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  const content = message.subarray(headerBytes);
  switch (operation) {
    case opMsg:
      return parseMsg(requestId, content);
    case opQuery:
      return parseQuery(requestId, content);
    default:
      throw new MalformedMessageError(`Operation ${operation} is not understood`);
  }
}

/** `requestId` numbers the reply itself, for the reader of a network trace. */
export function encodeReply(request: IncomingMessage, requestId: number, body: Document): Buffer {
  const options = { ignoreUndefined: true };
  // bson writes into a buffer of its own, of 17 MB unless it is told of more.
  setInternalBufferSize(calculateObjectSize(body, options));
  const document = serialize(body, options);
  switch (request.form) {
    case 'message': {
      const prefix = Buffer.alloc(5); // No flags, then a section of kind 0.
      return frame(requestId, request.requestId, opMsg, [prefix, document]);
    }
    case 'query': {
      const prefix = Buffer.alloc(20); // No flags, no cursor, from the beginning, one document.
      prefix.writeInt32LE(1, 16);
      return frame(requestId, request.requestId, opReply, [prefix, document]);
    }
  }
}

function frame(requestId: number, responseTo: number, operation: number, content: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(headerBytes + content.reduce((bytes, part) => bytes + part.length, 0), 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, ...content]);
}

function parseMsg(requestId: number, content: Buffer): IncomingMessage {
  const flags = content.readUInt32LE(0);
  // A checksum (bit 0) may be sent by agreement only, and no driver does.
  if ((flags & requiredFlags & ~moreToCome) !== 0) {
    throw new MalformedMessageError(`Flags ${flags} are not understood`);
  }
  let body: Document | undefined;
  const sequences: [name: string, documents: Document[]][] = [];
  let position = 4;
  while (position < content.length) {
    const kind = content.readUInt8(position);
    position += 1;
    const size = content.readInt32LE(position);
    if (size < 5 || position + size > content.length) throw new MalformedMessageError('A section is cut short');
    const section = content.subarray(position, position + size);
    position += size;
    if (kind === 0) {
      if (body !== undefined) throw new MalformedMessageError('Two sections of kind 0');
      body = parseDocument(section);
    } else if (kind === 1) {
      sequences.push(parseSequence(section));
    } else {
      throw new MalformedMessageError(`A section of kind ${kind} is not understood`);
    }
  }
  if (body === undefined) throw new MalformedMessageError('No section of kind 0');
  for (const [name, documents] of sequences) {
    if (Object.hasOwn(body, name)) throw new MalformedMessageError(`'${name}' was sent twice`);
    body[name] = documents;
  }
  const { $db: database, ...command } = body;
  if (typeof database !== 'string') throw new MalformedMessageError('No $db');
  return { requestId, database, body: command, form: 'message', wantsReply: (flags & moreToCome) === 0 };
}

function parseSequence(section: Buffer): [name: string, documents: Document[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd === -1) throw new MalformedMessageError('A document sequence without a name');
  const documents: Document[] = [];
  let position = nameEnd + 1;
  while (position < section.length) {
    const size = section.readInt32LE(position);
    if (size < 5 || position + size > section.length) throw new MalformedMessageError('A document is cut short');
    documents.push(parseDocument(section.subarray(position, position + size)));
    position += size;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

function parseQuery(requestId: number, content: Buffer): IncomingMessage {
  const nameEnd = content.indexOf(0, 4);
  const namespace = content.toString('utf8', 4, nameEnd);
  if (nameEnd === -1 || !namespace.endsWith('.$cmd')) throw new MalformedMessageError('OP_QUERY is for commands only');
  // After the name: how many to skip and to return, which mean nothing for a command.
  const body = parseDocument(content.subarray(nameEnd + 1 + 8));
  return { requestId, database: namespace.slice(0, -'.$cmd'.length), body, form: 'query', wantsReply: true };
}

/** Regular expressions stay BSON's: JavaScript's have other flags, and would not come back as they went in. */
function parseDocument(bytes: Buffer): Document {
  return deserialize(bytes, { bsonRegExp: true });
}
