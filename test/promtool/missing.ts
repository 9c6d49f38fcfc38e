/** Whether this machine has promtool, which judges alert rules. */
import { programOf } from '../programs.ts';

/** Why there can't be one, with what to do about it; null where there can. */
export const missingPromtool = (): string | null =>
  programOf('promtool') === null ? 'they need promtool: on Debian, apt-get install prometheus' : null;
