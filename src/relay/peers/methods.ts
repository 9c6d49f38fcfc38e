/** How calls become bodies and back: JSON, with the raw bytes of accepted rows as base64. */
import type { JournalRow } from '../store/port.ts';
import type { PeerMethod, PeerMethods } from './port.ts';

const MB = 1024 * 1024;

/** What any answer, and any request but `keep`, may have at most. */
export const BODY_LIMIT_BYTES = MB;

/** A refusal's text. */
const REFUSAL_LIMIT_BYTES = 16 * 1024;

/** A mail with its attachments, read and raw, as base64; and the few that came with it. */
const KEEP_LIMIT_BYTES = 40 * MB;

/** Each method's kind of frame. They go over the wire: a new method takes a new number, an old number stays free. */
const KINDS: Record<PeerMethod, { kind: number; limitBytes: number }> = {
  take: { kind: 16, limitBytes: BODY_LIMIT_BYTES },
  forget: { kind: 17, limitBytes: BODY_LIMIT_BYTES },
  keep: { kind: 18, limitBytes: KEEP_LIMIT_BYTES },
  release: { kind: 19, limitBytes: BODY_LIMIT_BYTES },
  roster: { kind: 20, limitBytes: BODY_LIMIT_BYTES },
  state: { kind: 21, limitBytes: BODY_LIMIT_BYTES },
  handIn: { kind: 22, limitBytes: BODY_LIMIT_BYTES },
};

const BY_KIND = new Map(
  (Object.keys(KINDS) as PeerMethod[]).map((method) => [KINDS[method].kind, method] as const),
);

/** The kind of a call's frame. */
export const kindOf = (method: PeerMethod): number => KINDS[method].kind;

/** How many bytes a call of this method may have. */
export const limitBytesOf = (method: PeerMethod): number => KINDS[method].limitBytes;

/** Null: a method of another version. */
export const methodOf = (kind: number): PeerMethod | null => BY_KIND.get(kind) ?? null;

/** What the server takes: a method of another version may have a body too, so that it can be refused in words. */
export function requestLimitBytes(kind: number): number {
  const method = methodOf(kind);
  return method === null ? BODY_LIMIT_BYTES : KINDS[method].limitBytes;
}

/** What the client takes; `refusal` is the kind of a refusal. */
export const answerLimitBytes = (kind: number, refusal: number): number =>
  kind === refusal ? REFUSAL_LIMIT_BYTES : BODY_LIMIT_BYTES;

type RowInJson = Omit<JournalRow, 'raw'> & { raw: string | null };

/** A request's body. */
export function encodeRequest<M extends PeerMethod>(method: M, request: PeerMethods[M]['request']): Buffer {
  return Buffer.from(JSON.stringify(isKeep(method, request) ? { rows: request.rows.map(rowOut) } : request));
}

/** Throws SyntaxError or TypeError on what isn't one. Its sender is a relay that proved itself, so it isn't checked further. */
export function decodeRequest<M extends PeerMethod>(method: M, body: Buffer): PeerMethods[M]['request'] {
  const json: unknown = JSON.parse(body.toString());
  if (method !== 'keep') return json as PeerMethods[M]['request'];
  const { rows } = json as { rows: RowInJson[] };
  return { rows: rows.map(rowIn) };
}

/** An answer's body; no method answers with bytes. */
export const encodeAnswer = (answer: unknown): Buffer => Buffer.from(JSON.stringify(answer ?? null));

/** Throws SyntaxError on what isn't one. */
export const decodeAnswer = (body: Buffer): unknown => JSON.parse(body.toString());

/** A refusal's body, cut where it grows too long. */
export const encodeRefusal = (text: string): Buffer => Buffer.from(text).subarray(0, REFUSAL_LIMIT_BYTES);

function isKeep(method: PeerMethod, _request: unknown): _request is PeerMethods['keep']['request'] {
  return method === 'keep';
}

const rowOut = (row: JournalRow): RowInJson => ({
  ...row,
  raw:
    row.raw === null
      ? null
      : Buffer.from(row.raw.buffer, row.raw.byteOffset, row.raw.byteLength).toString('base64'),
});

const rowIn = (row: RowInJson): JournalRow => ({
  ...row,
  raw: row.raw === null ? null : Buffer.from(row.raw, 'base64'),
});
