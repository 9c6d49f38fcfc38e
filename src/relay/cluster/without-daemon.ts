/**
 * What can be found of the hosts when no daemon answers here: from the nodes, and from signs of life in them. Loaded
 * only then: the driver is heavy.
 */
import { cassandraAccess } from '../config/cassandra-access.ts';
import { secretsOf } from '../config/secrets.ts';
import type { CassandraStore, Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { judge, oneMachine } from './judge.ts';
import { infoOf } from './info.ts';
import type { ClusterFacts, HostFacts } from './facts.ts';
import { signsOf, type Signs } from './signs.ts';
import type { ClusterJson } from './wire.ts';

export interface LookParts {
  config: Config;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
}

/** Rejects with ConfigError when a file it needs can't be read. Nodes that don't answer are part of the answer. */
export async function lookWithoutDaemon(
  parts: LookParts,
): Promise<{ found: ClusterJson; trouble: string | null }> {
  const { config, env, log, clock } = parts;
  const { store } = config;
  if (store.kind === 'sqlite')
    return { found: oneMachine(null, null, null, `sqlite:${store.path}`), trouble: null };
  const secrets = secretsOf(config, env, (text) => log.warn({}, text));
  const access = { ...(await cassandraAccess(store, config, secrets)), clock, log };
  const { checkCassandra, lookAtBeats } = await import('../store/cassandra/check.ts');
  let machines: ClusterFacts['machines'] = null;
  let trouble: string | null = null;
  let signs: Signs | null = null;
  try {
    machines = await checkCassandra(access);
    if (machines.copies !== null) {
      const expected = config.cluster?.hosts ?? [];
      const all = (moved: ReadonlySet<string>): boolean => expected.every(({ name }) => moved.has(name));
      signs = await lookAtBeats(access, (read) => signsOf(read, clock, all));
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    trouble = error.message;
  }
  return { found: judge(factsOf(config, store, machines, signs, clock.wallMs())), trouble };
}

function factsOf(
  config: Config,
  store: CassandraStore,
  machines: ClusterFacts['machines'],
  signs: Signs | null,
  nowMs: number,
): ClusterFacts {
  const configured = config.cluster?.hosts ?? [{ name: config.host, datacenter: store.datacenter }];
  const strangers = [...(signs?.moved ?? [])].filter((name) => !configured.some((one) => one.name === name));
  const all = [...configured, ...strangers.map((name) => ({ name, datacenter: '' }))];
  return {
    asked: null,
    nowMs,
    hosts: all.map(({ name, datacenter }): HostFacts => {
      const beat = signs?.newest.get(name);
      return {
        name,
        datacenter,
        configured: datacenter !== '',
        beats: signs === null ? null : signs.moved.has(name),
        // There was one; when, nobody here knows.
        beatAgoMs: beat === undefined ? null : Number.POSITIVE_INFINITY,
        trouble: null,
        info: beat === undefined ? null : infoOf(beat.info, nowMs),
        shards: 0,
      };
    }),
    machines,
    // Signs of life are read by a quorum.
    noQuorumForMs: signs === null ? undefined : null,
    lag: null,
  };
}
