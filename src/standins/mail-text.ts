/** Reads a received mail just far enough to show it: headers unfolded, the first plain text decoded. */

export interface ReadMail {
  /** Names in lower case; each with its values in order, unfolded and decoded. */
  headers: Map<string, string[]>;
  text: string;
}

/** Understands what Relay and common monitors send; a mail it can't follow shows as its raw body. */
export function readMail(raw: Buffer): ReadMail {
  const source = raw.toString('latin1');
  const { headers, body } = split(source);
  return { headers, text: plainText(headers, body) };
}

function split(source: string): { headers: Map<string, string[]>; body: string } {
  const end = /\r?\n\r?\n/.exec(source);
  const head = end === null ? source : source.slice(0, end.index);
  const headers = new Map<string, string[]>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = encodedWords(Buffer.from(line.slice(colon + 1).trim(), 'latin1').toString('utf8'));
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return { headers, body: end === null ? '' : source.slice(end.index + end[0].length) };
}

function plainText(headers: Map<string, string[]>, body: string): string {
  const type = headers.get('content-type')?.[0] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (type.toLowerCase().startsWith('multipart/') && boundary !== undefined) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => split(part.replace(/^\r?\n/, '')));
    const plain = parts.find((part) => !/^text\/html/i.test(part.headers.get('content-type')?.[0] ?? ''));
    return plain === undefined ? body : plainText(plain.headers, plain.body);
  }
  return transferDecoded(headers.get('content-transfer-encoding')?.[0] ?? '7bit', body).toString('utf8');
}

function transferDecoded(encoding: string, body: string): Buffer {
  const name = encoding.toLowerCase();
  if (name === 'base64') return Buffer.from(body, 'base64');
  if (name === 'quoted-printable') return quotedPrintable(body.replace(/=\r?\n/g, ''));
  return Buffer.from(body, 'latin1');
}

const quotedPrintable = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

function encodedWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : quotedPrintable(text.replaceAll('_', ' ')).toString('utf8'),
    );
}
