/**
 * Jobs that report by themselves, and what must hold of them:
 * H1: one whose reports were accepted in time is never missed. H2: nor one whose report relay itself couldn't take.
 * H3: one that stopped is told of, once relay has been there for a while. H4: the next report resolves.
 */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { PingKind } from '../../src/relay/events/types.ts';
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import { AWAY_MS } from '../../src/relay/engine/hearing.ts';
import { PARTLY_AWAY } from '../../src/relay/heartbeats/judging.ts';
import {
  HEARTBEAT_LINE,
  heartbeatDedupKey,
  heartbeatKey,
  heartbeatOf,
  type HeartbeatLine,
} from '../../src/relay/heartbeats/rows.ts';
import type { HeartbeatState } from '../../src/relay/heartbeats/types.ts';
import { lineageKey } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import { editHeartbeat, removeHeartbeat } from '../../src/relay/oncall/edits.ts';
import type { Heartbeat } from '../../src/relay/oncall/heartbeat.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Change } from '../../src/relay/store/port.ts';
import type { RosterChange } from './edits.ts';
import type { Prng } from './prng.ts';
import { orSame } from './roster-draw.ts';
import type { World } from './world.ts';

export interface HeartbeatsDoors {
  roster(): Roster;
  /** One try of a sender; resolves true when it was accepted, false when nobody said so. */
  accept(inputs: NewInput[]): Promise<boolean>;
  edit(what: string, change: RosterChange): void;
}

type Around = Pick<World, 'time' | 'disk' | 'profile' | 'line' | 'fail'>;

/** A report that a job wanted to make. */
interface Report {
  what: PingKind;
  sentMs: number;
  /** When its sender was told yes; null: it never was. */
  acceptedMs: number | null;
  /** All tries are over. */
  isOver: boolean;
}

interface Job {
  id: string;
  reports: Report[];
  stopped: boolean;
  /** Since when it has its present times. */
  editedMs: number;
}

const TRIES = 3;
const TRY_AGAIN_MS = 4_000;
/** Yes was said, and is on its way. */
const ON_ITS_WAY_MS = 15_000;
/** What a host may need to come up, take what lies on disks, and judge. */
const TOLD_WITHIN_MS = 4 * 60_000;

/** Short ones, so that a life sees many periods. */
export function withHeartbeats(draw: Prng, roster: Roster): Roster {
  if (draw.chance(0.4)) return roster;
  const heartbeats = Array.from(
    { length: draw.int(1, 3) },
    (_, index): Heartbeat => ({
      id: `job-${index}`,
      service: draw.pick(roster.services).id,
      everyMs: draw.int(30, 120) * 1_000,
      graceMs: draw.int(10, 60) * 1_000,
      keyHashes: [],
    }),
  );
  return { ...roster, heartbeats };
}

export class Heartbeats {
  readonly #world: Around;
  readonly #draw: Prng;
  readonly #doors: HeartbeatsDoors;
  readonly #jobs = new Map<string, Job>();
  #ending = false;

  constructor(world: Around, draw: Prng, doors: HeartbeatsDoors) {
    this.#world = world;
    this.#draw = draw;
    this.#doors = doors;
  }

  get some(): boolean {
    return this.#jobs.size > 0;
  }

  begin(): void {
    const { profile, time } = this.#world;
    const { activeMs } = profile;
    for (const heartbeat of profile.roster.heartbeats ?? []) {
      const job: Job = { id: heartbeat.id, reports: [], stopped: false, editedMs: 0 };
      this.#jobs.set(job.id, job);
      const own = this.#draw.fork(job.id);
      time.schedule(own.int(0, 40_000), () => this.#period(job, own, heartbeat.everyMs));
      if (own.chance(0.4)) time.schedule(own.int(0, activeMs), () => this.#stop(job, 'it has stopped'));
      if (own.chance(0.3)) time.schedule(own.int(0, activeMs), () => this.#edited(job, own));
    }
  }

  /** Nobody reports any more. */
  stopAll(): void {
    this.#ending = true;
    for (const job of this.#jobs.values()) this.#stop(job, 'all stop');
  }

  /** H3: whoever has ever been heard of is missed by now. `withinMs`: how long nothing has failed. */
  allMissed(): boolean {
    return this.#states().every(({ status }) => status !== 'up');
  }

  checkMissed(): void {
    for (const { id, status, dueMs, putOff } of this.#states())
      if (status === 'up')
        this.#world.fail(
          'H3',
          `${id} has stopped and is not missed; due ${dueMs ?? 0}, ${putOff ?? 'in time'}`,
        );
  }

  /** Each reports once more. */
  reportAll(): void {
    for (const job of this.#jobs.values()) this.#report(job, 'success', 10);
  }

  checkUp(): void {
    const watched = (this.#doors.roster().heartbeats ?? []).filter(({ paused }) => paused !== true);
    for (const state of this.#states()) {
      if (!watched.some(({ id }) => id === state.id)) continue;
      if (state.status !== 'up') this.#world.fail('H4', `${state.id} has reported and is ${state.status}`);
      this.#checkClosed(state.id, 'has reported');
    }
  }

  /** What is removed is missed no more. */
  removeAll(): void {
    for (const { id } of this.#doors.roster().heartbeats ?? [])
      this.#doors.edit(`remove ${id}`, (roster) => orSame(roster, (base) => removeHeartbeat(base, id)));
  }

  checkRemoved(): void {
    const present = (this.#doors.roster().heartbeats ?? []).map(({ id }) => id);
    if (present.length > 0) this.#world.fail('H4', `${present.join(', ')} could not be removed`);
    for (const id of this.#jobs.keys()) this.#checkClosed(id, 'was removed');
  }

  onCommit(change: Change): void {
    const id = heartbeatOf(change.key);
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    for (const row of change.rows) {
      if (row.kind !== HEARTBEAT_LINE) continue;
      const { kind, text } = row.body as HeartbeatLine;
      this.#world.line(`heartbeat ${id}: ${kind}: ${text}`);
      if (kind === 'missed') this.#missed(job, change.state as Envelope<HeartbeatState>);
    }
  }

  /** H1 and H2. */
  #missed(job: Job, { domain }: Envelope<HeartbeatState>): void {
    const { time } = this.#world;
    const definition = this.#doors.roster().heartbeats?.find(({ id }) => id === job.id);
    if (definition === undefined) return;
    const { everyMs, graceMs } = definition;
    const nowMs = time.nowMs;
    const running = domain.startedMs !== null;
    const counts = job.reports.filter(({ what }) => what !== 'log');
    const heard = counts.findLast(({ acceptedMs }) => acceptedMs !== null);
    const silentMs = nowMs - Math.max(heard?.acceptedMs ?? 0, job.editedMs);
    const allowedMs = running || heard?.what === 'start' ? graceMs : everyMs + graceMs;
    if (heard !== undefined && silentMs < allowedMs)
      this.#world.fail(
        'H1',
        `${job.id} is missed ${Math.round(silentMs / 1_000)} s after its last report was accepted`,
      );
    if (job.stopped || heard === undefined) return;
    const unheard = counts
      .slice(counts.lastIndexOf(heard) + 1)
      .filter(({ isOver, what }) => isOver && what !== 'start');
    const waitingMs = nowMs - (counts.at(-1)?.sentMs ?? 0);
    // A job that runs reports in time: what isn't there yet is not due either.
    if (unheard.length <= PARTLY_AWAY && waitingMs < everyMs + graceMs)
      this.#world.fail('H2', `${job.id} is missed, and ${unheard.length} of its reports could not be taken`);
  }

  #period(job: Job, draw: Prng, everyMs: number): void {
    const { time } = this.#world;
    if (job.stopped) return;
    const startMs = draw.chance(0.3) ? draw.int(200, 6_000) : 0;
    const what = draw.chance(0.12) ? 'fail' : 'success';
    if (startMs > 0) this.#report(job, 'start', TRIES);
    time.schedule(startMs, () => {
      if (!job.stopped) this.#report(job, what, TRIES);
    });
    time.schedule(everyMs, () => this.#period(job, draw, everyMs));
  }

  #report(job: Job, what: PingKind, tries: number): void {
    const { time } = this.#world;
    const report: Report = { what, sentMs: time.nowMs, acceptedMs: null, isOver: false };
    job.reports.push(report);
    this.#try(job, report, tries);
  }

  #try(job: Job, report: Report, tries: number): void {
    const { time } = this.#world;
    // A job tells that it begins before it does its work, or not at all.
    if (report.what === 'start' && job.reports.at(-1) !== report) {
      report.isOver = true;
      return;
    }
    const input: NewInput = {
      input: { kind: 'ping', heartbeat: job.id, what: report.what, by: 'http' },
      raw: null,
    };
    void this.#doors.accept([input]).then((accepted) => {
      if (accepted) report.acceptedMs = time.nowMs;
      if (accepted || tries <= 1) report.isOver = true;
      else time.schedule(TRY_AGAIN_MS, () => this.#try(job, report, tries - 1));
    });
  }

  #stop(job: Job, why: string): void {
    if (job.stopped) return;
    job.stopped = true;
    this.#world.line(`${job.id}: ${why}`);
  }

  #edited(job: Job, draw: Prng): void {
    if (this.#ending) return;
    const { edit, roster } = this.#doors;
    const service = draw.pick(roster().services).id;
    const kind = draw.pick(['grace', 'service', 'pause', 'resume', 'remove'] as const);
    if (kind === 'grace') job.editedMs = this.#world.time.nowMs;
    edit(`heartbeat ${job.id}: ${kind}`, (before) =>
      orSame(before, (base) => {
        switch (kind) {
          case 'grace':
            return editHeartbeat(base, job.id, { graceMs: 65_000 });
          case 'service':
            return editHeartbeat(base, job.id, { service });
          case 'pause':
            return editHeartbeat(base, job.id, { paused: true });
          case 'resume':
            return editHeartbeat(base, job.id, { paused: false });
          case 'remove':
            return removeHeartbeat(base, job.id);
        }
      }),
    );
  }

  #checkClosed(id: string, why: string): void {
    for (const [key, { stateJson }] of this.#world.disk.aggregates) {
      if (!key.startsWith('i:') || !key.endsWith(`/${heartbeatDedupKey(id)}`)) continue;
      const { domain } = JSON.parse(stateJson) as Envelope<LineageState>;
      const { incident } = domain;
      // What flaps is held open for a while, and closes by itself (S21).
      const isHeld = incident?.flapping?.wellSinceMs !== undefined;
      if (incident !== null && incident.status !== 'resolved' && !isHeld)
        this.#world.fail(
          'H4',
          `${id} ${why} and #${incident.number} (${lineageKey(domain.service, domain.dedupKey)}) is open`,
        );
    }
  }

  #states(): HeartbeatState[] {
    const { aggregates } = this.#world.disk;
    return [...this.#jobs.keys()].flatMap((id) => {
      const json = aggregates.get(heartbeatKey(id))?.stateJson;
      return json === undefined ? [] : [(JSON.parse(json) as Envelope<HeartbeatState>).domain];
    });
  }
}

/** Every job of a life has been waited for by then, from when nothing failed any more. */
export function missedWithinMs(heartbeats: readonly Heartbeat[], isCluster: boolean): number {
  const longestMs = Math.max(0, ...heartbeats.map(({ everyMs, graceMs }) => everyMs + graceMs));
  return (PARTLY_AWAY + 1) * longestMs + TOLD_WITHIN_MS + ON_ITS_WAY_MS + (isCluster ? AWAY_MS : 0);
}
