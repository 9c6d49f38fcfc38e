/**
 * What this host knows of all hosts and of the store, for people. It answers whatever is broken: each thing is waited
 * for a moment only, and what can't be read is left out.
 */
import type { Config } from '../config/types.ts';
import type { ClusterFacts, HostFacts } from '../cluster/facts.ts';
import { infoOf } from '../cluster/info.ts';
import { judge, oneMachine } from '../cluster/judge.ts';
import { clusterLine } from '../cluster/line.ts';
import type { ClusterJson, ClusterLineJson } from '../cluster/wire.ts';
import type { BeatInfo } from '../engine/membership.ts';
import type { Clock } from '../engine/ports.ts';
import type { Keeper } from '../events/spool/keeper.ts';
import { ALL_SHARDS } from '../store/places.ts';
import type { Store } from '../store/port.ts';
import type { Hosts } from './hosts.ts';
import { storeText } from './open-store.ts';

export interface ClusterViewParts {
  config: Config;
  store: Pick<Store, 'backlog' | 'machines'>;
  keeper: Pick<Keeper, 'state'>;
  /** Null on one machine. */
  hosts: Pick<Hosts, 'membership' | 'peers' | 'info'> | null;
  /** What the daemon says of itself beyond what `hosts` knows. */
  info(): BeatInfo;
  clock: Clock;
  nowMs(): number;
}

/** A host that lives answers in one round trip. */
const ASK_MS = 1_500;
const READ_MS = 2_500;

export class ClusterView {
  readonly #parts: ClusterViewParts;

  constructor(parts: ClusterViewParts) {
    this.#parts = parts;
  }

  /** Everything, with each host asked itself. Never rejects. */
  async whole(): Promise<ClusterJson> {
    const { config, hosts } = this.#parts;
    if (hosts === null) return this.#alone(config.host, await this.#lag());
    const [facts, lag] = await Promise.all([this.#facts(hosts, true), this.#lag()]);
    return judge({ ...facts, lag });
  }

  /** One line, from what is known here: others are asked only when their signs of life can't be read. Never rejects. */
  async line(): Promise<ClusterLineJson> {
    const { config, hosts } = this.#parts;
    if (hosts === null) return clusterLine(this.#alone(config.host, null));
    return clusterLine(judge(await this.#facts(hosts, hosts.info()['noQuorumForMs'] !== null)));
  }

  /** How much is undone; null when that can't be read in time. */
  async backlog(): Promise<Awaited<ReturnType<Store['backlog']>> | null> {
    return this.#within(READ_MS, this.#parts.store.backlog());
  }

  #alone(host: string, lag: ClusterJson['lag']): ClusterJson {
    const { config, keeper, nowMs } = this.#parts;
    const spool = infoOf({ spool: keeper.state() }, nowMs())?.spool ?? null;
    return oneMachine(host, spool, lag, storeText(config.store));
  }

  async #facts(hosts: NonNullable<ClusterViewParts['hosts']>, asks: boolean): Promise<ClusterFacts> {
    const { config, store } = this.#parts;
    const [machines, facts] = await Promise.all([
      store.machines === undefined ? null : this.#within(READ_MS, store.machines()),
      this.#hostFacts(hosts, asks),
    ]);
    const lostForMs = hosts.info()['noQuorumForMs'];
    return {
      asked: config.host,
      nowMs: this.#parts.nowMs(),
      hosts: facts,
      machines,
      noQuorumForMs: typeof lostForMs === 'number' ? lostForMs : null,
      lag: null,
    };
  }

  async #hostFacts(hosts: NonNullable<ClusterViewParts['hosts']>, asks: boolean): Promise<HostFacts[]> {
    const { config, nowMs } = this.#parts;
    const { membership, peers } = hosts;
    const configured = config.cluster?.hosts ?? [];
    const seen = new Map(membership.seen().map((one) => [one.beat.host, one]));
    const readable = hosts.info()['noQuorumForMs'] === null;
    const strangers = [...seen].flatMap(([name, { live }]) =>
      live && !configured.some((one) => one.name === name) ? [name] : [],
    );
    const all = [...configured, ...strangers.map((name) => ({ name, datacenter: '' }))];
    return Promise.all(
      all.map(async ({ name, datacenter }): Promise<HostFacts> => {
        const known = seen.get(name);
        const self = name === config.host;
        const answer =
          self || !asks || !peers.hosts.includes(name)
            ? null
            : await peers.call(name, 'state', null, ASK_MS).then(
                (said) => ({ said, trouble: '' }),
                (error: unknown) => ({ said: null, trouble: reasonOf(error, name) }),
              );
        const said = self
          ? { ...this.#parts.info(), ...hosts.info() }
          : (answer?.said ?? known?.beat.info ?? null);
        return {
          name,
          datacenter,
          configured: datacenter !== '',
          beats: self ? true : readable ? (known?.live ?? false) : null,
          beatAgoMs: known?.movedAgoMs ?? null,
          trouble: self ? '' : (answer?.trouble ?? null),
          info: infoOf(said, nowMs()),
          shards: ALL_SHARDS.filter((shard) => membership.owner(shard) === name).length,
        };
      }),
    );
  }

  async #lag(): Promise<ClusterJson['lag']> {
    const backlog = await this.backlog();
    if (backlog === null) return null;
    const { journal, due, oldestJournalMs } = backlog;
    const oldestSeconds =
      oldestJournalMs === null ? null : Math.max(0, (this.#parts.nowMs() - oldestJournalMs) / 1_000);
    return { journal, due, oldestSeconds };
  }

  /** Null when it fails or takes longer: why stands under the problems and in the log of whoever works with it. */
  #within<T>(limitMs: number, reading: Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(limitMs, () => resolve(null));
      reading.then(resolve, () => resolve(null)).finally(cancel);
    });
  }
}

/** Without the host's name in front, which stands beside it. */
function reasonOf(error: unknown, name: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text;
}
