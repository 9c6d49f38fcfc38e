/** What a mail says: its text parts, or the words of its HTML ones where nothing else says the same. */
import { decodeCharset } from './charset.ts';
import { decodeBase64, decodeBytes, decodeQuoted } from './encoded.ts';
import { decodeFlowed } from './flowed.ts';
import type { Head } from './headers.ts';
import { charsetOfHtml, textOfHtml } from './html.ts';
import { withoutArmour } from './clearsigned.ts';
import { type Leaf, leavesOf } from './parts.ts';
import { decodeUu, withoutUu } from './uuencode.ts';

/** What of a mail's parts is decoded at most, all of them together. */
const READ_MAX_BYTES = 4 * 1024 * 1024;
/** What is kept of the text, in UTF-16 units: a group of a thousand alerts. */
const TEXT_MAX = 512 * 1024;
/** Of what was sent without a single header. */
const BARE_MAX_BYTES = 128 * 1024;

/** Null: a charset is needed that isn't loaded. `parts`: those of the mail, where they are known. */
export function textOfMail(raw: Uint8Array, head: Head, parts?: readonly Leaf[]): string | null {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  // Without a single header it is no mail but a text that somebody sent as one.
  if (head.headers.size === 0)
    return decodeBytes(bytes.subarray(head.bodyStart, head.bodyStart + BARE_MAX_BYTES));
  const leaves = parts ?? leavesOf(bytes, head.headers, head.bodyStart);
  if (leaves.length === 0)
    return decodeBytes(bytes.subarray(head.bodyStart, head.bodyStart + BARE_MAX_BYTES));
  for (const [includes, withSubject] of READINGS) {
    const text = textOfLeaves(bytes, leaves.filter(includes), withSubject);
    if (text === null || text.trim() !== '') return text;
  }
  return '';
}

const isText = ({ type, attached }: Leaf): boolean =>
  !attached && (type === 'text/plain' || type === 'text/html' || type === 'message/delivery-status');

/** The first of these that says anything; of a mail that came attached, its subject belongs to what it says. */
const READINGS: readonly (readonly [(leaf: Leaf) => boolean, withSubject: boolean])[] = [
  [(leaf) => leaf.mail === null && isText(leaf), false],
  [(one) => one.mail === null && !one.attached && one.type.startsWith('text/') && !isText(one), false],
  [(leaf) => leaf.mail !== null && isText(leaf), true],
];

function textOfLeaves(bytes: Buffer, leaves: readonly Leaf[], withSubject: boolean): string | null {
  const texts: string[] = [];
  /** Alternatives that were said in plain text. */
  const said = new Set<number>();
  /** Those that only said that there is HTML. */
  const excuses = new Map<number, Leaf>();
  let left = READ_MAX_BYTES;
  let length = 0;
  // Plain text first: an alternative to it needn't even be decoded. Then all in the order they came in.
  const inOrder = new Map<Leaf, string>();
  for (const isHtml of [false, true]) {
    for (const leaf of leaves) {
      if ((leaf.type === 'text/html') !== isHtml || left <= 0) continue;
      if (isHtml && leaf.alternative > 0 && said.has(leaf.alternative)) continue;
      const content = bytes.subarray(leaf.start, Math.min(leaf.end, leaf.start + left));
      left -= content.length;
      const text = textOfLeaf(content, leaf);
      if (text === null) return null;
      inOrder.set(leaf, text);
      if (leaf.alternative === 0 || text.trim() === '') continue;
      if (!isHtml && isExcuse(text)) {
        excuses.set(leaf.alternative, leaf);
        continue;
      }
      said.add(leaf.alternative);
      const excuse = excuses.get(leaf.alternative);
      if (excuse !== undefined) inOrder.delete(excuse);
    }
  }
  const [first] = leaves;
  if (withSubject && first?.mail !== undefined && first.mail !== null && first.mail !== '')
    texts.push(first.mail);
  for (const leaf of leaves) {
    const text = inOrder.get(leaf);
    if (text === undefined || text === '') continue;
    texts.push(text.slice(0, TEXT_MAX - length));
    length += text.length;
    if (length >= TEXT_MAX) break;
  }
  return texts.join('\n');
}

/** "Please use a mail program that can show HTML": what stands in for the text. */
function isExcuse(text: string): boolean {
  const said = text.slice(0, EXCUSE_MAX + 1).trim();
  return said.length < EXCUSE_MAX && /\bhtml\b/i.test(said) && EXCUSES.test(said);
}

const EXCUSE_MAX = 300;
const EXCUSES =
  /\b(?:view|show|display|support|enable|switch|client|reader|program|programm|format|anzeige|anzeigen|darstell|aktivier|affich|prend en charge|mostrar|visualizz|weergeven|visualizar)/i;

function textOfLeaf(content: Buffer, leaf: Leaf): string | null {
  const bytes = contentOf(content, leaf);
  const isHtml = leaf.type === 'text/html';
  const charset = leaf.charset === '' && isHtml ? charsetOfHtml(bytes) : leaf.charset;
  const text = decodeCharset(bytes, charset);
  if (text === null) return null;
  if (isHtml) return textOfHtml(text, TEXT_MAX);
  const lines = withoutArmour(withoutUu(text.includes('\r') ? text.replaceAll('\r\n', '\n') : text));
  return leaf.flowed === 'no' ? lines : decodeFlowed(lines, leaf.flowed === 'delSp');
}

/** A part's bytes without what they were encoded in for the way. */
export function contentOf(content: Buffer, { encoding }: Leaf): Uint8Array {
  switch (encoding) {
    case 'base64':
      return decodeBase64(content);
    case 'quoted-printable':
      return decodeQuoted(content);
    case 'uuencode':
      return decodeUu(content);
    case 'none':
      return content;
  }
}
