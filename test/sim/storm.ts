/** One storm, directed: thousands of incidents for one person over five hosts whose quorum is 40 ms away. */
import { MESSAGE, responderKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import { FIVE, LAB_TRIPS, NO_CLUSTER_FAULTS, type ClusterProfile } from './cluster-profile.ts';
import { NO_FAULTS } from './profile.ts';
import { toldOf } from './told.ts';
import { World, type Failure } from './world.ts';

export interface StormResult {
  incidents: number;
  /** From the first alert until every row of every alert was done, in simulated time; null when they weren't. */
  settledMs: number | null;
  /** How many alerts were taken by their hosts. */
  accepted: number;
  opened: number;
  pages: number;
  /** Incidents that the person has been told of some minutes later, by themselves or with others. */
  told: number;
  commits: { lineages: number; responder: number };
  /** Commits that others came before. */
  conflicts: number;
  failures: Failure[];
}

const PERSON = 'ana';
const SERVICE = 'svc0';
/** The hosts have come up, and know each other. */
const CALM_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** What comes in a storm is told with others, a minute after the last message. */
const TOLD_WITHIN_MS = 150_000;

export async function storm(incidents: number, withinMs: number): Promise<StormResult> {
  const world = new World(1, { kind: 'cluster', mutation: {}, print: null, profile: profileOf(incidents) });
  const commits = { lineages: 0, responder: 0 };
  const check = world.checks.onCommit.bind(world.checks);
  world.checks.onCommit = (change, sentAtMs) => {
    if (change.key === responderKey(PERSON)) commits.responder += 1;
    else commits.lineages += 1;
    check(change, sentAtMs);
  };
  world.begin();
  await world.time.run(CALM_MS);
  const startMs = world.time.nowMs;
  world.traffic.many();
  const settled = (): boolean => world.accepted.size >= incidents && world.disk.journalUndone.size === 0;
  while (!settled() && world.time.nowMs < startMs + withinMs && !world.time.halted)
    await world.time.run(world.time.nowMs + LOOK_EVERY_MS);
  const settledMs = settled() ? world.time.nowMs - startMs : null;
  await world.time.run(world.time.nowMs + TOLD_WITHIN_MS);
  return {
    incidents,
    settledMs,
    told: toldTo(world, PERSON),
    accepted: world.accepted.size,
    opened: world.disk.incidents.size,
    pages: world.ledger.taken.length,
    commits,
    conflicts: world.conflicts,
    failures: world.failures,
  };
}

/** How many incidents messages have told somebody of. */
function toldTo(world: World, person: string): number {
  const rows = world.disk.aggregates.get(responderKey(person))?.rows.get(MESSAGE)?.values() ?? [];
  const messages = [...rows].map((json) => JSON.parse(json) as MessageRow);
  return new Set(messages.flatMap((row) => toldOf(world.disk, row)).map(({ number }) => number)).size;
}

/** Nothing goes wrong, nobody answers, and there is time until the next level. */
function profileOf(incidents: number): ClusterProfile {
  const hourMs = 3_600_000;
  return {
    faults: NO_FAULTS,
    faultNames: [],
    second: null,
    roster: {
      version: 1,
      people: [{ id: PERSON, name: PERSON, contacts: [{ channel: 'sms', address: '+15550100' }] }],
      policies: [{ id: 'policy', repeat: 0, levels: [{ people: [PERSON], afterMs: hourMs }] }],
      services: [{ id: SERVICE, policy: 'policy', keyHashes: [] }],
      overrides: [],
      defaultService: SERVICE,
    },
    startMs: Date.UTC(2026, 2, 2, 9),
    zone: 'UTC',
    services: [SERVICE],
    activeMs: hourMs,
    keys: [],
    alerts: 0,
    storm: 0,
    manyRack: null,
    many: incidents,
    pace: { atOnce: 4, everyMs: 60_000 },
    carriers: null,
    edits: 0,
    orders: 0,
    answering: 0,
    odd: 0,
    cluster: { places: FIVE, roundTripMs: LAB_TRIPS, faults: NO_CLUSTER_FAULTS },
  };
}

/** For people. */
export function stormReport(result: StormResult): string {
  const { incidents, settledMs, commits, conflicts, pages, told, opened, accepted } = result;
  const settled =
    settledMs === null ? 'NOT settled' : `settled in ${(settledMs / 1_000).toFixed(1)} simulated s`;
  return [
    `${incidents} incidents for one person over five hosts, 40 ms between them: ${settled}`,
    `accepted ${accepted}, opened ${opened}, told of ${told} by ${pages} messages`,
    `commits: ${(commits.lineages / incidents).toFixed(2)} an incident, ${commits.responder} of the person's record; ${conflicts} conflicts`,
  ].join('\n');
}
