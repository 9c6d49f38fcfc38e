/** Who is on call, and putting somebody on call for a time. */
import { findRotation } from '../../oncall/checks.ts';
import { policiesFor, setOncall } from '../../oncall/edits.ts';
import type { OncallEdit } from '../../oncall/edits.ts';
import { showTime } from '../../oncall/times.ts';
import type { Roster } from '../../oncall/types.ts';
import { tellConcerned } from '../concerned.ts';
import type { Core } from '../core.ts';
import type { ToldOf } from '../oncall-wire.ts';
import { given } from '../fields.ts';
import { oncallAt, oncallThen } from '../oncall-view.ts';
import type { OncallJson } from '../wire.ts';
import { ONCALL, ONCALL_SET } from '../schemas/oncall.ts';
import { BY, instantMs, needed, queryTime, text, whole, zone, ZONE } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { absenceRoutes } from './absences.ts';
import { calendarRoute } from './calendar.ts';
import { calendarRoutes } from './calendars.ts';
import { handoffRoutes } from './handoffs.ts';
import { nextShiftRoutes } from './next-shifts.ts';
import { overrideRoutes, QUIET } from './overrides.ts';

export interface OncallSet extends ToldOf {
  /** `Ana until Sat 18:00 CET on every policy, level 1`. */
  text: string;
  rosterVersion: number;
  /** Those that changed. */
  policies: string[];
  /** Hosts that don't have it yet. */
  notYetOn: readonly string[];
}

/** The calls under /v1/oncall, and those about who is away, who stands in, and calendars. */
export const oncallRoutes = (core: Core): Route[] => [
  get(
    '/v1/oncall',
    {
      name: 'listOncall',
      summary: 'For each service: who is told now at each level, why and until when, and the next change.',
      query: {
        at: queryTime('Else now. At a time that is over by the roster in force then.'),
        zone: zone('In which times in texts are told; else that of the host.'),
      },
      answer: listOf(ONCALL),
    },
    async ({ query: { at, zone: inZone } }): Promise<OncallJson[]> =>
      at === undefined ? oncallAt(core, core.nowMs(), inZone) : oncallThen(core, at, inZone),
  ),
  post(
    '/v1/oncall',
    {
      name: 'setOncall',
      summary: 'Puts a person on call in place of a level or of a rotation, for a time.',
      body: {
        person: needed(text(64, 'Whom.')),
        service: text(64, "Only on this service's policy; else on every policy."),
        level: whole(1, 100, 'Which level; else 1.'),
        rotation: text(64, 'In this rotation, wherever it is used.'),
        fromMs: instantMs('From when; else now.'),
        untilMs: instantMs('Until when; else until it is set anew.'),
        why: text(80, 'A word for the others.'),
        quiet: QUIET,
        zone: ZONE,
        by: BY,
      },
      answer: ONCALL_SET,
    },
    async ({ body: { zone: inZone, person, by, quiet, ...rest } }): Promise<OncallSet> => {
      const wish: OncallEdit = { person, by, nowMs: core.nowMs(), ...given(rest) };
      let policies: string[] = [];
      let before = core.roster.current();
      const roster = await core.roster.edit(wish.by, (base) => {
        before = base;
        policies = wish.rotation === undefined ? policiesFor(base, wish.service, wish.level ?? 1) : [];
        return setOncall(base, wish);
      });
      const said = echo(roster, wish, policies, inZone);
      const change = { before, after: roster, by, nowMs: wish.nowMs, zone: inZone };
      const toldOf = quiet ? {} : await tellConcerned(core, change);
      return {
        text: said,
        rosterVersion: roster.version,
        policies,
        notYetOn: core.roster.behind(),
        ...toldOf,
      };
    },
  ),
  ...handoffRoutes(core),
  ...nextShiftRoutes(core),
  ...overrideRoutes(core),
  ...absenceRoutes(core),
  ...calendarRoute(core),
  ...calendarRoutes(core),
];

/** Says back what was understood: a misread time shows at once. */
function echo(roster: Roster, wish: OncallEdit, policies: string[], inZone: string): string {
  const name = roster.people.find((one) => one.id === wish.person)?.name ?? wish.person;
  const { fromMs, untilMs, nowMs } = wish;
  const from = fromMs === undefined || fromMs <= nowMs ? '' : ` from ${showTime(fromMs, nowMs, inZone)}`;
  const until =
    untilMs === undefined || untilMs === null
      ? ' until set anew'
      : ` until ${showTime(untilMs, nowMs, inZone)}`;
  if (wish.rotation !== undefined)
    return `${name}${from}${until} in rotation ${findRotation(roster, wish.rotation).id}`;
  const where = wish.service === undefined && policies.length === roster.policies.length;
  const on = where ? 'every policy' : `policy ${policies.join(', ')}`;
  return `${name}${from}${until} on ${on}, level ${wish.level ?? 1}`;
}
