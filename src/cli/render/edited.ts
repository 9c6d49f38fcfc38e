/** Which hosts don't have an edit of the roster yet. */
import { clean } from './style.ts';

/** One line; none when every host has it. A daemon of an older version doesn't say. */
export function notYetLine({ notYetOn }: { notYetOn?: readonly string[] }): string {
  if (notYetOn === undefined || notYetOn.length === 0) return '';
  const follow = notYetOn.length === 1 ? 'it follows' : 'they follow';
  return `Not yet on ${clean(notYetOn.join(', '))}: ${follow} within seconds.\n`;
}
