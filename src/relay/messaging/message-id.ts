/** The id of a message says whose it is: `<person>.<code>`. */

const MESSAGE_ID = /^([a-z0-9][a-z0-9_-]{0,31})\.([1-9]\d{0,7})$/;

/** Whose message it is, and which of theirs; null when it is no message id. */
export function readMessageId(id: string): { person: string; code: number } | null {
  const [, person, code] = MESSAGE_ID.exec(id) ?? [];
  return person === undefined || code === undefined ? null : { person, code: Number(code) };
}
