/** Which lines of the file change from one roster to another: of both as they would be written without a text. */
import { structuredPatch } from 'diff';
import { writeParts } from '../oncall/file/parts.ts';
import type { Roster } from '../oncall/types.ts';
import { printRoster } from './print.ts';

/** Lines around a change, so that one knows where it is. */
const CONTEXT = 2;

/** Lines with ` `, `-` or `+` in front; `…` between places; none: nothing changes. */
export function changedLines(before: Roster, after: Roster): string[] {
  const [was, is] = [before, after].map((roster) => printRoster(writeParts(roster)));
  const patch = structuredPatch('', '', was ?? '', is ?? '', '', '', { context: CONTEXT });
  return patch.hunks.flatMap((hunk, index) => (index === 0 ? hunk.lines : ['…', ...hunk.lines]));
}
