/** How a host is, for `relay cluster status`: what it runs, what of it has drifted, what ends or fills up. Pure. */
import { X509Certificate } from 'node:crypto';
import { PLACES } from '../places.ts';
import { isDone } from '../plan/types.ts';
import type { HostWork } from './work.ts';

export interface MachineJson {
  name: string;
  /** False: it couldn't be looked at, and `problems` says why. */
  reached: boolean;
  relay: string | null;
  cassandra: string | null;
  /** Units that ought to run, by name. */
  units: Record<string, 'running' | 'stopped'>;
  /** Paths that are not as cluster.yaml says. */
  driftedFiles: string[];
  firewallDrifted: boolean;
  /** Something is to be done on it: `relay cluster plan` says what. */
  toDo: boolean;
  certificateEnds: string | null;
  diskFreeMb: number | null;
  clockOffsetMs: number | null;
  /** What is wrong with it, in words. */
  problems: string[];
}

const DAY_MS = 86_400_000;

/** Certificates are renewed by apply from 60 days before their end on: later than this nobody has applied for long. */
const ENDS_SOON_DAYS = 21;

const DISK_LOW_MB = 2_000;
const CLOCK_OFF_MS = 1_000;

export function machineState(one: HostWork, nowMs: number): MachineJson {
  const { facts, desired, plan, host } = one;
  const started = desired.units.filter(({ state }) => state === 'started');
  const units = Object.fromEntries(
    started.map(({ name }) => [name, facts.units[name]?.active === true ? 'running' : 'stopped'] as const),
  );
  const driftedFiles = plan.files.map(({ path }) => path);
  const ends = certificateEnd(one);
  const isBare = facts.relay.current === null && facts.managed.length === 0;
  return {
    name: host.name,
    reached: true,
    relay: facts.relay.current,
    cassandra: facts.cassandra.current,
    units,
    driftedFiles,
    firewallDrifted: plan.firewall !== null,
    toDo: !isDone(plan),
    certificateEnds: ends === null ? null : new Date(ends).toISOString(),
    diskFreeMb: facts.diskFreeMb,
    clockOffsetMs: facts.clockOffsetMs,
    problems: isBare
      ? ['nothing is installed yet: relay cluster apply']
      : [
          ...Object.entries(units).flatMap(([name, state]) =>
            state === 'running' ? [] : [`${name} doesn't run`],
          ),
          ...(['relay', 'cassandra'] as const).flatMap((product) => {
            const { runs, current } = facts[product];
            return runs === undefined || runs === current
              ? []
              : [
                  `${product} ${runs} still runs, though ${current} is there: relay cluster apply restarts it`,
                ];
          }),
          ...(driftedFiles.length === 0 ? [] : [`not as cluster.yaml says: ${few(driftedFiles)}`]),
          ...(plan.firewall === null ? [] : ['the firewall in the kernel was changed: relay firewall diff']),
          ...(ends === null || ends - nowMs > ENDS_SOON_DAYS * DAY_MS
            ? []
            : [
                `its certificate ends in ${Math.floor((ends - nowMs) / DAY_MS)} days: relay cluster apply brings a new one`,
              ]),
          ...(facts.diskFreeMb < DISK_LOW_MB ? [`${facts.diskFreeMb} MB are free`] : []),
          ...(Math.abs(facts.clockOffsetMs) > CLOCK_OFF_MS
            ? [`its clock is ${(facts.clockOffsetMs / 1000).toFixed(1)} s off this machine's`]
            : []),
        ],
  };
}

/** A host that didn't answer. */
export const unreachedMachine = (name: string, why: string): MachineJson => ({
  name,
  reached: false,
  relay: null,
  cassandra: null,
  units: {},
  driftedFiles: [],
  firewallDrifted: false,
  toDo: false,
  certificateEnds: null,
  diskFreeMb: null,
  clockOffsetMs: null,
  problems: [why],
});

/** When the first of its certificates ends. */
function certificateEnd({ facts }: HostWork): number | null {
  const text = facts.files[PLACES.relay.certFile]?.text;
  if (text === null || text === undefined) return null;
  try {
    return Date.parse(new X509Certificate(text).validTo);
  } catch {
    // It isn't a certificate, so the file has drifted, which is told.
    return null;
  }
}

const few = (paths: readonly string[]): string =>
  paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`;
