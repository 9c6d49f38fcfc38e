/** What a seed draws before its life begins: which faults there are, who is in the roster, how long it goes on. */
import type { Channel } from '../../src/relay/events/types.ts';
import type { Person, PolicyLevel, Roster } from '../../src/relay/oncall/types.ts';
import { drawCarriers, type CarrierPlan } from './carriers.ts';
import type { Prng } from './prng.ts';
import { drawCalendar, enriched, type Calendar } from './roster-draw.ts';
import { withHeartbeats } from './heartbeats.ts';
import { withRules } from './rules-draw.ts';
import { withCalls } from './sim-calls.ts';
import { routedKey } from './routed.ts';

/** Probabilities a call (or a draw) unless named otherwise; 0 is off. */
export interface Faults {
  /** A crash before or after a store call is applied. */
  crash: number;
  /** A crash at any other moment, about this often; 0 never. */
  crashEveryMs: number;
  /** A commit answers `unknown`, having been applied or not. */
  unknownCommit: number;
  /** A store call rejects, having been applied or not. */
  unavailable: number;
  /** Longest time a store call may take now and then. */
  slowStoreMs: number;
  /** How long the disk is full, once. */
  fullForMs: number;
  /** Whether the done-marks' own calls fail more often than not for a while. */
  lostMarks: number;
  /** Wall time jumps by an hour forth and back. */
  clockJumps: boolean;
  /** One provider call in so many goes wrong in some way. */
  sms: number;
  email: number;
  /** The list of sent texts can't be read. */
  listFails: number;
  /** How long the account is suspended, once. */
  suspendedForMs: number;
  /** A contact address that never takes anything. */
  deadAddress: number;
  /** Stops by hand: the engine ends what it is doing and is started again. */
  restartEveryMs: number;
}

export const NO_FAULTS: Faults = {
  crash: 0,
  crashEveryMs: 0,
  unknownCommit: 0,
  unavailable: 0,
  slowStoreMs: 0,
  fullForMs: 0,
  lostMarks: 0,
  clockJumps: false,
  sms: 0,
  email: 0,
  listFails: 0,
  suspendedForMs: 0,
  deadAddress: 0,
  restartEveryMs: 0,
};

/** What alerts are about. */
export interface Key {
  service: string;
  dedupKey: string;
  /** Its source never says that things are well. */
  expiresAfterMs?: number;
  /** Where it stands: some services make one incident of a rack. */
  rack?: string;
}

export interface Profile {
  faults: Faults;
  faultNames: string[];
  roster: Roster;
  /** Wall time at the beginning. */
  startMs: number;
  /** Of the rotations and the policies. */
  zone: string;
  services: string[];
  /** How long alerts come and faults happen. */
  activeMs: number;
  /** Dedup keys in use. */
  keys: Key[];
  /** Alerts (bursts count once) in the active time. */
  alerts: number;
  /** Events in a storm on one key; 0: none. */
  storm: number;
  /** Keys that one moment triggers at once; 0: never. */
  many: number;
  /** Where all of these stand; null: nowhere in particular. */
  manyRack: string | null;
  /** How many messages about incidents a contact gets. */
  pace: { atOnce: number; everyMs: number };
  /** Edits of the roster in the active time. */
  edits: number;
  /** Orders from people at the command line: commands, and all that can be ordered about an incident. */
  orders: number;
  /** How likely a person answers a page at all before the faults stop. */
  answering: number;
  /** People also do odd things: wrong codes, STOP, garbage. */
  odd: number;
  /** Another SMS provider behind the first; null: none. */
  second: SecondProvider | null;
  /** What becomes of texts; null: nobody says. */
  carriers: CarrierPlan | null;
}

export interface SecondProvider {
  /** Trouble with an account befalls both, not only the first. */
  sharedTrouble: boolean;
  /** How likely the first can't reach a number that this one can. */
  unknownToFirst: number;
  /** Which of the two take a message's id once, so that doubt is repeated instead of looked up. */
  takesOnce: readonly string[];
}

export function drawProfile(prng: Prng): Profile {
  const { faults, names } = drawFaults(prng.fork('faults'));
  const second = drawSecond(prng.fork('providers'));
  const world = drawWorld(prng);
  return {
    ...drawTraffic(prng.fork('profile'), { ...world, roster: withCalls(prng.fork('calls'), world.roster) }),
    faults,
    faultNames: names,
    second,
    carriers: drawCarriers(prng.fork('carriers')),
  };
}

/** What services say of how their incidents go on. */
function withSettings(draw: Prng, roster: Roster): Roster {
  const services = roster.services.map((one) => ({
    ...one,
    ...(draw.chance(0.3) ? { autoResolveMs: draw.pick([null, 60_000, 150_000]) } : {}),
    ...(draw.chance(0.35) ? { groupBy: ['rack'] } : {}),
  }));
  return { ...roster, services };
}

export function drawSecond(draw: Prng): SecondProvider | null {
  if (!draw.chance(0.4)) return null;
  return {
    sharedTrouble: draw.chance(0.3),
    unknownToFirst: draw.pick([0, 0.3, 1]),
    takesOnce: draw.pick([[], ['sms-1'], ['sms-2'], ['sms-1', 'sms-2'], ['sms-1', 'sms-2']]),
  };
}

/** A roster and the calendar it lives in: plain policies with people, or all that a roster may have. */
export function drawWorld(prng: Prng): Calendar & { roster: Roster } {
  const calendar = drawCalendar(prng.fork('calendar'));
  const plain = drawRoster(prng.fork('roster'));
  const draw = prng.fork('rotations');
  const roster = draw.chance(0.6) ? enriched(draw, plain, calendar) : plain;
  const rules = prng.fork('rules');
  const ruled = rules.chance(0.5) ? withRules(rules, roster, calendar) : roster;
  const set = withSettings(prng.fork('settings'), ruled);
  return { ...calendar, roster: withHeartbeats(prng.fork('heartbeats'), set) };
}

/** Who is told, and what comes. */
export function drawTraffic(
  draw: Prng,
  { roster, startMs, zone }: Calendar & { roster: Roster },
): Omit<Profile, 'faults' | 'faultNames' | 'second' | 'carriers'> {
  const services = roster.services.map((one) => one.id);
  const expiring = draw.fork('expiring');
  const routing = draw.fork('routing');
  const policies = roster.policies.map((one) => one.id);
  const racks = draw.fork('racks');
  const keys = Array.from({ length: draw.int(1, 5) }, (_, index): Key => {
    const service = draw.pick(services);
    const expiry = expiring.chance(0.4) ? { expiresAfterMs: expiring.int(1, 8) * 20_000 } : {};
    // The checks read the policy of a rule from the key: what has one is in no group.
    if (routing.chance(0.25))
      return { service, dedupKey: routedKey(`key-${index}`, routing.pick(policies)), ...expiry };
    const rack = racks.chance(0.7) ? { rack: racks.pick(['r1', 'r1', 'r2']) } : {};
    return { service, dedupKey: `key-${index}`, ...expiry, ...rack };
  });
  return {
    roster,
    startMs,
    zone,
    services,
    activeMs: draw.int(2, 9) * 60_000,
    keys,
    alerts: draw.int(1, 14),
    storm: draw.chance(0.1) ? draw.int(20, 120) : 0,
    many: draw.chance(0.08) ? draw.int(5, draw.chance(0.3) ? 130 : 60) : 0,
    manyRack: racks.pick(['r1', null]),
    pace: draw.chance(0.5)
      ? { atOnce: 4, everyMs: 60_000 }
      : { atOnce: draw.int(1, 100), everyMs: draw.int(1, 90) * 1_000 },
    edits: draw.pick([0, 0, 1, 2, 4, 6]),
    orders: draw.pick([0, 0, 1, 2, 4]),
    answering: draw.pick([0, 0.3, 0.7, 1]),
    odd: draw.pick([0, 0, 0.3, 0.8]),
  };
}

function drawFaults(draw: Prng): { faults: Faults; names: string[] } {
  const kinds: [string, () => Partial<Faults>][] = [
    ['crash', () => ({ crash: draw.pick([0.002, 0.01, 0.04]) })],
    ['crash-any-time', () => ({ crashEveryMs: draw.int(20, 180) * 1_000 })],
    ['unknown-commit', () => ({ unknownCommit: draw.pick([0.02, 0.1, 0.4]) })],
    ['unavailable', () => ({ unavailable: draw.pick([0.01, 0.05, 0.3]) })],
    ['slow-store', () => ({ slowStoreMs: draw.int(500, 6_000) })],
    ['full', () => ({ fullForMs: draw.int(5, 120) * 1_000 })],
    ['lost-marks', () => ({ lostMarks: draw.pick([0.2, 0.7]) })],
    ['clock-jumps', () => ({ clockJumps: true })],
    ['sms', () => ({ sms: draw.pick([0.1, 0.4, 0.9]) })],
    ['email', () => ({ email: draw.pick([0.1, 0.4, 0.9]) })],
    ['list-fails', () => ({ listFails: draw.pick([0.2, 0.8]), sms: draw.pick([0.3, 0.8]) })],
    ['suspended', () => ({ suspendedForMs: draw.int(20, 300) * 1_000 })],
    ['dead-address', () => ({ deadAddress: draw.pick([0.2, 0.6, 1]) })],
    ['restarts', () => ({ restartEveryMs: draw.int(20, 180) * 1_000 })],
  ];
  const { drawn, names } = drawFew(draw, kinds);
  return { faults: { ...NO_FAULTS, ...drawn }, names };
}

/** No kind of fault, one, a few, or most of them. */
export function drawFew<T>(
  draw: Prng,
  kinds: readonly (readonly [string, () => Partial<T>])[],
): { drawn: Partial<T>; names: string[] } {
  const one = 1 / kinds.length;
  const share = draw.pick([0, 0, one, one, 0.2, 0.4, 0.7]);
  const only = share === one ? draw.pick(kinds)[0] : null;
  const chosen = kinds.filter(([name]) => (only === null ? draw.chance(share) : name === only));
  const drawn = chosen.reduce<Partial<T>>((all, [, make]) => ({ ...all, ...make() }), {});
  return { drawn, names: chosen.map(([name]) => name) };
}

const NAMES = ['ana', 'ben', 'cleo', 'dan'] as const;

function drawRoster(draw: Prng): Roster {
  const people: Person[] = NAMES.slice(0, draw.int(2, 4)).map((id, index) => {
    const ways = draw.pick<Channel[]>([['sms'], ['email'], ['sms', 'email'], ['sms', 'email'], []]);
    return {
      id,
      name: id,
      contacts: ways.map((channel) => ({ channel, address: addressOf(channel, id, index) })),
    };
  });
  const policies = Array.from({ length: draw.int(1, 2) }, (_, index) => ({
    id: `policy-${index}`,
    repeat: draw.int(0, 2),
    levels: Array.from({ length: draw.int(1, 3) }, (): PolicyLevel => {
      const crowd = draw.chance(0.25) ? 2 : 1;
      const chosen = Array.from({ length: crowd }, () => draw.pick(people).id);
      return { people: [...new Set(chosen)], afterMs: draw.int(3, 12) * 10_000 };
    }),
  }));
  return {
    version: 1,
    people,
    policies,
    services: policies.map((policy, index) => ({ id: `svc${index}`, policy: policy.id, keyHashes: [] })),
    overrides: [],
    defaultService: 'svc0',
  };
}

const addressOf = (channel: Channel, id: string, index: number): string =>
  channel === 'email' ? `${id}@example.com` : `+1555010${index}`;
