/** Words of an HTML mail that has no text part. One pass, no tree: a mail of 200,000 nested tags costs its length. */

const BREAKS = new Set(
  'p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr pre blockquote section article header footer title dt dd'.split(
    ' ',
  ),
);
const HIDDEN = new Set(['script', 'style', 'head', 'template']);
const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    rarr: '→',
    larr: '←',
    ndash: '–',
    mdash: '—',
    hellip: '…',
    deg: '°',
    middot: '·',
    copy: '©',
    euro: '€',
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    eacute: 'é',
    egrave: 'è',
  }),
);

/** Visible text with line breaks where blocks end; stops after `max` characters of text. */
export function textOfHtml(html: string, max = 64 * 1024): string {
  const out: string[] = [];
  let length = 0;
  let at = 0;
  while (at < html.length && length < max) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? html.length : open;
    if (end > at) {
      const text = decodeEntities(html.slice(at, Math.min(end, at + max))).replace(/\s+/g, ' ');
      out.push(text);
      length += text.length;
    }
    if (open === -1) break;
    const tag = tagAt(html, open);
    if (tag.name === '') {
      out.push('<');
      length += 1;
    } else if (BREAKS.has(tag.name)) out.push('\n');
    else if (tag.name === 'td' || tag.name === 'th') out.push(' ');
    at = tag.end;
    if (HIDDEN.has(tag.name) && !tag.closing) {
      const close = indexOfClosing(html, tag.name, at);
      at = close === -1 ? html.length : close;
    }
  }
  return out
    .join('')
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').trim())
    .filter((line, index, lines) => line !== '' || (index > 0 && lines[index - 1] !== ''))
    .join('\n')
    .trim();
}

function tagAt(html: string, open: number): { name: string; closing: boolean; end: number } {
  if (html.startsWith('<!--', open)) {
    const end = html.indexOf('-->', open + 4);
    return { name: '!', closing: false, end: end === -1 ? html.length : end + 3 };
  }
  const match = /^<(\/?)([a-zA-Z!?][a-zA-Z0-9-]{0,30})/.exec(html.slice(open, open + 40));
  if (match === null) return { name: '', closing: false, end: open + 1 };
  const close = html.indexOf('>', open);
  return {
    name: (match[2] ?? '').toLowerCase(),
    closing: match[1] === '/',
    end: close === -1 ? html.length : close + 1,
  };
}

function indexOfClosing(html: string, name: string, from: number): number {
  const found = new RegExp(`</${name}\\b`, 'gi');
  found.lastIndex = from;
  return found.exec(html)?.index ?? -1;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});?/g, (whole, body: string) => {
    if (!body.startsWith('#')) return ENTITIES.get(body) ?? whole;
    const code =
      body[1] === 'x' || body[1] === 'X'
        ? Number.parseInt(body.slice(2), 16)
        : Number.parseInt(body.slice(1), 10);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : '';
  });
}
