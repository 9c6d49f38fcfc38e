/** One mail's bytes to its events, in the thread that calls: what the worker does for the daemon. */
import type { Ruling } from '../formats/rules/index.ts';
import type { Ruler } from '../ruler.ts';
import { eventsOf, type MailContext } from './events.ts';
import { readFull } from './parse.ts';

/** `onLoaded`: called when a library that the mail needs is at hand, whose loading is no mail's fault. */
export async function readOneMail(
  raw: Uint8Array,
  context: MailContext,
  ruler: Ruler,
  onLoaded: () => void = () => undefined,
): Promise<Ruling> {
  return eventsOf(await readFull(raw, context.tag, onLoaded), context.service, ruler);
}
