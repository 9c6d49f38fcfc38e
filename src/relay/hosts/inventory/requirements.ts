/** What a host must be before anything is put on it, judged by what it was found to be. Pure. */
import ipaddr from 'ipaddr.js';
import type { Facts, HostSpec, Inventory } from '../types.ts';
import type { Finding } from './finding.ts';
import { PLACES } from '../places.ts';
import { takenPorts } from './taken-ports.ts';

/** Debian releases that relay is tried on. */
const DEBIAN = ['12', '13'];

/**
 * A machine sold with 2 GB shows a little less, since its kernel keeps some. Cassandra wants 1 GB of heap, and as much
 * again outside of it (README: one host alone 512 MB, in a cluster 4 GB).
 */
const MEMORY_MB = { least: 1_850, wanted: 3_700 };

/** Two releases of relay and Cassandra take 0.6 GB; what is kept of alerts comes on top. */
const DISK_FREE_MB = { least: 2_000, wanted: 5_000 };

/** Relay trusts a clock that is off by a second at most; chrony keeps one within milliseconds. */
const CLOCK_OFF_MS = { most: 1_000, wanted: 100 };

/** Everything there is to say, worst first; nothing is done while one of them is a refusal. `facts` by host name. */
export function requirementFindings(inventory: Inventory, facts: ReadonlyMap<string, Facts>): Finding[] {
  const found = inventory.hosts.flatMap((host) => {
    const { name } = host;
    const of = facts.get(name);
    if (of === undefined) return [];
    return [
      ...systemFindings(name, of),
      ...memoryFindings(name, of),
      ...diskFindings(name, of),
      ...addressFindings(host, of),
      ...takenPorts(name, of),
      ...ownRelay(name, of),
    ];
  });
  return [...found, ...clockFindings(inventory, facts)].toSorted(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level),
  );
}

/** One that somebody else than apply has set up keeps its open incidents in a store that the cluster never reads. */
function ownRelay(host: string, { files, managed }: Facts): Finding[] {
  const { config } = PLACES.relay;
  if ((files[config] ?? null) === null || managed.includes(config)) return [];
  return [
    {
      host,
      level: 'refuse',
      what: `it has a relay of its own already (${config}), whose alerts and open incidents would be left behind`,
      cure:
        'take another machine; or, once nothing is open on it any more (relay status there), stop it for good: ' +
        `relay init --systemd --remove, then mv ${config} ${config}.former`,
    },
  ];
}

const ORDER: Finding['level'][] = ['refuse', 'warn', 'note'];

function systemFindings(host: string, { os, arch }: Facts): Finding[] {
  const found: Finding[] = [];
  if (os.id !== 'debian' || !DEBIAN.includes(os.version)) {
    found.push({
      host,
      level: 'refuse',
      what: `expected Debian ${DEBIAN.join(' or ')}, got ${os.id} ${os.version}`.trimEnd(),
      cure:
        os.id === 'debian' && Number(os.version) < 12
          ? 'upgrade it to Debian 12 first'
          : 'install Debian 12 or 13 on it: packages, paths and units are those of Debian',
    });
  }
  if (arch === 'other') {
    found.push({
      host,
      level: 'refuse',
      what: 'expected a 64-bit Intel/AMD or ARM processor (x64, arm64)',
      cure: 'take another machine: there are releases for these two only',
    });
  }
  return found;
}

function memoryFindings(host: string, { memoryMb }: Facts): Finding[] {
  if (memoryMb < MEMORY_MB.least) {
    return [
      {
        host,
        level: 'refuse',
        what: `${memoryMb} MB of memory: Cassandra needs 2 GB beside relay, and 4 GB to be at ease`,
        cure:
          'give it 4 GB. Without more memory: one host alone, relay init --systemd on it, keeps everything in SQLite ' +
          'and needs 512 MB, but it has no other host behind it',
      },
    ];
  }
  if (memoryMb >= MEMORY_MB.wanted) return [];
  return [
    {
      host,
      level: 'warn',
      what: `${memoryMb} MB of memory: enough for quiet times, little for a storm of alerts`,
      cure: 'give it 4 GB when you can; apply again then gives Cassandra more of it',
    },
  ];
}

function diskFindings(host: string, { diskFreeMb, cassandra }: Facts): Finding[] {
  // A host that runs already has its alarm for a full disk, and must be able to get what cures it.
  const level = diskFreeMb < DISK_FREE_MB.least && cassandra.current === null ? 'refuse' : 'warn';
  if (diskFreeMb >= DISK_FREE_MB.wanted) return [];
  return [
    {
      host,
      level,
      what: `${diskFreeMb} MB free where /var/lib lies, ${level === 'refuse' ? `${DISK_FREE_MB.least} are needed` : `${DISK_FREE_MB.wanted} are better`}`,
      cure: 'free some (apt-get clean, journalctl --vacuum-size=200M), or give it a larger disk',
    },
  ];
}

/** Cassandra listens at an address that the host has itself. */
function addressFindings({ name, address, privateAddress }: HostSpec, { addresses }: Facts): Finding[] {
  const own = privateAddress ?? address;
  if (addresses === undefined || addresses.some((one) => same(one, own))) return [];
  const has = `it has ${addresses.join(', ')}`;
  return [
    privateAddress === null
      ? {
          host: name,
          level: 'refuse',
          what: `its address ${address} is on none of its interfaces (${has})`,
          cure: 'behind a translation of addresses (NAT), write the one that it has itself as private; otherwise correct address',
        }
      : {
          host: name,
          level: 'refuse',
          what: `its private address ${privateAddress} is on none of its interfaces (${has})`,
          cure: 'bring its private network up, or take private out for all hosts of this provider',
        },
  ];
}

const same = (one: string, other: string): boolean =>
  ipaddr.isValid(one) && ipaddr.parse(one).toString() === ipaddr.parse(other).toString();

/** Offsets are against the admin's machine: when all hosts say the same, that one is wrong. */
function clockFindings(inventory: Inventory, facts: ReadonlyMap<string, Facts>): Finding[] {
  const offsets = inventory.hosts.flatMap(({ name }) => {
    const offsetMs = facts.get(name)?.clockOffsetMs;
    return offsetMs === undefined ? [] : [{ name, offsetMs }];
  });
  const sorted = offsets.map(({ offsetMs }) => offsetMs).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const agree = sorted.every((offsetMs) => Math.abs(offsetMs - middle) <= CLOCK_OFF_MS.wanted);
  if (sorted.length > 1 && agree && Math.abs(middle) > CLOCK_OFF_MS.wanted) {
    return [
      {
        host: null,
        level: 'warn',
        what: `the clock of this machine is ${offText(-middle)} against all hosts, which agree with each other`,
        cure: 'set the clock here: certificates are dated by it',
      },
    ];
  }
  return offsets.flatMap(({ name, offsetMs }): Finding[] => {
    const off = Math.abs(offsetMs);
    if (off <= CLOCK_OFF_MS.wanted) return [];
    return [
      {
        host: name,
        level: off > CLOCK_OFF_MS.most ? 'refuse' : 'warn',
        what: `its clock is ${offText(offsetMs)}`,
        cure:
          off > CLOCK_OFF_MS.most
            ? "set it (date -u -s '…', or timedatectl set-ntp true) and see that UDP port 123 gets out; relay doesn't trust such a clock"
            : 'chrony, which apply installs, puts it right within minutes',
      },
    ];
  });
}

const offText = (offsetMs: number): string =>
  `${Math.abs(offsetMs) >= 1_000 ? `${(Math.abs(offsetMs) / 1_000).toFixed(1)} s` : `${Math.round(Math.abs(offsetMs))} ms`} ${offsetMs > 0 ? 'ahead' : 'behind'}`;
