/** The outbox beside the spool: how commands leave there what no daemon took, and the daemon finds it. */

/** The folder, within that of the spool. */
export const OUTBOX = 'outbox';

/** A call of the control API that makes sense an hour later too, and on another host. */
export interface Errand {
  /** As the API has it: `/v1/send`. */
  path: string;
  /** With `id`, by which the journal knows it again, and when and where it was first said. */
  body: Record<string, unknown> & { id: string; saidAtMs: number; saidHost: string };
}

/** The name of its file: in the order in which they were said. */
export const errandFile = ({ id, saidAtMs }: Errand['body']): string =>
  `${String(saidAtMs).padStart(15, '0')}-${id}.json`;

/** Null: it isn't one, or not whole. */
export function readErrand(text: string): Errand | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const { path, body } = fieldsOf(said);
  const { id, saidAtMs, saidHost } = fieldsOf(body);
  const isWhole =
    typeof path === 'string' &&
    typeof id === 'string' &&
    typeof saidAtMs === 'number' &&
    typeof saidHost === 'string';
  return isWhole ? { path, body: { ...fieldsOf(body), id, saidAtMs, saidHost } } : null;
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
