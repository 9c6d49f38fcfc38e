/** uuencode, as old mailers and `uuencode FILE | mail` send files: decoded where it is all there is, left out of a text. */

/** Bytes between `begin 644 name` and `end`; what it finds none in is returned as it is. */
export function decodeUu(content: Uint8Array): Uint8Array {
  const lines = Buffer.from(content.buffer, content.byteOffset, content.length)
    .toString('latin1')
    .split(/\r?\n/u);
  const begin = lines.findIndex((line) => BEGIN.test(line));
  if (begin === -1) return content;
  const out: Buffer[] = [];
  for (const line of lines.slice(begin + 1)) {
    const length = (line.charCodeAt(0) - 32) & 63;
    if (line === 'end' || line === '' || length === 0) break;
    out.push(decodeLine(line, length));
  }
  return Buffer.concat(out);
}

const BEGIN = /^begin [0-7]{3,4} \S/u;

function decodeLine(line: string, length: number): Buffer {
  const out = Buffer.alloc(length);
  const six = (at: number): number => ((line.charCodeAt(at) || 32) - 32) & 63;
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    const bits = (six(at) << 18) | (six(at + 1) << 12) | (six(at + 2) << 6) | six(at + 3);
    out[to] = bits >> 16;
    out[to + 1] = (bits >> 8) & 255;
    out[to + 2] = bits & 255;
  }
  return out;
}

/** A text without the files that were put into it. */
export function withoutUu(text: string): string {
  if (!text.includes('\nbegin ')) return text;
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (!inside && BEGIN.test(line)) inside = true;
    else if (inside && line === 'end') inside = false;
    // "begin 100 tests": a line that no file has.
    else if (inside && !isEncoded(line)) {
      inside = false;
      kept.push(line);
    } else if (!inside) kept.push(line);
  }
  return kept.join('\n');
}

/** As long as it says itself, within the padding that encoders differ in. */
function isEncoded(line: string): boolean {
  if (line === '' || line.length > 62) return false;
  const needed = Math.ceil((((line.charCodeAt(0) - 32) & 63) * 4) / 3);
  return line.length - 1 >= needed && line.length - 1 <= needed + 4;
}
