/** What a seed draws for a life of several hosts: where they are, whose clocks are off, and what goes wrong between them. */
import { drawCarriers } from './carriers.ts';
import type { Place } from './network.ts';
import {
  NO_FAULTS,
  drawFew,
  drawSecond,
  drawTraffic,
  drawWorld,
  type Faults,
  type Profile,
} from './profile.ts';
import type { Prng } from './prng.ts';

/** Beside those of one host; probabilities a call unless named otherwise, 0 is off. */
export interface ClusterFaults {
  /** A plain write ends in a timeout: done, not done, or done minutes later. */
  lateWrites: number;
  /** A call between hosts: request lost, answer lost, or carried out late. */
  peerLoss: number;
  /** Two hosts don't reach each other for a while, about this often. */
  peerCutEveryMs: number;
  /** A host has no way to the store for a while, about this often. */
  cutOffEveryMs: number;
  /** A host stands still for a while, about this often. */
  pauseEveryMs: number;
  /** How long nobody has a quorum, once. */
  noQuorumForMs: number;
  /** Nobody has a quorum, for long or short, about this often. */
  noQuorumEveryMs: number;
  /** How long all machines of a datacenter are down, once. */
  datacenterForMs: number;
  /** A machine that goes for ever, disk and all. */
  gone: boolean;
  /** Clocks that are off by up to this, always the same. */
  skewMs: number;
}

export const NO_CLUSTER_FAULTS: ClusterFaults = {
  lateWrites: 0,
  peerLoss: 0,
  peerCutEveryMs: 0,
  cutOffEveryMs: 0,
  pauseEveryMs: 0,
  noQuorumForMs: 0,
  noQuorumEveryMs: 0,
  datacenterForMs: 0,
  gone: false,
  skewMs: 0,
};

export interface ClusterPlan {
  places: Place[];
  roundTripMs: ReadonlyMap<string, number>;
  faults: ClusterFaults;
}

export interface ClusterProfile extends Profile {
  cluster: ClusterPlan;
}

/** As five hosts at three providers lie: no two in one place but a1, a2 and b1, b2. */
export const FIVE: Place[] = [
  { host: 'h1', datacenter: 'a' },
  { host: 'h2', datacenter: 'b' },
  { host: 'h3', datacenter: 'c' },
  { host: 'h4', datacenter: 'a' },
  { host: 'h5', datacenter: 'b' },
];

export const LAB_TRIPS: ReadonlyMap<string, number> = new Map([
  ['a b', 40],
  ['a c', 60],
  ['b c', 50],
]);
const LOOPBACK: ReadonlyMap<string, number> = new Map([
  ['a b', 1],
  ['a c', 1],
  ['b c', 1],
]);

export function drawClusterProfile(prng: Prng): ClusterProfile {
  const { faults, plan, names } = drawFaults(prng.fork('faults'));
  const draw = prng.fork('cluster');
  return {
    ...drawTraffic(prng.fork('profile'), drawWorld(prng)),
    faults,
    faultNames: names,
    second: drawSecond(prng.fork('providers')),
    carriers: drawCarriers(prng.fork('carriers')),
    cluster: {
      places: FIVE.slice(0, draw.pick([2, 3, 3, 4, 5, 5])),
      roundTripMs: draw.chance(0.7) ? LAB_TRIPS : LOOPBACK,
      faults: plan,
    },
  };
}

type Drawn = Partial<Faults & ClusterFaults>;

function drawFaults(draw: Prng): { faults: Faults; plan: ClusterFaults; names: string[] } {
  const kinds: [string, () => Drawn][] = [
    ['crash', () => ({ crash: draw.pick([0.0005, 0.003, 0.01]) })],
    ['crash-any-time', () => ({ crashEveryMs: draw.int(20, 180) * 1_000 })],
    ['restarts', () => ({ restartEveryMs: draw.int(20, 180) * 1_000 })],
    ['unknown-commit', () => ({ unknownCommit: draw.pick([0.02, 0.1, 0.4]) })],
    ['late-writes', () => ({ lateWrites: draw.pick([0.02, 0.1, 0.3]) })],
    ['lost-marks', () => ({ lostMarks: draw.pick([0.2, 0.7]) })],
    ['unavailable', () => ({ unavailable: draw.pick([0.01, 0.05, 0.2]) })],
    ['slow-store', () => ({ slowStoreMs: draw.int(500, 6_000) })],
    ['peer-loss', () => ({ peerLoss: draw.pick([0.1, 0.5, 1]) })],
    ['peer-cuts', () => ({ peerCutEveryMs: draw.int(20, 120) * 1_000 })],
    ['cut-off', () => ({ cutOffEveryMs: draw.int(30, 200) * 1_000 })],
    ['pauses', () => ({ pauseEveryMs: draw.int(30, 200) * 1_000 })],
    ['no-quorum', () => ({ noQuorumForMs: draw.int(5, 150) * 1_000 })],
    ['quorum-comes-and-goes', () => ({ noQuorumEveryMs: draw.int(40, 150) * 1_000 })],
    ['datacenter', () => ({ datacenterForMs: draw.int(20, 300) * 1_000 })],
    ['spool-full', () => ({ fullForMs: draw.int(5, 200) * 1_000 })],
    ['gone', () => ({ gone: true })],
    ['skew', () => ({ skewMs: draw.pick([300, 900, 5_000]) })],
    ['clock-jumps', () => ({ clockJumps: true })],
    ['sms', () => ({ sms: draw.pick([0.1, 0.4, 0.9]) })],
    ['email', () => ({ email: draw.pick([0.1, 0.4, 0.9]) })],
    ['list-fails', () => ({ listFails: draw.pick([0.2, 0.8]), sms: draw.pick([0.3, 0.8]) })],
    ['suspended', () => ({ suspendedForMs: draw.int(20, 300) * 1_000 })],
    ['dead-address', () => ({ deadAddress: draw.pick([0.2, 0.6, 1]) })],
  ];
  const { drawn, names } = drawFew(draw, kinds);
  const all = { ...NO_FAULTS, ...NO_CLUSTER_FAULTS, ...drawn };
  return { faults: all, plan: all, names };
}
