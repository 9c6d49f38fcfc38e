/** Who is on call as the API and the command tell it, of a roster at hand. Pure. */
import type { OncallJson } from '../api/wire.ts';
import type { Roster } from './types.ts';
import { oncallOf } from './upcoming.ts';

/** Every service at one instant, in the roster's order; `zone` is for the times in the texts, read at `nowMs`. */
export function oncallJson(
  roster: Roster,
  atMs: number,
  catchAll: string[],
  zone: string,
  nowMs = atMs,
): OncallJson[] {
  return roster.services.map(({ id }): OncallJson => {
    const now = oncallOf(roster, id, atMs, catchAll, zone, nowMs);
    return {
      service: now.service,
      policy: now.policy,
      levels: now.levels.map(({ level, people }) => ({
        level,
        people: people.map(({ person, untilMs, because }) => ({
          person,
          until: untilMs === null ? null : new Date(untilMs).toISOString(),
          because,
        })),
      })),
      next: now.next === null ? null : { at: new Date(now.next.atMs).toISOString(), text: now.next.text },
    };
  });
}
