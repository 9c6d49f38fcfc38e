/** Lives one seed: first safety under faults, then the faults stop and everything must come to rest (L1, L2). */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import { MESSAGE, type MessageRow } from '../../src/relay/notifications/rows.ts';
import { endChecks } from './end-checks.ts';
import { afterlife } from './afterlife.ts';
import type { Mutation } from './hosts.ts';
import { isQuietFor } from './quiet-check.ts';
import { ordersOnce } from './order-once.ts';
import { isHeartbeat } from '../../src/relay/heartbeats/rows.ts';
import { missedWithinMs } from './heartbeats.ts';
import { World, type Failure, type LifeKind } from './world.ts';
import { toldOf } from './told.ts';

export interface LifeResult {
  seed: number;
  kind: LifeKind;
  failures: Failure[];
  /** The last of what happened. */
  lines: string[];
  largestStateBytes: number;
  largestStateKey: string;
  pages: number;
  faults: string[];
}

export interface LifeOptions {
  print?: (line: string) => void;
  mutation?: Mutation;
  /** One host unless said. */
  kind?: LifeKind;
}

const MINUTE_MS = 60_000;
/** Once nothing fails any more, an open incident has been paged within this (L1). */
const PAGED_WITHIN_MS = 10 * MINUTE_MS;
/** And once its wait is over, within this. */
const PAGED_AFTER_WAIT_MS = 3 * MINUTE_MS;
/** Everything has come to rest within this: the hourly walk is the last resort. */
const REST_WITHIN_MS = 150 * MINUTE_MS;
/** How far an aggregate's time may be ahead after a process ran under a clock an hour off. */
const SUSPECT_MS = 70 * MINUTE_MS;
/** Senders and polls bring what they have again until then. */
const SENT_AGAIN_WITHIN_MS = 24 * MINUTE_MS;
const LOOK_EVERY_MS = 30_000;

export async function life(seed: number, options: LifeOptions = {}): Promise<LifeResult> {
  const world = new World(seed, {
    kind: options.kind ?? 'one',
    mutation: options.mutation ?? {},
    print: options.print ?? null,
  });
  world.begin();
  await world.time.run(world.profile.activeMs);
  if (!world.time.halted) {
    world.heal();
    const healedAtMs = world.time.nowMs;
    const extraMs = world.wallSuspect ? SUSPECT_MS : 0;
    const pagedByMs = healedAtMs + PAGED_WITHIN_MS + extraMs;
    const paged = (): boolean =>
      !world.reachable() || triggered(world).every((one) => isPutOff(world, one, pagedByMs));
    await restOr(world, pagedByMs, paged);
    checkPaged(world);
    await heartbeatsEnd(world, options.kind ?? 'one', extraMs);
    world.traffic.allWell();
    await world.time.run(world.time.nowMs + 2 * MINUTE_MS);
    world.traffic.leftByHand(regrouped(world));
    const untilMs = world.time.nowMs + REST_WITHIN_MS + extraMs;
    // An alert sent again after its recovery opens an incident of its own; that one ends too.
    await restOr(world, untilMs - 90 * MINUTE_MS, () => atRest(world));
    await world.time.run(Math.max(world.time.nowMs, world.profile.activeMs + SENT_AGAIN_WITHIN_MS));
    world.traffic.allWell();
    await world.time.run(world.time.nowMs + LOOK_EVERY_MS);
    world.traffic.leftByHand(regrouped(world));
    const rested = await restOr(world, untilMs, () => atRest(world));
    if (!world.time.halted && !rested) notAtRest(world);
  }
  if (!world.time.halted) {
    const { disk, ledger, checks, accepted } = world;
    endChecks({
      disk,
      ledger,
      checks,
      fateOf: (providerId) => world.fateOf(providerId),
      accepted,
      mayBeMissing: world.mayBeMissing,
      alone: world.alone,
      isGone: world.isGone,
      fail: (invariant, text) => world.fail(invariant, text),
    });
    ordersOnce(disk, (invariant, text) => world.fail(invariant, text));
    if (world.failures.length === 0) await afterlife(world);
    if (world.failures.length === 0) checks.handoffs.atEnd(ledger);
  }
  return {
    seed,
    kind: options.kind ?? 'one',
    failures: world.failures,
    lines: world.lines,
    largestStateBytes: world.checks.largestBytes,
    largestStateKey: world.checks.largestKey,
    pages: world.ledger.taken.length,
    faults: world.profile.faultNames,
  };
}

/** Open, and of a service that has not grouped the same way all the time. */
function regrouped({ disk, checks }: World): { number: number; lineage: string }[] {
  return [...disk.incidents.values()].filter(({ open, lineage }) => {
    const service = lineage.slice('i:'.length, lineage.indexOf('/'));
    return open && checks.groupings(service).size > 1;
  });
}

/** Runs until `done` or `untilMs`; says whether it was done. */
async function restOr(world: World, untilMs: number, done: () => boolean): Promise<boolean> {
  while (world.time.nowMs < untilMs && !world.time.halted) {
    if (done()) return true;
    await world.time.run(Math.min(untilMs, world.time.nowMs + LOOK_EVERY_MS));
    world.checks.lateCancels();
    world.checks.lateReports(world.profile.activeMs + (world.wallSuspect ? SUSPECT_MS : 0));
  }
  return done();
}

/** Jobs stop, and are missed; they report, and are well; they are removed, and nothing is left of them. */
async function heartbeatsEnd(world: World, kind: LifeKind, extraMs: number): Promise<void> {
  const { heartbeats, profile, time } = world;
  if (!heartbeats.some || time.halted) return;
  heartbeats.stopAll();
  const byMs = time.nowMs + missedWithinMs(profile.roster.heartbeats ?? [], kind === 'cluster') + extraMs;
  await restOr(world, byMs, () => heartbeats.allMissed());
  if (!time.halted) heartbeats.checkMissed();
  heartbeats.reportAll();
  // Sooner than the shortest of them is missed again.
  await time.run(time.nowMs + 30_000);
  if (!time.halted) heartbeats.checkUp();
  heartbeats.removeAll();
  await time.run(time.nowMs + 2 * MINUTE_MS);
  if (!time.halted) heartbeats.checkRemoved();
}

function atRest(world: World): boolean {
  const { disk } = world;
  return disk.journalUndone.size === 0 && due(world).length === 0 && waiting(world).length === 0;
}

/**
 * Undone due rows, but for one of a timer that is no more and whose time is still to come: when its mark was lost it
 * stays until then, which for the end of a wait is longer than a life is watched.
 */
function due(world: World): { id: string; aggregate: string }[] {
  return [...world.disk.dueUndone.values()].filter((row) => {
    if (world.overdueMs(row.dueAtMs) >= 0) return true;
    // Looked at again hourly, as long as its incident is open.
    if (isHeartbeat(row.aggregate)) return false;
    const json = world.disk.aggregates.get(row.aggregate)?.stateJson ?? 'null';
    const envelope = JSON.parse(json) as Envelope<unknown> | null;
    return envelope?.timers.some((timer) => timer.id === row.timer) === true;
  });
}

/** Accepted rows that lie on disks and are still to be brought to the journal (rule 12). */
function waiting({ accepted, disk, mayBeMissing }: World): string[] {
  return [...accepted].filter((id) => !disk.journal.has(id) && !mayBeMissing(id));
}

function notAtRest(world: World): void {
  const { journalUndone } = world.disk;
  const some = [
    ...waiting(world),
    ...journalUndone.keys(),
    ...due(world).map((row) => `${row.id} of ${row.aggregate}`),
  ];
  world.fail('L1', `${some.length} work rows are still undone: ${some.slice(0, 5).join(', ')}`);
}

function triggered({ disk }: World): LineageState[] {
  const open: LineageState[] = [];
  for (const { open: isOpen, lineage } of disk.incidents.values()) {
    if (!isOpen) continue;
    const { domain } = JSON.parse(
      disk.aggregates.get(lineage)?.stateJson ?? 'null',
    ) as Envelope<LineageState>;
    if (domain.incident?.status === 'triggered') open.push(domain);
  }
  return open;
}

/** It waits by its policy's rules, for longer than a life does. */
const isPutOff = (world: World, { incident }: LineageState, byMs: number): boolean =>
  incident?.waits !== undefined &&
  world.overdueMs(incident.waits.untilMs) < world.time.nowMs - byMs + PAGED_AFTER_WAIT_MS;

const isOverdue = (world: World, atMs: number): boolean => world.overdueMs(atMs) > PAGED_AFTER_WAIT_MS;

const quietParts = (world: World): Parameters<typeof isQuietFor>[1] => ({
  aggregates: world.disk.aggregates,
  roster: world.profile.roster,
  zone: world.profile.zone,
  isOverdue: (atMs) => isOverdue(world, atMs),
});

/** L1: whoever could be reached has been, unless their quiet hours last. */
function checkPaged(world: World): void {
  if (world.time.halted || !world.reachable()) return;
  for (const { incident } of triggered(world)) {
    if (incident?.waits !== undefined && !isOverdue(world, incident.waits.untilMs)) continue;
    const number = incident?.number ?? 0;
    const told = [...world.disk.aggregates].some(
      ([key, kept]) =>
        key.startsWith('r:') &&
        [...(kept.rows.get(MESSAGE)?.values() ?? [])].some((json) => {
          const row = JSON.parse(json) as MessageRow;
          return (
            toldOf(world.disk, row).some((one) => one.number === number) &&
            ['accepted', 'delivered', 'unknown'].includes(row.status)
          );
        }),
    );
    if (!told && !isQuietFor(number, quietParts(world)))
      world.fail(
        'L1',
        `#${number} is triggered and nobody has been told ${PAGED_WITHIN_MS / MINUTE_MS} min after all faults stopped`,
      );
  }
}
