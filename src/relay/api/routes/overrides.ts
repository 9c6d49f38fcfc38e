/** Stand-ins: which there are, ending them, and two people who swap shifts. */
import type { FastifyInstance } from 'fastify';
import { swap, unsetOncall } from '../../oncall/edits.ts';
import { readDate, showDate, DAY_MS, dayNumber } from '../../oncall/rotations/civil.ts';
import { zoneOf } from '../../oncall/rotations/zone.ts';
import { isZone, showTime } from '../../oncall/times.ts';
import type { Override, Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { Fields, given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { OverrideJson, ToldJson } from '../oncall-wire.ts';
import { told } from '../told.ts';

/** Registers /v1/overrides, /v1/oncall/unset and /v1/oncall/swap. */
export function overrideRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/overrides', (): OverrideJson[] =>
    core.roster
      .current()
      .overrides.filter((one) => one.untilMs === null || one.untilMs > core.nowMs())
      .map((one) => ({
        id: one.id,
        person: one.person,
        where: placeOf(one),
        from: new Date(one.fromMs).toISOString(),
        until: one.untilMs === null ? null : new Date(one.untilMs).toISOString(),
        instead: one.instead ?? null,
        why: one.why ?? null,
        by: one.by,
      })),
  );

  app.post('/v1/oncall/unset', async (request): Promise<ToldJson> => {
    const fields = new Fields(request.body, ['id', 'person', 'service', 'rotation', 'zone', 'by']);
    const wish = given({
      id: fields.optionalText('id', 200),
      person: fields.optionalText('person', 64),
      service: fields.optionalText('service', 64),
      rotation: fields.optionalText('rotation', 64),
    });
    const asker = readAsker(fields);
    fields.check();
    const nowMs = core.nowMs();
    return told(
      core,
      asker,
      (base) => unsetOncall(base, { ...wish, nowMs }),
      (after, before) => {
        const gone = before.overrides.filter((one) => !after.overrides.some(({ id }) => id === one.id));
        // What had run out goes with every edit, and is not what was asked for.
        const ended = gone.filter((one) => one.untilMs === null || one.untilMs > nowMs);
        return `Ended: ${ended.map((one) => words(one, nowMs, asker.zone)).join('; ')}`;
      },
    );
  });

  app.post('/v1/oncall/swap', async (request): Promise<ToldJson> => {
    const fields = new Fields(request.body, ['a', 'aDay', 'b', 'bDay', 'rotation', 'why', 'zone', 'by']);
    const a = fields.text('a', 64);
    const b = fields.text('b', 64);
    const aDay = readDay(fields, 'aDay');
    const bDay = readDay(fields, 'bDay');
    const more = given({
      rotation: fields.optionalText('rotation', 64),
      why: fields.optionalText('why', 80),
    });
    const asker = readAsker(fields);
    fields.check();
    const nowMs = core.nowMs();
    const edit = (base: Roster): Roster => {
      const zone = rotationZone(base, more.rotation) ?? asker.zone;
      const days = { aShiftAt: noon(aDay, zone), bShiftAt: noon(bDay, zone) };
      return swap(base, { a, b, ...days, ...more, by: asker.by, nowMs });
    };
    return told(core, asker, edit, (after, before) => {
      const made = after.overrides.filter((one) => !before.overrides.some(({ id }) => id === one.id));
      return `Swapped: ${made.map((one) => words(one, nowMs, asker.zone)).join('; ')}`;
    });
  });
}

/** `by` and `zone`, which every edit that is told takes. */
export function readAsker(fields: Fields, zoneField = 'zone'): { by: string; zone: string } {
  const by = fields.optionalText('by', 64) ?? 'api';
  const zone = fields.optionalText(zoneField, 64) ?? hostZone();
  if (!isZone(zone)) fields.problem(`${zoneField}: must be a time zone such as Europe/Berlin`);
  return { by, zone };
}

function readDay(fields: Fields, name: string): number {
  const text = fields.text(name, 10);
  const date = readDate(text);
  if (date === null) fields.problem(`${name}: must be a date such as ${showDate(20_454)}`);
  return date === null ? 0 : dayNumber(date);
}

/** The zone by whose days a swap is meant: the rotation's, where it is clear which. */
function rotationZone(roster: Roster, id: string | undefined): string | null {
  const rotations = roster.rotations ?? [];
  const found =
    id === undefined ? rotations.length === 1 && rotations[0] : rotations.find((one) => one.id === id);
  return found === undefined || found === false ? null : found.zone;
}

/** Noon is on the same day in nearly every other zone too. */
const noon = (day: number, zone: string): number => zoneOf(zone).toInstant(day * DAY_MS + DAY_MS / 2);

const placeOf = (one: Override): string =>
  one.rotation === undefined ? `policy ${one.policy}, level ${one.level}` : `rotation ${one.rotation}`;

/** `ben for ana in rotation ops from Tue 09:00 CET until Wed 09:00 CET`. */
function words(one: Override, nowMs: number, zone: string): string {
  const instead = one.instead === undefined ? '' : ` for ${one.instead}`;
  const until = one.untilMs === null ? ' without an end' : ` until ${showTime(one.untilMs, nowMs, zone)}`;
  return `${one.person}${instead} in ${placeOf(one)} from ${showTime(one.fromMs, nowMs, zone)}${until}`;
}
