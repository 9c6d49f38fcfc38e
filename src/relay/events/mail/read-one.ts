/** One mail's bytes to its events, in the thread that calls: what the worker does for the daemon. */
import type { AlertEvent } from '../types.ts';
import { eventsOf, type MailContext } from './events.ts';
import { loadParser, readFull, readSimple } from './parse.ts';

/**
 * `onLoaded`: called when the full parser is at hand, whose loading is no mail's fault. Rejects with the parser's error.
 */
export async function readOneMail(
  raw: Uint8Array,
  context: MailContext,
  onLoaded: () => void = () => undefined,
): Promise<AlertEvent[]> {
  const simple = readSimple(raw, context.tag);
  if ('mail' in simple) return eventsOf(simple.mail, context.service);
  await loadParser();
  onLoaded();
  return eventsOf(await readFull(raw, simple.head, context.tag), context.service);
}
