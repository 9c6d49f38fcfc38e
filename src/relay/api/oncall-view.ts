/** Who is on call, as the API tells it. */
import { oncallJson } from '../oncall/oncall-json.ts';
import type { Roster } from '../oncall/types.ts';
import { unverifiedOf } from '../oncall/verified.ts';
import type { Core } from './core.ts';
import { rosterThen } from './roster-then.ts';
import type { OncallJson } from './wire.ts';

/** The zone of this host, for times in texts when the asker names none. */
export const hostZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every service now, in the roster's order, with what is unverified; `zone` is for the times in the texts. */
export const oncallAt = (core: Core, atMs: number, zone = hostZone()): OncallJson[] =>
  withUnverified(core.roster.current(), oncallJson(core.roster.current(), atMs, core.catchAll(), zone));

/** As `oncallAt`, at a time that may be over: then by the roster that was in force. Rejects as `rosterThen` does. */
export async function oncallThen(core: Core, atMs: number, zone = hostZone()): Promise<OncallJson[]> {
  const { roster, asOf } = await rosterThen(core, atMs, zone);
  const all = oncallJson(roster, atMs, core.catchAll(), zone, core.nowMs());
  // What is verified is known of now only; a file that answers for a time doesn't know it either.
  return asOf === undefined ? all : all.map((one) => ({ ...one, asOf }));
}

/** With the channels of each person from which no answer has come yet. */
function withUnverified(roster: Roster, all: OncallJson[]): OncallJson[] {
  const channels = new Map(
    roster.people.map((person) => [person.id, unverifiedOf(person).map((one) => one.channel)]),
  );
  return all.map((one) => ({
    ...one,
    levels: one.levels.map((level) => ({
      ...level,
      people: level.people.map((told) => {
        const unverified = channels.get(told.person) ?? [];
        return unverified.length === 0 ? told : { ...told, unverified };
      }),
    })),
  }));
}
