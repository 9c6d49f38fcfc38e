/** What may happen to an alert mail on its way, or at the hands of somebody who wishes us ill. Each is a function of its arguments. */

/** `raw`: a whole mail. `pick`: between 0 and 1, where. `token`: with what. Returns at most about `sizeBytes`. */
export type Change = (raw: Buffer, pick: number, token: string, sizeBytes: number) => Buffer;

const LINE = '\r\n';
const linesOf = (raw: Buffer): string[] => raw.toString('latin1').split(/\r?\n/);
const bytesOf = (lines: readonly string[], sizeBytes: number): Buffer =>
  Buffer.from(lines.join(LINE), 'latin1').subarray(0, sizeBytes);
const place = (pick: number, length: number): number => Math.min(length - 1, Math.floor(pick * length));
/** As bytes, which the mail's lines are here. */
const wire = (token: string): string => Buffer.from(token).toString('latin1');
const times = (token: string, sizeBytes: number): string =>
  token === '' ? '' : token.repeat(Math.max(1, Math.floor(Math.max(0, sizeBytes) / token.length)));

/** Where the body begins among the lines. */
const bodyAt = (lines: readonly string[]): number => {
  const blank = lines.indexOf('');
  return blank === -1 ? lines.length : blank + 1;
};

const headOf = (raw: Buffer): string[] => {
  const lines = linesOf(raw);
  return lines.slice(0, bodyAt(lines)).filter((line) => line !== '');
};
const subjectIn = (lines: readonly string[]): number => lines.findIndex((line) => /^subject:/iu.test(line));
/** Without what says how its body is written. */
const plainHead = (raw: Buffer): string[] => {
  const kept: string[] = [];
  let drops = false;
  for (const line of headOf(raw)) {
    if (!/^[ \t]/u.test(line)) drops = /^content-|^mime-/iu.test(line);
    if (!drops) kept.push(line);
  }
  return kept;
};

export const CHANGES: Record<string, Change> = {
  'cut off': (raw, pick) => raw.subarray(0, place(pick, raw.length + 1)),
  'begun in the middle': (raw, pick) => raw.subarray(place(pick, raw.length + 1)),
  doubled: (raw, pick) => Buffer.concat([raw.subarray(0, place(pick, raw.length + 1)), raw]),
  'lines swapped': (raw, pick, _, sizeBytes) => {
    const lines = linesOf(raw);
    const [one, other] = [place(pick, lines.length), place((pick * 7.3) % 1, lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
    return bytesOf(lines, sizeBytes);
  },
  'a line over and over': (raw, pick, _, sizeBytes) => {
    const lines = linesOf(raw);
    const at = place(pick, lines.length);
    lines[at] = times(`${lines[at] ?? ''}${LINE}`, sizeBytes - raw.length);
    return bytesOf(lines, sizeBytes);
  },
  'a line counted up': (raw, pick, token, sizeBytes) => {
    const lines = linesOf(raw);
    const from = bodyAt(lines);
    const at = from + place(pick, Math.max(1, lines.length - from));
    const line = (lines[at] ?? '').slice(0, 200);
    const count = Math.floor((sizeBytes - raw.length) / (line.length + 8));
    const text = pick < 0.5 ? line : wire(token).slice(0, 20);
    const keep = Math.min(text.length, place((pick * 13.7) % 1, 12));
    const counted = Array.from(
      { length: Math.max(0, count) },
      (__, number) => `${text.slice(0, keep)}${number}${text.slice(keep)}`,
    );
    return bytesOf([...lines.slice(0, at + 1), ...counted, ...lines.slice(at + 1)], sizeBytes);
  },
  'space blown up': (raw, pick, token, sizeBytes) => {
    const text = raw.toString('latin1');
    const at = text.indexOf(' ', place(pick, text.length));
    const space = /^\s+$/u.test(token) ? wire(token) : ' ';
    const from = at === -1 ? text.length : at;
    return Buffer.from(
      text.slice(0, from) + times(space, sizeBytes - raw.length) + text.slice(from),
      'latin1',
    );
  },
  'something put in': (raw, pick, token) => {
    const at = place(pick, raw.length + 1);
    return Buffer.concat([raw.subarray(0, at), Buffer.from(token), raw.subarray(at)]);
  },
  'something put in over and over': (raw, pick, token, sizeBytes) => {
    const at = place(pick, raw.length + 1);
    const many = times(wire(token), sizeBytes - raw.length);
    return Buffer.concat([raw.subarray(0, at), Buffer.from(many, 'latin1'), raw.subarray(at)]);
  },
  'subject pumped': (raw, pick, token, sizeBytes) => {
    const lines = linesOf(raw);
    const at = subjectIn(lines);
    const subject = at === -1 ? 'Subject: x' : (lines[at] ?? '');
    const keep = 'Subject: '.length + place(pick, Math.max(1, subject.length - 8));
    lines[Math.max(0, at)] =
      subject.slice(0, keep) + times(wire(token), Math.min(8_000, sizeBytes / 2)) + subject.slice(keep);
    return bytesOf(lines, sizeBytes);
  },
  'subject folded': (raw, pick, token, sizeBytes) => {
    const lines = linesOf(raw);
    lines[Math.max(0, subjectIn(lines))] =
      `Subject: ${times(`${wire(token)}${LINE} `, (sizeBytes - raw.length) * pick)}x`;
    return bytesOf(lines, sizeBytes);
  },
  'every body line pumped': (raw, pick, token, sizeBytes) => {
    const lines = linesOf(raw);
    const from = bodyAt(lines);
    const at = from + place(pick, Math.max(1, lines.length - from));
    const line = lines[at] ?? '';
    const keep = place((pick * 13.7) % 1, line.length + 1);
    const pumped = line.slice(0, keep) + times(wire(token), 950) + line.slice(keep);
    return bytesOf([...plainHead(raw), '', times(`${pumped}${LINE}`, sizeBytes)], sizeBytes);
  },
  'one endless line': (raw, pick, token, sizeBytes) => {
    const lines = linesOf(raw);
    const body = lines.slice(bodyAt(lines)).join(' ').slice(0, 2_000);
    const keep = place(pick, body.length + 1);
    const line = body.slice(0, keep) + times(wire(token), sizeBytes) + body.slice(keep);
    return bytesOf([...plainHead(raw), '', line], sizeBytes);
  },
  'a hundred thousand headers': (raw, _, token, sizeBytes) => {
    const name = wire(token).replace(/[^!-9;-~]/gu, '') || 'x';
    const more = Array.from(
      { length: Math.min(100_000, sizeBytes / (name.length + 8)) },
      (__, at) => `${name}${at}: ${at}`,
    );
    return bytesOf([...headOf(raw), ...more, '', 'x'], sizeBytes);
  },
  'one header over and over': (raw, pick, token, sizeBytes) => {
    const head = headOf(raw);
    const line = `${head[place(pick, head.length)] ?? 'x: y'}${wire(token)}`;
    return bytesOf([times(`${line}${LINE}`, sizeBytes - raw.length), ...head, '', 'x'], sizeBytes);
  },
  'parts in parts': (raw, pick, _, sizeBytes) => {
    const deep = Math.min(10_000, Math.floor(sizeBytes / 80));
    const kind = pick < 0.3 ? 'mixed' : pick < 0.6 ? 'alternative' : 'digest';
    const parts = Array.from(
      { length: deep },
      (__, at) => `--b${at}${LINE}Content-Type: multipart/${kind}; boundary=b${at + 1}${LINE}${LINE}`,
    );
    return bytesOf(
      [...plainHead(raw), 'Content-Type: multipart/mixed; boundary=b0', '', parts.join(''), 'disk full'],
      sizeBytes,
    );
  },
  'mails in mails': (raw, pick, _, sizeBytes) => {
    const one = `Content-Type: message/rfc822${LINE}${pick < 0.5 ? '' : `Subject: x${LINE}`}${LINE}`;
    return bytesOf([...plainHead(raw), times(one, sizeBytes)], sizeBytes);
  },
  'many parts': (raw, pick, token, sizeBytes) => {
    const kind = pick < 0.3 ? 'text/plain' : pick < 0.6 ? 'text/html' : 'application/octet-stream';
    const part = `--b${LINE}Content-Type: ${kind}${LINE}${LINE}${wire(token)}${LINE}`;
    return bytesOf(
      [...plainHead(raw), 'Content-Type: multipart/mixed; boundary=b', '', times(part, sizeBytes)],
      sizeBytes,
    );
  },
  'many boundaries, none of them ours': (raw, pick, token, sizeBytes) => {
    const line = pick < 0.5 ? `--${LINE}` : `--${wire(token)}${LINE}`;
    return bytesOf(
      [...plainHead(raw), 'Content-Type: multipart/mixed; boundary=b', '', times(line, sizeBytes)],
      sizeBytes,
    );
  },
  'elements in elements': (raw, pick, token, sizeBytes) => {
    const tag =
      [
        '<div>',
        '<td ',
        '<table><tr><td>',
        `<!--${token}-->`,
        `<p>${token}`,
        '<script>',
        '</style>',
        '&#',
        '&amp',
      ][place(pick, 9)] ?? '';
    return bytesOf(
      [...plainHead(raw), 'Content-Type: text/html; charset=utf-8', '', times(wire(tag), sizeBytes)],
      sizeBytes,
    );
  },
  'as base64': (raw, pick, token, sizeBytes) => {
    const content = Buffer.from(times(token, sizeBytes * 0.7)).toString('base64');
    const body = pick < 0.3 ? times('QQ==', sizeBytes) : content;
    return bytesOf([...plainHead(raw), 'Content-Transfer-Encoding: base64', '', body], sizeBytes);
  },
  'as quoted-printable': (raw, pick, token, sizeBytes) => {
    const one = ['=', '= ', '=C3', `=3D${token}`, `${token}=${LINE}`][place(pick, 5)] ?? '';
    return bytesOf(
      [...plainHead(raw), 'Content-Transfer-Encoding: quoted-printable', '', times(wire(one), sizeBytes)],
      sizeBytes,
    );
  },
};
