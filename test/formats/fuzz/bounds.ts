/** What holds of whatever is read, however odd. */
import type { AlertEvent } from '../../../src/relay/events/types.ts';

const LINE = /^[^\p{Cc}\u2028\u2029]*$/u;

/** What doesn't hold, one line each. */
export function broken(events: readonly AlertEvent[]): string[] {
  const wrong: string[] = events.length === 0 ? ['there is no event'] : [];
  for (const event of events) {
    const { dedupKey, summary, details = '', host = '', check = '', labels = {}, links = [] } = event;
    if (dedupKey.trim() === '') wrong.push('the key is empty');
    if (dedupKey.length > 255) wrong.push(`a key of ${dedupKey.length}`);
    if (summary === '') wrong.push('the summary is empty');
    if (details.length > 4_000) wrong.push(`details of ${details.length}`);
    for (const line of [summary, host, check, ...Object.keys(labels), ...Object.values(labels)]) {
      if (line.length > 1_024) wrong.push(`a line of ${line.length}`);
      if (!LINE.test(line) || !line.isWellFormed())
        wrong.push(`control characters in ${JSON.stringify(line)}`);
    }
    if (!dedupKey.isWellFormed() || !details.isWellFormed()) wrong.push('half a character');
    if (links.length > 20 || links.some((link) => link.length > 2_048 || /\s/u.test(link)))
      wrong.push(`links: ${JSON.stringify(links).slice(0, 200)}`);
    if (event.reason !== undefined && event.reason.length > 4_000)
      wrong.push(`a reason of ${event.reason.length}`);
  }
  return wrong;
}
