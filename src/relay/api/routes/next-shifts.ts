/** A person's coming shifts. */
import { findPerson } from '../../oncall/checks.ts';
import { shiftsOfPerson, type Shift } from '../../oncall/shifts-of.ts';
import { standingAt } from '../../oncall/level.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { usage } from '../errors.ts';
import type { NextShiftsJson, ShiftJson } from '../oncall-wire.ts';
import { NEXT_SHIFTS } from '../schemas/oncall.ts';
import { orElse, queryTime, text } from '../table/given.ts';
import { get, type Route } from '../table/route.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
/** Further ahead nobody plans, and the answer would be long. */
const MOST_DAYS = 732;

/** The call /v1/oncall/next. */
export const nextShiftRoutes = (core: Core): Route[] => [
  get(
    '/v1/oncall/next',
    {
      name: 'listNextShifts',
      summary: 'The shifts of a person that are to come, and where they are told whenever it is.',
      query: {
        person: orElse(text(64, 'Whose.'), () => ''),
        until: queryTime(`Until then, at most ${MOST_DAYS} days ahead; else ${USUAL_DAYS} days.`),
      },
      answer: NEXT_SHIFTS,
    },
    ({ query }): NextShiftsJson => {
      const roster = core.roster.current();
      const nowMs = core.nowMs();
      const untilMs = query.until ?? nowMs + USUAL_DAYS * DAY_MS;
      if (untilMs <= nowMs || untilMs > nowMs + MOST_DAYS * DAY_MS)
        throw usage(`until: must be to come, and at most ${MOST_DAYS} days ahead`);
      const { id } = findPerson(roster, query.person);
      return {
        person: id,
        shifts: shiftsOfPerson(roster, id, nowMs, untilMs).map(shiftJson),
        always: alwaysTold(roster, id),
      };
    },
  ),
];

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
