/**
 * Where in a mail's bytes its texts lie: one pass over the boundaries of its parts, however deep they are nested, that copies
 * nothing and looks into no attachment. Pure, never throws.
 */
import { parseStructured, type Structured } from './content-type.ts';
import { readHead } from './headers.ts';

/** A part that is no multipart. */
export interface Leaf {
  /** Such as text/plain. */
  type: string;
  charset: string;
  encoding: 'base64' | 'quoted-printable' | 'uuencode' | 'none';
  /** Text whose lines were wrapped with a space at their ends (RFC 3676); `delSp`: the space goes too. */
  flowed: 'no' | 'flowed' | 'delSp';
  attached: boolean;
  /** Which multipart/alternative it is one of: another way of saying the same. 0: none. */
  alternative: number;
  /** The subject of the attached mail that it is part of; null: it is part of this one. */
  mail: string | null;
  /** Where the attached mail begins that it is part of, the outermost one, shown in place or not; null: of this one. */
  mailStart: number | null;
  /** Of its content in the mail's bytes. */
  start: number;
  end: number;
}

interface Level {
  boundary: string;
  alternative: number;
  mail: string | null;
  mailStart: number | null;
}

/** What more parts than that say is not read. */
const LEAVES_MAX = 1_000;
/** Multiparts and attached mails included. */
const PARTS_MAX = 2_000;
const BOUNDARY_MAX = 256;
/** Of a part's own headers, of which three count. */
const HEAD_MAX_BYTES = 8 * 1024;
const LINE_FEED = 0x0a;
const DASH = 0x2d;
/** How each boundary begins. */
const DASHES = Buffer.from('\n--');

/** All of them in order, or the first thousand. Empty: it says that it is a multipart, but has none of its boundaries. */
export function leavesOf(
  raw: Buffer,
  headers: ReadonlyMap<string, string>,
  bodyStart: number,
): readonly Leaf[] {
  const walk = new Walk(raw);
  let at = walk.enter(headers, bodyStart);
  while (walk.isInside) {
    if (raw[at] === LINE_FEED && raw[at + 1] === DASH && raw[at + 2] === DASH) at += 1;
    else if (raw[at] !== DASH || raw[at + 1] !== DASH || (at > 0 && raw[at - 1] !== LINE_FEED)) {
      const found = raw.indexOf(DASHES, at);
      if (found === -1) break;
      at = found + 1;
    }
    const end = lineEnd(raw, at);
    if (end === -1) {
      // Too long for a boundary: the next line of its kind is looked for behind its dashes.
      at += 2;
      continue;
    }
    at = walk.line(at, end);
  }
  walk.leave(raw.length);
  return walk.leaves;
}

/** Of a line that may be a boundary; -1: it is longer than any. */
function lineEnd(raw: Buffer, start: number): number {
  const most = Math.min(raw.length, start + BOUNDARY_MAX + 8);
  for (let at = start + 2; at < most; at += 1) if (raw[at] === LINE_FEED) return at;
  return most === raw.length ? most : -1;
}

class Walk {
  readonly leaves: Leaf[] = [];
  readonly #raw: Buffer;
  readonly #levels: Level[] = [];
  /** By boundary: at which level. */
  readonly #known = new Map<string, number>();
  /** By the first byte of a boundary: how many of those that are open begin so. */
  readonly #firsts = new Uint16Array(256);
  #leaf: Leaf | null = null;
  #alternatives = 0;
  #parts = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  get isInside(): boolean {
    return this.#levels.length > 0 && this.leaves.length < LEAVES_MAX && this.#parts < PARTS_MAX;
  }

  /** A part's headers have been read, and its body begins; returns where to read on. */
  enter(headers: ReadonlyMap<string, string>, bodyStart: number): number {
    const above = this.#levels.at(-1);
    let mail = above?.mail ?? null;
    let mailStart = above?.mailStart ?? null;
    let head = headers;
    let start = bodyStart;
    for (;;) {
      this.#parts += 1;
      const type = parseStructured(head.get('content-type') ?? '');
      const disposition = parseStructured(head.get('content-disposition') ?? '').value;
      const encoding = encodingOf(head);
      if (type.value === 'message/rfc822' && encoding === 'none') {
        const inner = readHead(this.#raw.subarray(start), HEAD_MAX_BYTES);
        mailStart ??= start;
        start += inner.bodyStart;
        head = inner.headers;
        if (disposition !== 'inline') mail ??= head.get('subject') ?? '';
        if (inner.bodyStart === 0 || this.#parts >= PARTS_MAX) return start;
        continue;
      }
      if (type.value.startsWith('multipart/')) {
        const boundary = boundaryOf(type) || this.#firstBoundary(start);
        // One that is already open: its parts become those of the outer one.
        if (boundary !== '' && !this.#known.has(boundary)) {
          const alternative =
            above?.alternative || (type.value === 'multipart/alternative' ? (this.#alternatives += 1) : 0);
          this.#known.set(boundary, this.#levels.length);
          this.#levels.push({ boundary, alternative, mail, mailStart });
          this.#countFirst(boundary, 1);
        }
        return start;
      }
      this.#leaf = leafOf({
        type,
        disposition,
        encoding,
        alternative: above?.alternative ?? 0,
        mail,
        mailStart,
        start,
      });
      return start;
    }
  }

  /** Where none is named: the first line that may be one. */
  #firstBoundary(start: number): string {
    const body = this.#raw.toString('latin1', start, start + 2_048);
    return /(?:^|\n)--(?<boundary>[^\s-][^\r\n]{0,200})/u.exec(body)?.groups?.['boundary']?.trimEnd() ?? '';
  }

  /** A line that begins with two dashes; returns where to read on. */
  line(start: number, end: number): number {
    // Most such lines are none of ours, and there may be a hundred thousand of them.
    if (this.#firsts[this.#raw[start + 2] ?? 0] === 0) return end;
    const line = this.#raw.toString('latin1', start + 2, end).trimEnd();
    let level = this.#known.get(line);
    const closes = level === undefined && line.endsWith('--');
    if (closes) level = this.#known.get(line.slice(0, -2));
    if (level === undefined) return end;
    this.leave(start);
    for (const { boundary } of this.#levels.splice(closes ? level : level + 1)) {
      this.#known.delete(boundary);
      this.#countFirst(boundary, -1);
    }
    if (closes) return end;
    const from = Math.min(end + 1, this.#raw.length);
    const head = readHead(this.#raw.subarray(from), HEAD_MAX_BYTES);
    return this.enter(head.headers, from + head.bodyStart);
  }

  #countFirst(boundary: string, more: number): void {
    const first = boundary.charCodeAt(0);
    this.#firsts[first] = (this.#firsts[first] ?? 0) + more;
  }

  /** The part that was open ends before the boundary that begins at `end`, and before the line end in front of that. */
  leave(end: number): void {
    const leaf = this.#leaf;
    this.#leaf = null;
    if (leaf === null) return;
    let last = end;
    if (last < this.#raw.length || this.#levels.length > 0) {
      if (last > leaf.start && this.#raw[last - 1] === LINE_FEED) last -= 1;
      if (last > leaf.start && this.#raw[last - 1] === 0x0d) last -= 1;
    }
    this.leaves.push({ ...leaf, end: Math.max(leaf.start, last) });
  }
}

/** As its bytes read: that is how its lines are looked for. */
const boundaryOf = (type: Structured): string =>
  Buffer.from((type.params.get('boundary') ?? '').slice(0, BOUNDARY_MAX))
    .toString('latin1')
    .trimEnd();

function encodingOf(headers: ReadonlyMap<string, string>): Leaf['encoding'] {
  const said = (headers.get('content-transfer-encoding') ?? '').toLowerCase();
  if (said.includes('base64')) return 'base64';
  if (said.includes('uue')) return 'uuencode';
  return said.includes('quoted-printable') ? 'quoted-printable' : 'none';
}

function leafOf(part: {
  type: Structured;
  disposition: string;
  encoding: Leaf['encoding'];
  alternative: number;
  mail: string | null;
  mailStart: number | null;
  start: number;
}): Leaf {
  const { type, disposition, encoding, alternative, mail, mailStart, start } = part;
  const { params, value } = type;
  const attached = disposition !== '' && disposition !== 'inline';
  const flowed = params.get('format')?.toLowerCase() === 'flowed';
  return {
    // Before MIME there was `text`, and where nothing is said, it is one.
    type: value === 'text' || (value === '' && !attached) ? 'text/plain' : value,
    charset: params.get('charset') ?? '',
    encoding,
    flowed: !flowed ? 'no' : params.get('delsp')?.toLowerCase() === 'yes' ? 'delSp' : 'flowed',
    attached,
    alternative,
    mail,
    mailStart,
    start,
    end: start,
  };
}
