/**
 * What somebody wrote in a reply that has no plain text part: everything up to where the mail program begins to quote.
 * One pass without a tree, so that nesting costs nothing.
 */

/** Where Gmail, Outlook (on the web, new, classic), Apple Mail, Yahoo, Thunderbird, Proton and others start quoting. */
const QUOTE_BEGINS =
  /<blockquote\b|<hr\b|gmail_quote|gmail_attr|id="?(?:x_)?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|isForwardContent)|yahoo_quoted|moz-cite-prefix|protonmail_quote|border-top:\s{0,4}solid #(?:E1E1E1|B5C4DF)|-{3,5} ?(?:original|ursprüngliche)/i;

const HIDDEN = /<(script|style|head|title|template)\b/gi;
const BREAKS = /^\/?(?:p|div|br|tr|li|ul|ol|table|h[1-6]|pre|section|article|td)$/;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Plain text before the quotation, in lines; stops after 4,096 characters of text. */
export function writtenInHtml(html: string): string {
  const shown = withoutHidden(html);
  const end = QUOTE_BEGINS.exec(shown)?.index ?? shown.length;
  let text = '';
  let at = 0;
  while (at < end && text.length < 4_096) {
    const open = shown.indexOf('<', at);
    const textEnd = open === -1 || open > end ? end : open;
    text += shown.slice(at, textEnd).replace(/\s+/g, ' ');
    if (textEnd === end) break;
    const close = shown.startsWith('<!--', open) ? shown.indexOf('-->', open) + 2 : shown.indexOf('>', open);
    if (close < open) break;
    const name = /^[/a-z0-9]+/i.exec(shown.slice(open + 1, open + 20))?.[0].toLowerCase() ?? '';
    if (BREAKS.test(name)) text += '\n';
    at = close + 1;
  }
  return decoded(text);
}

/** Scripts, styles and the head, with what is in them; one that isn't closed hides the rest. */
function withoutHidden(html: string): string {
  let out = '';
  let at = 0;
  HIDDEN.lastIndex = 0;
  for (let match = HIDDEN.exec(html); match !== null; match = HIDDEN.exec(html)) {
    out += html.slice(at, match.index);
    const closing = new RegExp(`</${match[1] ?? ''}\\s*>`, 'gi');
    closing.lastIndex = match.index;
    if (closing.exec(html) === null) return out;
    at = closing.lastIndex;
    HIDDEN.lastIndex = at;
  }
  return out + html.slice(at);
}

function decoded(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '';
  });
}
