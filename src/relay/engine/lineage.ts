/** How the engine drives lineages: who is on call comes in as data, and a number before an incident opens. */
import { mayOpen, newLineage, step } from '../incidents/machine.ts';
import type { LineageContext, LineageState } from '../incidents/types.ts';
import type { Duty } from '../oncall/types.ts';
import type { LineageInput } from './effects.ts';
import type { Committed, Machine } from './machine-port.ts';

export interface LineageParts {
  duty(service: string, atMs: number): Duty;
  /** A number nobody has, already named for this lineage (rule 17). */
  nextNumber(lineage: string): Promise<number>;
  committed(commit: Committed<LineageState>): void;
}

export function lineageMachine(parts: LineageParts): Machine<LineageState, LineageInput, LineageContext> {
  return {
    initial: (key) => {
      const slash = key.indexOf('/');
      return newLineage(key.slice('i:'.length, slash), key.slice(slash + 1));
    },
    step,
    timer: (name) => ({ kind: 'timer', name }),
    // Order of acceptance is what counts here: nothing overtakes.
    urgent: () => false,
    canTake: () => true,
    committed: parts.committed,
    context(key, state, input, _op, nowMs) {
      const duty = parts.duty(state.service, nowMs);
      if (!mayOpen(state, input)) return { nowMs, duty, nextNumber: null };
      return parts.nextNumber(key).then((nextNumber) => ({ nowMs, duty, nextNumber }));
    },
  };
}
