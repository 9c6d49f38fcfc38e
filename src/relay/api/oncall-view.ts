/** Who is on call, as the API tells it. */
import { oncallJson } from '../oncall/oncall-json.ts';
import type { Core } from './core.ts';
import { rosterThen } from './roster-then.ts';
import type { OncallJson } from './wire.ts';

/** The zone of this host, for times in texts when the asker names none. */
export const hostZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every service at one instant, in the roster's order; `zone` is for the times in the texts. */
export const oncallAt = (core: Core, atMs: number, zone = hostZone()): OncallJson[] =>
  oncallJson(core.roster.current(), atMs, core.catchAll(), zone);

/** As `oncallAt`, at a time that may be over: then by the roster that was in force. Rejects as `rosterThen` does. */
export async function oncallThen(core: Core, atMs: number, zone = hostZone()): Promise<OncallJson[]> {
  const { roster, asOf } = await rosterThen(core, atMs, zone);
  const all = oncallJson(roster, atMs, core.catchAll(), zone);
  return asOf === undefined ? all : all.map((one) => ({ ...one, asOf }));
}
