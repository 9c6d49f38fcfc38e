/** Frames on the wire between daemons: a length, a call's id, a kind, a body. Many calls share one connection. */

/** What a frame is; methods have kinds of their own (methods.ts). They go over the wire: never give one a new meaning. */
export const KIND = {
  /** The server's first word: it knows the caller and takes calls. Its body says which versions of them (versions.ts). */
  hello: 0,
  /** Answered at once, with an empty answer. */
  ping: 1,
  answer: 2,
  /** The body says why, as text. With id 0 it is the whole connection that is refused. */
  refusal: 3,
} as const;

/** Four bytes of length, four of id, one of kind; all big endian. */
const HEADER_BYTES = 9;

/** An id fits its four bytes and is never 0. */
export const ID_MAX = 0xffff_ffff;

export interface Frame {
  kind: number;
  id: number;
  body: Buffer;
}

/** The other side says that it will send more than its kind may have, or breaks the rules otherwise. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** The header that goes before a body of that many bytes. */
export function frameHeader(kind: number, id: number, bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(bodyBytes, 0);
  header.writeUInt32BE(id, 4);
  header.writeUInt8(kind, 8);
  return header;
}

/** Puts chunks together to frames. A body's length is judged when its header has come, before anything is kept. */
export class FrameReader {
  readonly #limitOf: (kind: number) => number;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  /** What the frame under way needs, as far as its header has been read. */
  #needBytes = HEADER_BYTES;
  #header: { kind: number; id: number } | null = null;

  /** `limitOf`: how many bytes the body of a kind may have. */
  constructor(limitOf: (kind: number) => number) {
    this.#limitOf = limitOf;
  }

  /** The frames that this chunk completes. Throws FrameError; then the connection is of no more use. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    const frames: Frame[] = [];
    while (this.#sizeBytes >= this.#needBytes) {
      const part = this.#take(this.#needBytes);
      if (this.#header === null) {
        this.#readHeader(part);
      } else {
        frames.push({ ...this.#header, body: part });
        this.#header = null;
        this.#needBytes = HEADER_BYTES;
      }
    }
    return frames;
  }

  #readHeader(header: Buffer): void {
    const kind = header.readUInt8(8);
    const limitBytes = this.#limitOf(kind);
    const bodyBytes = header.readUInt32BE(0);
    if (bodyBytes > limitBytes)
      throw new FrameError(
        `a body of ${bodyBytes} bytes was announced, at most ${limitBytes} are taken here`,
      );
    this.#header = { kind, id: header.readUInt32BE(4) };
    this.#needBytes = bodyBytes;
  }

  /** The first bytes that wait; `bytes` of them are there. */
  #take(bytes: number): Buffer {
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (whole === undefined) return Buffer.alloc(0);
    const rest = whole.subarray(bytes);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#sizeBytes -= bytes;
    return whole.subarray(0, bytes);
  }
}
