/**
 * The canary: a test alert that each host sends itself, to know that real ones would get through. It is an alert like
 * any other, with a lineage and a responder of its own, and takes the same lanes, commits, claims and calls; only what
 * it would leave behind is different. Its incidents are in no list and no count, and write no timeline; its message is
 * one row, written over each time; nobody is told but the null transport.
 *
 * Why an alert, and no kind of input of its own: whatever is handled apart proves nothing of what isn't. Why no
 * incident numbers: a host would use up 43,000 a month. A canary's number is the acceptance's own, far above any that
 * people see; nobody looks it up, and its lineage and responder never meet another host's.
 */
import type { AlertEvent, Input, Stamp } from '../events/types.ts';
import { lineageKey } from '../incidents/rows.ts';
import { MESSAGE, TOLD, responderKey } from '../notifications/rows.ts';
import type { ResponderContext } from '../notifications/types.ts';
import type { Duty } from '../oncall/types.ts';
import type { StepResult } from './effects.ts';

/** No service and no person can be called so: `~` isn't allowed in their ids. */
const MARK = '~canary';
const PERSON = `${MARK}-`;

/** Real numbers stay far below; with the timeline's ten digits there is as much room above. */
const NUMBERS_FROM = 5_000_000_000;

/** Should the host die with a canary under way, its timer fires this seldom: for nobody. */
const NEXT_LEVEL_MS = 60 * 60_000;

/** The key of the message's one row. */
const LAST = 'last';

export const isCanaryService = (service: string): boolean => service === MARK;

/** Whether an aggregate is a canary's: its lineage or its responder. */
export const isCanary = (aggregate: string): boolean =>
  aggregate.startsWith(lineageKey(MARK, '')) || aggregate.startsWith(responderKey(PERSON));

/** Whether an input is a canary's. */
export const isCanaryInput = (input: Input): boolean =>
  input.kind === 'alert' && input.events.some((event) => isCanaryService(event.service));

/** The responder of a host's canary. */
export const canaryResponder = (host: string): string => responderKey(PERSON + host);

/** The host whose canary tells this person; null: a real person. */
export const canaryHost = (person: string): string | null =>
  person.startsWith(PERSON) ? person.slice(PERSON.length) : null;

/** The number of the incident that an acceptance opens in its host's canary lineage. */
export const canaryNumber = ({ seq }: Pick<Stamp, 'seq'>): number => NUMBERS_FROM + seq;

/** One event of a host's canary. */
export const canaryEvent = (host: string, action: 'trigger' | 'resolve'): AlertEvent => ({
  action,
  service: MARK,
  dedupKey: host,
  severity: 'unknown',
  summary: 'canary',
  source: 'canary',
});

/** Who is told of a host's canary: nobody else, however long it lasts. */
export function canaryDuty(host: string): Duty {
  const people = [PERSON + host];
  const levels = [{ people, afterMs: NEXT_LEVEL_MS, because: 'the canary' }];
  return { rosterVersion: 0, policy: MARK, levels, repeat: 0, catchAll: people, flapping: null };
}

/** The person a canary tells, who has one way that leads nowhere; null: a real person. */
export function canaryPerson(person: string): ResponderContext['person'] {
  const host = canaryHost(person);
  return host === null
    ? null
    : { id: person, name: person, contacts: [{ channel: 'canary', address: host }] };
}

/** A step of a canary's lineage without what people would read of it. */
export const unlisted = <State>(result: StepResult<State>): StepResult<State> => ({
  ...result,
  effects: { ...result.effects, rows: [], incidents: [] },
});

/** A step of a canary's responder: its message is one row for all, and no incident's index leads to it. */
export const writtenOver = <State>(result: StepResult<State>): StepResult<State> => ({
  ...result,
  effects: {
    ...result.effects,
    rows: result.effects.rows.flatMap((row) => {
      if (row.kind === TOLD) return [];
      return [row.kind === MESSAGE ? { ...row, key: LAST } : row];
    }),
  },
});
