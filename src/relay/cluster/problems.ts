/** What is broken among several hosts, the worst first, each with what to do. Pure. */
import type { ClusterFacts } from './facts.ts';
import type { Found } from './verdict.ts';
import type { ClusterHostJson, TroubleJson } from './wire.ts';
import { counted, listed, span } from './words.ts';

/** An accepted input should be done within seconds. */
const LATE_SECONDS = 60;
/** A test input comes through each minute; three missed are no accident. */
const CANARY_SECONDS = 200;

/** None: nothing is broken. */
export function problemsOf(found: Found, facts: ClusterFacts): TroubleJson[] {
  return [
    ...quorumLost(found),
    ...found.hosts.flatMap((host) => hostTrouble(host, facts)),
    ...nodesDown(found),
    ...disks(found),
    ...clocks(found),
    ...late(found),
    ...strangers(facts),
    ...logins(facts),
  ];
}

function quorumLost({ quorum, hosts }: Found): TroubleJson[] {
  const alone = hosts.filter(({ mode }) => mode === 'alone').map(({ name }) => name);
  if (quorum.has === false) {
    return [
      {
        text: 'there is no quorum: what is accepted waits on disks, and is paged by the host that accepted it, marked so',
        cure: 'start the nodes that are down, or mend the network to them; all else goes on by itself then',
      },
    ];
  }
  if (alone.length > 0) {
    return [
      {
        text: `${listed(alone)} ${alone.length === 1 ? 'has' : 'have'} no quorum and page${alone.length === 1 ? 's' : ''} alone, while others have one`,
        cure: `look there (relay cluster status on ${alone[0]}): its way to the nodes is broken`,
      },
    ];
  }
  if (quorum.copiesUp !== null && quorum.needed !== null && quorum.copiesUp < quorum.needed) {
    return [
      {
        text: `of some rows only ${quorum.copiesUp} of ${quorum.copies} copies are on nodes that are up, ${quorum.needed} are needed`,
        cure: 'start the nodes that are down at once: work on those rows stands still',
      },
    ];
  }
  return [];
}

function hostTrouble(host: ClusterHostJson, { asked, nowMs }: ClusterFacts): TroubleJson[] {
  const { name, state, mode, since, trouble, canaryAgeSeconds } = host;
  const found: TroubleJson[] = [];
  const look = `on ${name}: systemctl status relay, journalctl -u relay`;
  if (state === 'dead') {
    const seen = since === null ? '' : ` for ${span(nowMs - Date.parse(since))}`;
    found.push({ text: `${name} gives no sign of life${seen}; the others do its work`, cure: look });
  } else if (state === 'never-seen') {
    found.push({
      text: `${name} has given no sign of life in days`,
      cure: `${look}; or take it out of cluster.hosts`,
    });
  } else if (state === 'silent') {
    found.push({ text: `${name} does not answer${because(trouble)}`, cure: look });
  } else if (state === 'cut-off') {
    found.push({
      text: `${name} lives, but ${asked ?? 'this host'} can't call it${because(trouble)}`,
      cure: `check the network between them, cluster.listen on ${name} and the certificates; nothing is lost by it`,
    });
  }
  // It shows the way through the quorum; without one that is said already.
  if (mode === 'together' && canaryAgeSeconds !== null && canaryAgeSeconds > CANARY_SECONDS) {
    found.push({
      text: `on ${name} no test input has come through all stages for ${span(canaryAgeSeconds * 1_000)}`,
      cure: `relay status on ${name} says what stands in the way`,
    });
  }
  return found;
}

const because = (trouble: string | null): string => (trouble === null ? '' : ` (${trouble})`);

function nodesDown({ nodes }: Found): TroubleJson[] {
  const down = (nodes ?? []).filter(({ up }) => !up);
  if (down.length === 0) return [];
  const names = down.map(({ address, datacenter }) => `${address} in ${datacenter}`);
  return [
    {
      text: `${counted(down.length, 'node')} of Cassandra ${down.length === 1 ? 'is' : 'are'} down: ${listed(names)}`,
      cure: 'there: systemctl status cassandra, and its system.log; from any other node: nodetool status',
    },
  ];
}

function disks({ hosts }: Found): TroubleJson[] {
  return hosts.flatMap(({ name, spool }) => {
    const found: TroubleJson[] = [];
    if (spool !== null && spool.oneDisk > 0) {
      found.push({
        text: `${counted(spool.oneDisk, 'accepted input')} ${spool.oneDisk === 1 ? 'lies' : 'lie'} on the disk of ${name} alone`,
        cure: `bring nodes or other hosts back, and leave ${name} and its disk as they are until then`,
      });
    }
    if (spool?.full === true) {
      found.push({
        text: `the spool of ${name} is full: alerts that come while the store is away may be refused there`,
        cure: `free space on ${name}`,
      });
    }
    return found;
  });
}

function clocks({ hosts }: Found): TroubleJson[] {
  return hosts.flatMap(({ name, clock }) =>
    clock === null || clock.trusted
      ? []
      : [
          {
            text: `the clock of ${name} is ${Math.round(Math.abs(clock.offMs))} ms ${clock.offMs > 0 ? 'ahead' : 'behind'}: its stamps are not trusted, and it leaves work to others`,
            cure: `on ${name}: chronyc tracking`,
          },
        ],
  );
}

function late({ lag, quorum }: Found): TroubleJson[] {
  const oldestSeconds = lag?.oldestSeconds ?? 0;
  if (oldestSeconds <= LATE_SECONDS || quorum.has === false) return [];
  return [
    {
      text: `an accepted input has waited for ${span(oldestSeconds * 1_000)}`,
      cure: 'relay status on each host, and their logs, say what fails; relay goes on trying',
    },
  ];
}

function strangers({ hosts }: ClusterFacts): TroubleJson[] {
  const names = hosts.filter((one) => !one.configured && one.beats === true).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    {
      text: `${listed(names)} ${names.length === 1 ? 'works' : 'work'} on this store and ${names.length === 1 ? 'is' : 'are'} not in cluster.hosts here`,
      cure: 'give all hosts the same cluster.hosts, and restart those that lack one',
    },
  ];
}

/** With the only node that holds a login, nobody could log in anywhere. */
function logins({ machines }: ClusterFacts): TroubleJson[] {
  const { copies = null, loginCopies = null } = machines ?? {};
  if (copies === null || loginCopies === null) return [];
  const short = Object.entries(copies).filter(([name, held]) => (loginCopies[name] ?? 0) < held);
  if (short.length === 0) return [];
  return [
    {
      text: `logins are kept in fewer copies than data in ${listed(short.map(([name]) => name))}: with their nodes all would be locked out`,
      cure: 'relay store migrate, then on one node: nodetool repair system_auth',
    },
  ];
}
