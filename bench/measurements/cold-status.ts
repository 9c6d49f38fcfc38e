/** `relay status` from the shell, compiled code in its cache, beside an empty Node start. */
import { measureColdStart } from '../cold.ts';
import type { Measurement } from '../measurement.ts';

const ROUNDS = 20;

export const coldStatus: Measurement = {
  name: 'cold-status',
  goal: '`relay status` relative to an empty Node start, in turns: at most 4 times',
  async run() {
    const { ratio, relayStatusMs, emptyNodeMs, goal } = await measureColdStart(ROUNDS);
    return { values: { ratio, relayStatusMs, emptyNodeMs }, met: ratio <= goal };
  },
};
