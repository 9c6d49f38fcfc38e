/** Who is on call, and putting somebody on call for a time. */
import type { FastifyInstance } from 'fastify';
import { findRotation } from '../../oncall/checks.ts';
import { policiesFor, setOncall } from '../../oncall/edits.ts';
import type { OncallEdit } from '../../oncall/edits.ts';
import { isZone, showTime } from '../../oncall/times.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { usage } from '../errors.ts';
import { Fields, given } from '../fields.ts';
import { hostZone, oncallAt, oncallThen } from '../oncall-view.ts';
import type { OncallJson } from '../wire.ts';
import { absenceRoutes } from './absences.ts';
import { calendarRoutes } from './calendars.ts';
import { handoffRoutes } from './handoffs.ts';
import { nextShiftRoutes } from './next-shifts.ts';
import { overrideRoutes } from './overrides.ts';

/** The year 2200: later is a mistake. */
const LATEST_MS = Date.UTC(2200, 0);

interface OncallQuery {
  at?: string;
  zone?: string;
}

export interface OncallSet {
  /** `Ana until Sat 18:00 CET on every policy, level 1`. */
  text: string;
  rosterVersion: number;
  /** Those that changed. */
  policies: string[];
  /** Hosts that don't have it yet. */
  notYetOn: readonly string[];
}

export function oncallRoutes(app: FastifyInstance, core: Core): void {
  absenceRoutes(app, core);
  calendarRoutes(app, core);
  handoffRoutes(app, core);
  nextShiftRoutes(app, core);
  overrideRoutes(app, core);
  app.get<{ Querystring: OncallQuery }>('/v1/oncall', async (request): Promise<OncallJson[]> => {
    const { at, zone } = request.query;
    const atMs = at === undefined ? core.nowMs() : Date.parse(at);
    if (Number.isNaN(atMs)) throw usage('at: must be a time in ISO 8601');
    if (zone !== undefined && !isZone(zone)) throw usage('zone: must be a time zone such as Europe/Berlin');
    return at === undefined ? oncallAt(core, atMs, zone) : oncallThen(core, atMs, zone);
  });

  app.post('/v1/oncall', async (request): Promise<OncallSet> => {
    const { zone, ...wish } = readWish(request.body, core.nowMs());
    let policies: string[] = [];
    const roster = await core.roster.edit(wish.by, (base) => {
      policies = wish.rotation === undefined ? policiesFor(base, wish.service, wish.level ?? 1) : [];
      return setOncall(base, wish);
    });
    const text = echo(roster, wish, policies, zone);
    return { text, rosterVersion: roster.version, policies, notYetOn: core.roster.behind() };
  });
}

const KNOWN = ['person', 'service', 'level', 'rotation', 'fromMs', 'untilMs', 'why', 'zone', 'by'];

function readWish(body: unknown, nowMs: number): OncallEdit & { zone: string } {
  const fields = new Fields(body, KNOWN);
  const person = fields.text('person', 64);
  const service = fields.optionalText('service', 64);
  const level = fields.integer('level', 1, 100);
  const rotation = fields.optionalText('rotation', 64);
  const why = fields.optionalText('why', 80);
  const fromMs = fields.integer('fromMs', 0, LATEST_MS);
  const untilMs = fields.integer('untilMs', 0, LATEST_MS);
  const zone = fields.optionalText('zone', 64) ?? hostZone();
  if (!isZone(zone)) fields.problem('zone: must be a time zone such as Europe/Berlin');
  const by = fields.optionalText('by', 64) ?? 'api';
  fields.check();
  return { person, by, nowMs, zone, ...given({ service, level, rotation, fromMs, untilMs, why }) };
}

/** Says back what was understood: a misread time shows at once. */
function echo(roster: Roster, wish: OncallEdit, policies: string[], zone: string): string {
  const name = roster.people.find((one) => one.id === wish.person)?.name ?? wish.person;
  const { fromMs, untilMs, nowMs } = wish;
  const from = fromMs === undefined || fromMs <= nowMs ? '' : ` from ${showTime(fromMs, nowMs, zone)}`;
  const until =
    untilMs === undefined || untilMs === null
      ? ' until set anew'
      : ` until ${showTime(untilMs, nowMs, zone)}`;
  if (wish.rotation !== undefined)
    return `${name}${from}${until} in rotation ${findRotation(roster, wish.rotation).id}`;
  const where = wish.service === undefined && policies.length === roster.policies.length;
  const on = where ? 'every policy' : `policy ${policies.join(', ')}`;
  return `${name}${from}${until} on ${on}, level ${wish.level ?? 1}`;
}
