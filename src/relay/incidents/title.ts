/** How an incident is called. */
import type { Incident } from './types.ts';

/** What messages and lists say of it. */
export const titleOf = ({ summary, flapping }: Incident): string =>
  flapping === undefined ? summary : `${summary} (${flapping.why})`;
