/** Stand-ins: which there are, ending them, and two people who swap shifts. */
import { swap, unsetOncall } from '../../oncall/edits.ts';
import { readDate, showDate, DAY_MS, dayNumber } from '../../oncall/rotations/civil.ts';
import { zoneOf } from '../../oncall/rotations/zone.ts';
import { showTime } from '../../oncall/times.ts';
import type { Override, Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { given } from '../fields.ts';
import type { OverrideJson } from '../oncall-wire.ts';
import { OVERRIDE } from '../schemas/oncall.ts';
import { TOLD } from '../schemas/roster.ts';
import { BY, flag, needed, text, ZONE, type Given } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';

/** A day as its number, by the clock of the rotation. */
const DAY: Given<number | undefined> = {
  json: { type: 'string', format: 'date', description: 'The day on which the shift begins.' },
  read: (fields, name) => {
    const said = fields.optionalText(name, 10);
    if (said === undefined) return undefined;
    const date = readDate(said);
    if (date === null) fields.problem(`${name}: must be a date such as ${showDate(20_454)}`);
    return date === null ? 0 : dayNumber(date);
  },
};

/** Nobody is told of the change. */
export const QUIET = flag('Tell nobody; else whom it concerns is told.');

/** The calls /v1/overrides, /v1/oncall/unset and /v1/oncall/swap. */
export const overrideRoutes = (core: Core): Route[] => [
  get(
    '/v1/overrides',
    { name: 'listOverrides', summary: 'Who stands in, now and later.', answer: listOf(OVERRIDE) },
    (): OverrideJson[] =>
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
  ),
  post(
    '/v1/oncall/unset',
    {
      name: 'unsetOncall',
      summary: 'Ends who stands in now: by person, service or rotation; or one by its id.',
      body: {
        id: text(200, 'Of an override, also one that is still to come.'),
        person: text(64, 'Who stands in.'),
        service: text(64, "Only on this service's policy."),
        rotation: text(64, 'Only in this rotation.'),
        quiet: QUIET,
        zone: ZONE,
        by: BY,
      },
      answer: TOLD,
    },
    ({ body: { zone, by, quiet, ...wish } }) => {
      const nowMs = core.nowMs();
      return told(
        core,
        { zone, by },
        (base) => unsetOncall(base, { ...given(wish), nowMs }),
        (after, before) => {
          const gone = before.overrides.filter((one) => !after.overrides.some(({ id }) => id === one.id));
          // What had run out goes with every edit, and is not what was asked for.
          const ended = gone.filter((one) => one.untilMs === null || one.untilMs > nowMs);
          return `Ended: ${ended.map((one) => words(one, nowMs, zone)).join('; ')}`;
        },
        quiet ? 'nobody' : 'others',
      );
    },
  ),
  post(
    '/v1/oncall/swap',
    {
      name: 'swapShifts',
      summary: 'Two people swap whole shifts of a rotation.',
      body: {
        a: needed(text(64, 'Whose shift.')),
        aDay: needed(DAY),
        b: needed(text(64, 'For whose.')),
        bDay: needed(DAY),
        rotation: text(64, 'In which rotation, where it is not clear.'),
        why: text(80, 'A word for the others.'),
        quiet: QUIET,
        zone: ZONE,
        by: BY,
      },
      answer: TOLD,
    },
    ({ body: { a, aDay, b, bDay, rotation, why, quiet, ...asker } }) => {
      const nowMs = core.nowMs();
      const more = given({ rotation, why });
      const edit = (base: Roster): Roster => {
        const zone = rotationZone(base, rotation) ?? asker.zone;
        const days = { aShiftAt: noon(aDay, zone), bShiftAt: noon(bDay, zone) };
        return swap(base, { a, b, ...days, ...more, by: asker.by, nowMs });
      };
      const swapped = (after: Roster, before: Roster): string => {
        const made = after.overrides.filter((one) => !before.overrides.some(({ id }) => id === one.id));
        return `Swapped: ${made.map((one) => words(one, nowMs, asker.zone)).join('; ')}`;
      };
      return told(core, asker, edit, swapped, quiet ? 'nobody' : 'everybody');
    },
  ),
];

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
