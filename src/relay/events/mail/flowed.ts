/** Text of format=flowed (RFC 3676): lines that end in a space go on in the next one. Linear. */

/** `lines` end in line feeds. `delSp`: the space in front of a soft line end is no part of the text. */
export function decodeFlowed(lines: string, delSp: boolean): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) out.push(paragraph.join(''));
    paragraph = [];
  };
  for (const line of lines.split('\n')) {
    const text = line.startsWith(' ') ? line.slice(1) : line;
    const goesOn = text.endsWith(' ') && text !== '-- ';
    paragraph.push(goesOn && delSp ? text.slice(0, -1) : text);
    if (!goesOn) flush();
  }
  flush();
  return out.join('\n');
}
