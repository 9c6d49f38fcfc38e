/** Who is on call, as the API tells it. */
import { oncallOf } from '../oncall/upcoming.ts';
import type { Core } from './core.ts';
import type { OncallJson } from './wire.ts';

/** The zone of this host, for times in texts when the asker names none. */
export const hostZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every service at one instant, in the roster's order; `zone` is for the times in the texts. */
export function oncallAt(core: Core, atMs: number, zone = hostZone()): OncallJson[] {
  const roster = core.roster.current();
  return roster.services.map(({ id }): OncallJson => {
    const now = oncallOf(roster, id, atMs, core.catchAll(), zone);
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
