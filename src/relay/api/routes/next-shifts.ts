/** A person's coming shifts. */
import type { FastifyInstance } from 'fastify';
import { findPerson } from '../../oncall/checks.ts';
import { shiftsOfPerson, type Shift } from '../../oncall/shifts-of.ts';
import { standingAt } from '../../oncall/level.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { usage } from '../errors.ts';
import type { NextShiftsJson, ShiftJson } from '../oncall-wire.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
/** Further ahead nobody plans, and the answer would be long. */
const MOST_DAYS = 732;

interface NextQuery {
  person?: string;
  until?: string;
}

/** Registers /v1/oncall/next. */
export function nextShiftRoutes(app: FastifyInstance, core: Core): void {
  app.get<{ Querystring: NextQuery }>('/v1/oncall/next', (request): NextShiftsJson => {
    const { person = '', until } = request.query;
    const roster = core.roster.current();
    const nowMs = core.nowMs();
    const untilMs = until === undefined ? nowMs + USUAL_DAYS * DAY_MS : Date.parse(until);
    if (Number.isNaN(untilMs)) throw usage('until: must be a time in ISO 8601');
    if (untilMs <= nowMs || untilMs > nowMs + MOST_DAYS * DAY_MS)
      throw usage(`until: must be to come, and at most ${MOST_DAYS} days ahead`);
    const { id } = findPerson(roster, person);
    return {
      person: id,
      shifts: shiftsOfPerson(roster, id, nowMs, untilMs).map(shiftJson),
      always: alwaysTold(roster, id),
    };
  });
}

/** A shift with its times as text. */
export const shiftJson = ({ fromMs, untilMs, where, note }: Shift): ShiftJson => ({
  from: new Date(fromMs).toISOString(),
  until: new Date(untilMs).toISOString(),
  where,
  note,
});

/** The levels that name a person, by themselves or in a group: no turns, whenever it is. */
export const alwaysTold = (roster: Roster, person: string): string[] =>
  roster.policies.flatMap((policy) =>
    policy.levels.flatMap((_, index) =>
      standingAt(roster, policy, index + 1).includes(person)
        ? [`policy ${policy.id}, level ${index + 1}`]
        : [],
    ),
  );
