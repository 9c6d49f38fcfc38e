/** Maintenance windows: when nobody is told of some incidents. */
import { addWindow, endWindow, removeWindow } from '../../oncall/edits.ts';
import { findWindow } from '../../oncall/checks.ts';
import { hoursOf, windowNextMs, windowUntilMs, windowWords } from '../../oncall/maintenance.ts';
import { showTime } from '../../oncall/times.ts';
import type { MaintenanceWindow, Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { given } from '../fields.ts';
import { hoursFrom } from '../hours-from.ts';
import { MAINTENANCE_EDIT, WINDOW } from '../schemas/maintenance.ts';
import { BY, flag, instantMs, names, text, zone, ZONE } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import type { Edited } from '../wire.ts';

export interface WindowJson {
  id: string;
  /** null: it counts for any; likewise hosts and matches. */
  services: string[] | null;
  hosts: string[] | null;
  matches: string[] | null;
  from: string | null;
  until: string | null;
  /** In which hours it comes again, with their zone; null: it lasts all the time. */
  during: string | null;
  why: string;
  by: string;
  /** It is in force now, until then; null: it isn't. */
  inForceUntil: string | null;
  /** When it begins next, where that is within some weeks. */
  next: string | null;
  /** What it is for, and when, in words. */
  words: string;
}

export type MaintenanceEdit = Edited<{ text: string; window: WindowJson | null }>;

/** The calls under /v1/maintenance. */
export const maintenanceRoutes = (core: Core): Route[] => [
  get(
    '/v1/maintenance',
    {
      name: 'listMaintenance',
      summary: 'Maintenance windows that are not over: those in force first.',
      answer: listOf(WINDOW),
    },
    () => {
      const nowMs = core.nowMs();
      return (core.roster.current().maintenance ?? [])
        .filter((one) => (one.untilMs ?? Infinity) > nowMs)
        .map((one) => windowJson(one, nowMs))
        .toSorted((a, b) => rank(a).localeCompare(rank(b)));
    },
  ),
  post(
    '/v1/maintenance',
    {
      name: 'addMaintenance',
      summary: 'Adds a window: incidents that it is for page nobody before its end.',
      body: {
        id: text(32, 'Its name; else made of what it is for.'),
        services: names('Only of these services.'),
        hosts: names('Only about hosts that fit one of these patterns.', 200),
        matches: names('Only where the dedup key or summary fits one of these patterns.', 200),
        all: flag('For everything: where no services, hosts or matches are named.'),
        fromMs: instantMs('From when; else now.'),
        untilMs: instantMs('Until when; needed unless it comes again.'),
        during: names('The hours in which it comes again: `sun 02:00-04:00`.', 80),
        hoursZone: zone('The time zone of these hours; else that of `zone`.'),
        why: text(80, 'A word for the others.'),
        zone: ZONE,
        by: BY,
      },
      answer: MAINTENANCE_EDIT,
    },
    async ({ body, fields }): Promise<MaintenanceEdit> => {
      const { id, services, hosts, matches, all, fromMs, untilMs, why, zone: shown, by } = body;
      const isForAll = services === undefined && hosts === undefined && matches === undefined;
      if (isForAll !== all)
        fields.problem(
          all
            ? 'all: it is for everything or for what is named, not both'
            : 'services, hosts, matches: name what it is for, or say `all`',
        );
      const during = hoursFrom(body.during, 'during', fields);
      fields.check();
      const nowMs = core.nowMs();
      const wish = {
        by,
        nowMs,
        ...given({ id, services, hosts, matches, untilMs, during, why }),
        // One that comes again does so from now on, and one that lasts begins: the list says since when.
        fromMs: fromMs ?? nowMs,
        ...(during === undefined ? {} : { zone: body.hoursZone ?? shown }),
      };
      let before: Roster = core.roster.current();
      const after = await core.roster.edit(by, (base) => {
        before = base;
        return addWindow(base, wish);
      });
      const known = new Set((before.maintenance ?? []).map((one) => one.id));
      const made = after.maintenance?.find((one) => !known.has(one.id)) ?? null;
      const said = made === null ? '' : `${made.id} (${windowWords(made)}) ${whenWords(made, nowMs, shown)}`;
      return edited(
        {
          text: `Maintenance ${said}: nobody is paged before its end`,
          window: made === null ? null : windowJson(made, nowMs),
        },
        core,
      );
    },
  ),
  post(
    '/v1/maintenance/:id/end',
    {
      name: 'endMaintenance',
      summary: 'Ends a window that is in force: what is open pages. One that comes again does so next time.',
      body: { zone: ZONE, by: BY },
      answer: MAINTENANCE_EDIT,
    },
    async ({ id, body: { zone: shown, by } }): Promise<MaintenanceEdit> => {
      const nowMs = core.nowMs();
      const after = await core.roster.edit(by, (base) => endWindow(base, id, nowMs));
      const left = after.maintenance?.find((one) => one.id === id) ?? null;
      const again = left === null ? '' : `; ${whenWords(left, nowMs, shown)}`;
      return edited(
        {
          text: `Maintenance ${id} is over: incidents that waited for it page now${again}`,
          window: left === null ? null : windowJson(left, nowMs),
        },
        core,
      );
    },
  ),
  post(
    '/v1/maintenance/:id/remove',
    {
      name: 'removeMaintenance',
      summary: 'Removes a window; what waits for it pages.',
      body: { zone: ZONE, by: BY },
      answer: MAINTENANCE_EDIT,
    },
    async ({ id, body: { by } }): Promise<MaintenanceEdit> => {
      const wasInForce = windowUntilMs(findWindow(core.roster.current(), id), core.nowMs()) !== null;
      await core.roster.edit(by, (base) => removeWindow(base, id));
      const said = wasInForce ? ': incidents that waited for it page now' : '';
      return edited({ text: `Maintenance ${id} removed${said}`, window: null }, core);
    },
  ),
];

/** `until Sat 22:00 CET`, `from Sat 20:00 CET until …`, `next Sun 02:00 CET`. */
function whenWords(window: MaintenanceWindow, nowMs: number, zoneName: string): string {
  const time = (atMs: number): string => showTime(atMs, nowMs, zoneName);
  const untilMs = windowUntilMs(window, nowMs);
  if (untilMs !== null) return `until ${time(untilMs)}`;
  const nextMs = windowNextMs(window, nowMs);
  if (nextMs === null) return 'never again';
  const endMs = windowUntilMs(window, nextMs);
  return `from ${time(nextMs)}${endMs === null ? '' : ` until ${time(endMs)}`}`;
}

function windowJson(window: MaintenanceWindow, nowMs: number): WindowJson {
  const { id, services, hosts, matches, fromMs, untilMs, why, by } = window;
  const iso = (atMs: number | null | undefined): string | null =>
    atMs === null || atMs === undefined ? null : new Date(atMs).toISOString();
  return {
    id,
    services: services ?? null,
    hosts: hosts ?? null,
    matches: matches ?? null,
    from: iso(fromMs),
    until: iso(untilMs),
    during: hoursOf(window),
    why,
    by,
    inForceUntil: iso(windowUntilMs(window, nowMs)),
    next: iso(windowNextMs(window, nowMs)),
    words: windowWords(window),
  };
}

const rank = ({ inForceUntil, next, id }: WindowJson): string =>
  `${inForceUntil === null ? '1' : '0'} ${inForceUntil ?? next ?? '~'} ${id}`;
