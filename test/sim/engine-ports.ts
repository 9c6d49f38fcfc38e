/** Small ports that every simulated process gets: ids from its own stream, a log that is part of the life's lines. */
import type { Ids, Log, Problems } from '../../src/relay/engine/ports.ts';
import type { Prng } from './prng.ts';

export const NO_PROBLEMS: Problems = { raise: () => undefined, clear: () => undefined };

export function idsOf(life: string, draw: Prng): Ids {
  let ops = 0;
  return {
    op: () => {
      ops += 1;
      // As long as a uuid, so that states are as large as in real life.
      return `${life}-${ops}`.padStart(36, '0');
    },
    chance: () => draw.next(),
  };
}

export function logOf(write: (text: string) => void): Log {
  const said = (fields: Record<string, unknown>, text: string): void => {
    const { err } = fields;
    const error = err instanceof Error ? `: ${err.message}` : '';
    const about = fields['aggregate'] ?? fields['row'] ?? fields['message'] ?? '';
    write(`log ${typeof about === 'string' ? about : ''} ${text}${error}`);
  };
  return { info: said, warn: said, error: said };
}
