/** Words of an HTML mail that has no text part. One pass, no tree: a mail of 200,000 nested tags costs its length. */
import { decodeHTML } from 'entities';

/** What stands for an element in the text. */
const AS_TEXT: ReadonlyMap<string, string> = new Map([
  ...'p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr pre blockquote section article header footer title dt dd'
    .split(' ')
    .map((name): [string, string] => [name, '\n']),
  ['td', ' '],
  ['th', ' '],
]);
/** What is not shown at all, up to its end. */
const HIDDEN = new Set(['script', 'style', 'head', 'template']);
/** A mail's preview text, which is shown in lists of mails and nowhere else. */
const UNSEEN = /display\s{0,3}:\s{0,3}none|mso-hide\s{0,3}:\s{0,3}all|visibility\s{0,3}:\s{0,3}hidden/iu;
const MAY_HIDE = new Set(['div', 'span', 'p', 'td', 'tr', 'table']);
const NAME_MAX = 32;

/** Visible text with line breaks where blocks end; stops after `max` characters of text. */
export function textOfHtml(html: string, max = 64 * 1024): string {
  const out: string[] = [];
  let length = 0;
  let at = 0;
  /** They hide all that follows, if they do: looked for once. */
  const unclosed = new Set<string>();
  while (at < html.length && length < max) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? html.length : open;
    if (end > at) {
      const text = decoded(html.slice(at, Math.min(end, at + max))).replace(/\s+/g, ' ');
      out.push(text);
      length += text.length;
    }
    if (open === -1) break;
    at = open + 1;
    if (html.startsWith('!--', at)) {
      at = after(html, '-->', at + 3);
      continue;
    }
    const closing = html.charCodeAt(at) === 0x2f;
    const start = closing ? at + 1 : at;
    const stop = nameEnd(html, start);
    if (stop === start) {
      out.push('<');
      length += 1;
      continue;
    }
    const name = html.slice(start, stop).toLowerCase();
    const shown = AS_TEXT.get(name);
    if (shown !== undefined) out.push(shown);
    at = after(html, '>', stop);
    if (closing) continue;
    if (HIDDEN.has(name)) at = closingOf(html, name, at);
    else if (
      MAY_HIDE.has(name) &&
      !unclosed.has(name) &&
      UNSEEN.test(html.slice(stop, Math.min(at, stop + 1_000)))
    ) {
      const behind = closingOfNested(html, name, at);
      if (behind === -1) unclosed.add(name);
      else at = behind;
    }
  }
  return tidied(out.join(''));
}

/** Most pieces hold no entity. */
const decoded = (text: string): string => (text.includes('&') ? decodeHTML(text) : text);

/** What a `meta` element names where the mail doesn't; empty when there is none. */
export function charsetOfHtml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2_048)).toString('latin1');
  return /<meta\s[^>]{0,200}charset=["']?(?<name>[\w:.-]{1,40})/iu.exec(head)?.groups?.['name'] ?? '';
}

/** Behind the next `text`, or the end. */
function after(html: string, text: string, from: number): number {
  const at = html.indexOf(text, from);
  return at === -1 ? html.length : at + text.length;
}

/** Where an element's name that begins at `start` ends; `start` itself where none does. */
function nameEnd(html: string, start: number): number {
  let at = start;
  for (; at < start + NAME_MAX; at += 1) {
    const code = html.charCodeAt(at);
    const lower = code | 0x20;
    const isLetter = lower >= 0x61 && lower <= 0x7a;
    // `<!doctype` and `<?xml` too.
    if (at === start ? !isLetter && code !== 0x21 && code !== 0x3f : !isLetter && !isNamePart(code)) break;
  }
  return at;
}

const isNamePart = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2d;

/** Where the end tag of what is hidden begins, or the end. */
function closingOf(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at !== -1; at = html.indexOf('</', at + 2)) {
    const stop = at + 2 + name.length;
    if (html.slice(at + 2, stop).toLowerCase() === name && nameEnd(html, at + 2) === stop) return at;
  }
  return html.length;
}

/** Lines trimmed, spaces collapsed, runs of blank lines made one. */
function tidied(text: string): string {
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = (raw.includes('  ') ? raw.replace(/ {2,}/g, ' ') : raw).trim();
    if (line !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(line);
  }
  while (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}

/** Behind the end of an element that may hold others of its name; -1: it has none. */
function closingOfNested(html: string, name: string, from: number): number {
  let depth = 1;
  for (let open = html.indexOf('<', from); open !== -1; open = html.indexOf('<', open + 1)) {
    const closing = html.charCodeAt(open + 1) === 0x2f;
    const start = closing ? open + 2 : open + 1;
    const stop = nameEnd(html, start);
    if (stop - start !== name.length || html.slice(start, stop).toLowerCase() !== name) continue;
    depth += closing ? -1 : 1;
    if (depth === 0) return after(html, '>', stop);
  }
  return -1;
}
