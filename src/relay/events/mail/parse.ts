/** One mail's bytes to its text: what runs in the worker. */
import type { ParsedMail } from '../formats/mail.ts';
import { decodeCharset, loadRareCharsets } from './charset.ts';
import { parseStructured } from './content-type.ts';
import { mailOf, readHead, type Head } from './headers.ts';
import { type Leaf, leavesOf } from './parts.ts';
import { contentOf, textOfMail } from './text.ts';

/** Of mails within a mail: so many, and so deep. */
const ATTACHED_MAX = 5;
const DEPTH_MAX = 2;
const HEADERS_MAX_BYTES = 64 * 1024;
const ENCODED_MAX_BYTES = 1024 * 1024;

/** The parsed mail; null: it is written in a charset that loadRareCharsets must bring first. */
export function readSimple(raw: Uint8Array, tag: string | null, depth = 0): ParsedMail | null {
  const first = headOf(raw);
  if (first === null) return null;
  let head = first;
  if (head.headers.size === 0 || !mayHaveParts(head)) {
    const text = textOfMail(raw, head);
    return text === null ? null : mailOf(head, text, tag);
  }
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const leaves = leavesOf(bytes, head.headers, head.bodyStart);
  const charset = leaves.find((leaf) => leaf.charset !== '')?.charset;
  if (head.isForeign && charset !== undefined) head = headOf(raw, charset) ?? head;
  const text = textOfMail(raw, head, leaves);
  if (text === null) return null;
  const mail = mailOf(head, text, tag);
  const kinds = [...new Set(leaves.filter(isSeen).map(({ type }) => type))];
  const parts = kinds.length === 0 ? {} : { parts: kinds };
  if (depth >= DEPTH_MAX) return { ...mail, ...parts };
  const attached: ParsedMail[] = [];
  for (const one of attachedIn(bytes, leaves)) {
    const inner = readSimple(one, tag, depth + 1);
    if (inner === null) return null;
    attached.push(inner);
  }
  return { ...mail, ...parts, ...(attached.length === 0 ? {} : { attached }) };
}

/** Any mail. `onLoaded`: called when a library that it needs is at hand, whose loading is no mail's fault. */
export async function readFull(
  raw: Uint8Array,
  tag: string | null,
  onLoaded: () => void = () => undefined,
): Promise<ParsedMail> {
  const simple = readSimple(raw, tag);
  if (simple !== null) return simple;
  await loadRareCharsets();
  onLoaded();
  const mail = readSimple(raw, tag);
  if (mail === null) throw new Error('its charset was not found among those that were loaded');
  return mail;
}

const mayHaveParts = ({ headers }: Head): boolean =>
  /^\s{0,9}(?:multipart|message|text\/calendar)/iu.test(headers.get('content-type') ?? '');

/** A file that is just attached says nothing of what kind of mail it is; a report says it wherever it stands. */
const isSeen = ({ attached, type }: Leaf): boolean =>
  type !== 'text/plain' && type !== 'text/html' && (!attached || type.startsWith('message/'));

/** The headers; null: they are written in a charset that has to be loaded. `ofText`: that of the mail's first text. */
function headOf(raw: Uint8Array, ofText?: string): Head | null {
  let missing = false;
  const decode = (charset: string, bytes: Uint8Array): string | null => {
    const text = decodeCharset(bytes, charset);
    missing ||= text === null;
    return text;
  };
  const head = readHead(raw, undefined, { decode });
  if (missing) return null;
  // Raw bytes in a header: in the charset of the text, if they are in any.
  const charset = head.isForeign
    ? (parseStructured(head.headers.get('content-type') ?? '').params.get('charset') ?? ofText)
    : undefined;
  if (charset === undefined) return head;
  const again = readHead(raw, undefined, { decode, charset });
  return missing ? null : again;
}

/** The bytes of the mails that came as parts of one: whole, or as the headers that a bounce returns. */
function attachedIn(bytes: Buffer, leaves: readonly Leaf[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  const ends = new Map<number, number>();
  for (const leaf of leaves) {
    const { type, mailStart, start, end } = leaf;
    if (mailStart !== null) ends.set(mailStart, Math.max(end, ends.get(mailStart) ?? 0));
    else if (type === 'text/rfc822-headers')
      found.push(contentOf(bytes.subarray(start, Math.min(end, start + HEADERS_MAX_BYTES)), leaf));
    // Encoded as it must not be (RFC 2046, 5.2.1), and is.
    else if (type === 'message/rfc822')
      found.push(contentOf(bytes.subarray(start, Math.min(end, start + ENCODED_MAX_BYTES)), leaf));
    if (found.length + ends.size >= ATTACHED_MAX) break;
  }
  return [...found, ...[...ends].map(([from, end]) => bytes.subarray(from, end))].slice(0, ATTACHED_MAX);
}
