/** The roster that was in force at a time that is over. */
import { showTime } from '../oncall/times.ts';
import type { Roster } from '../oncall/types.ts';
import type { RosterVersion } from '../oncall/book.ts';
import type { Core } from './core.ts';
import { notFound } from './errors.ts';
import type { OncallJson } from './wire.ts';

export interface Then {
  roster: Roster;
  /** Absent: it is the one in force now. */
  asOf?: NonNullable<OncallJson['asOf']>;
}

/** So many versions are looked at first; most questions are about the last days. */
const FIRST_LOOK = 20;
const LAST_LOOK = 2_000;

/**
 * The roster in force at an instant; times to come are answered by the current one, and so are those before there was
 * any roster, which is said. Rejects with ApiError (not_found) when what was in force then is no longer kept.
 */
export async function rosterThen(
  core: Pick<Core, 'roster' | 'rosterHistory' | 'nowMs'>,
  atMs: number,
  zone: string,
): Promise<Then> {
  const current = core.roster.current();
  const nowMs = core.nowMs();
  if (atMs >= nowMs) return { roster: current };
  const { found, oldest } = await lookBack(core, atMs);
  if (found !== undefined) {
    if (found.roster.version >= current.version) return { roster: current };
    const from = new Date(found.atMs).toISOString();
    const { version } = found.roster;
    const text = `By version ${version} of the roster, in force then: made ${showTime(found.atMs, nowMs, zone)} by ${found.by}.`;
    return { roster: found.roster, asOf: { version, from, text } };
  }
  if (oldest !== undefined && oldest.roster.version > 1) {
    throw notFound(
      `The roster in force then is no longer kept: the oldest is version ${oldest.roster.version}, made ${showTime(oldest.atMs, nowMs, zone)}`,
      'Ask for a later time.',
    );
  }
  const text = `There was no roster yet then: by version ${current.version}, in force now.`;
  return { roster: current, asOf: { version: current.version, from: null, text } };
}

async function lookBack(
  core: Pick<Core, 'rosterHistory'>,
  atMs: number,
): Promise<{ found: RosterVersion | undefined; oldest: RosterVersion | undefined }> {
  for (let limit = FIRST_LOOK; ; limit *= 10) {
    const versions = await core.rosterHistory.versions(limit);
    const found = versions.find((one) => one.atMs <= atMs);
    if (found !== undefined || versions.length < limit || limit >= LAST_LOOK)
      return { found, oldest: versions.at(-1) };
  }
}
