/** Looks after other relays: one that doesn't answer three times in a row is an incident here, until it is back. */
import type { Config } from '../config/types.ts';
import type { Membership } from '../engine/membership.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { lineageKey } from '../incidents/rows.ts';
import { shardOf } from '../store/places.ts';
import { VERSION } from '../version.ts';
import { RELAY_ITSELF } from './duty.ts';
import { statusOfUrl } from './look-up.ts';
import type { OwnAlarm } from './own-alarm.ts';

type Peer = NonNullable<Config['watch']>['peers'][number];

export interface PeerWatchParts {
  peers: readonly Peer[];
  everyMs: number;
  clock: Clock;
  log: Log;
  alarm: Pick<OwnAlarm, 'raise' | 'clear' | 'forget'>;
  /** Of several hosts the owner of the incident's shard asks; the others take over when it is gone. */
  membership: Pick<Membership, 'self' | 'owner'>;
}

const TIMEOUT_MS = 10_000;
/** A restart takes seconds, a lost packet one answer. */
const FAILURES = 3;

export class PeerWatch {
  readonly #parts: PeerWatchParts;
  readonly #failures = new Map<string, number>();
  readonly #cancels = new Map<string, () => void>();
  #stopped = false;

  constructor(parts: PeerWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    for (const peer of this.#parts.peers) void this.#watch(peer);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
  }

  async #watch(peer: Peer): Promise<void> {
    const { clock, everyMs } = this.#parts;
    const beganMonoMs = clock.monoMs();
    if (this.#isMine(peer)) await this.#look(peer);
    else this.#leave(peer);
    if (this.#stopped) return;
    const restMs = Math.max(0, beganMonoMs + everyMs - clock.monoMs());
    this.#cancels.set(
      peer.name,
      clock.after(restMs, () => void this.#watch(peer)),
    );
  }

  async #look(peer: Peer): Promise<void> {
    const { alarm, log } = this.#parts;
    const wrong = await this.#wrongWith(peer);
    if (this.#stopped) return;
    if (wrong === null) {
      this.#failures.set(peer.name, 0);
      alarm.clear(keyOf(peer));
      return;
    }
    const failures = (this.#failures.get(peer.name) ?? 0) + 1;
    this.#failures.set(peer.name, failures);
    log.info(
      { peer: peer.name, failures, why: wrong },
      'another relay that is watched does not answer as it should',
    );
    if (failures < FAILURES) return;
    alarm.raise(keyOf(peer), {
      summary: `the relay ${peer.name} can't take alerts: ${wrong}`,
      severity: 'critical',
      cure: `Nobody may be paged by ${peer.name}: see to it, or send its alerts here meanwhile. It was asked at ${peer.readyUrl}.`,
    });
  }

  /** Null: it is ready. */
  async #wrongWith({ readyUrl }: Peer): Promise<string | null> {
    const { clock } = this.#parts;
    try {
      const status = await statusOfUrl(readyUrl, { clock, timeoutMs: TIMEOUT_MS, agent: `relay/${VERSION}` });
      return status === 200 ? null : `it answers ${status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #isMine(peer: Peer): boolean {
    const { membership } = this.#parts;
    return membership.owner(shardOf(lineageKey(RELAY_ITSELF, keyOf(peer)))) === membership.self;
  }

  /** What its owner says and sees isn't known here: should it become this host's, it begins anew. */
  #leave(peer: Peer): void {
    this.#failures.delete(peer.name);
    this.#parts.alarm.forget(keyOf(peer));
  }
}

const keyOf = ({ name }: Peer): string => `peer ${name}`;
