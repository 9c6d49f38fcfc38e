/** How the engine drives lineages: who is on call comes in as data, and a number before an incident opens. */
import { mayOpen, newLineage, step } from '../incidents/machine.ts';
import { dutyAtMs, questionOf } from '../incidents/question.ts';
import type { LineageContext, LineageState } from '../incidents/types.ts';
import type { Duty, DutyQuestion } from '../oncall/types.ts';
import { canaryDuty, canaryNumber, isCanaryService, unlisted } from './canary.ts';
import type { Handover, LineageInput, StepResult } from './effects.ts';
import { knownIncidentTimer } from './known-inputs.ts';
import type { Committed, Machine } from './machine-port.ts';

export interface LineageParts {
  duty(service: string, atMs: number, asked: DutyQuestion): Duty;
  /** A number nobody has (rule 17). */
  nextNumber(): Promise<number>;
  /** Reads the roster if what is held may be too old to decide by, or is older than a version (rule 16); null: it isn't. */
  freshRoster(version: number): Promise<void> | null;
  committed(commit: Committed<LineageState>): void;
}

export function lineageMachine(parts: LineageParts): Machine<LineageState, LineageInput, LineageContext> {
  return {
    mayBeNew: true,
    initial: (key) => {
      const slash = key.indexOf('/');
      return newLineage(key.slice('i:'.length, slash), key.slice(slash + 1));
    },
    step(state, input, context) {
      const result = step(state, input, context);
      return isCanaryService(state.service) ? unlisted(result) : named(result, context.nextNumber);
    },
    lookAhead: () => undefined,
    timer: (name) => ({ kind: 'timer', name: knownIncidentTimer(name) }),
    // Order of acceptance is what counts here: nothing overtakes.
    urgent: () => false,
    canTake: () => true,
    committed: parts.committed,
    async context(_key, state, input, _op, nowMs) {
      await parts.freshRoster(versionBehind(state, input));
      if (isCanaryService(state.service)) {
        const number = 'stamp' in input ? canaryNumber(input.stamp) : null;
        return { nowMs, duty: canaryDuty(state.dedupKey), nextNumber: number };
      }
      const nextNumber = mayOpen(state, input) ? await parts.nextNumber() : null;
      const duty = parts.duty(state.service, dutyAtMs(input, nowMs), questionOf(state, input));
      return { nowMs, duty, nextNumber };
    },
  };
}

/** No aggregate steps under an older version than one it has been decided about under, here or on another host. */
const versionBehind = ({ incident }: LineageState, input: LineageInput): number =>
  Math.max(incident?.rosterVersion ?? 0, versionIn(input));

/** The version that whoever made the input went by: a host that hasn't read it doesn't know whom it names. */
function versionIn(input: LineageInput): number {
  if (input.kind === 'degraded') return Math.max(input.note.rosterVersion, input.event.rosterVersion ?? 0);
  if (input.kind === 'event')
    return Math.max(input.event.tell?.rosterVersion ?? 0, input.event.rosterVersion ?? 0);
  if (input.kind === 'order' && input.order.verb === 'reassign') return input.order.rosterVersion ?? 0;
  return 0;
}

/**
 * An opened incident's number is named by the chain that opened it, beside its asks: the row is done only after both,
 * and no page waits for an index.
 */
function named(result: StepResult<LineageState>, number: number | null): StepResult<LineageState> {
  const entry = result.effects.incidents.find((one) => one.number === number);
  if (entry === undefined) return result;
  const name: Handover = {
    kind: 'name',
    id: `name/${entry.number}`,
    number: entry.number,
    lineage: entry.lineage,
  };
  return { ...result, effects: { ...result.effects, handovers: [name, ...result.effects.handovers] } };
}
