/**
 * The way to a store over a network: calls take round trips, get lost on the way there or back, time out having been
 * applied or not, and some take effect minutes later. Each single effect is atomic and in one order for everybody: the
 * store is linearizable, only what its callers are told is not to be relied on.
 */
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { ClusterFaults } from './cluster-profile.ts';
import type { LateWrites } from './late-writes.ts';
import type { Network } from './network.ts';
import type { Process } from './process.ts';
import type { Faults } from './profile.ts';
import type { Prng } from './prng.ts';
import type { StoreCall, StoreWay } from './sim-store.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface NetworkWayParts {
  host: string;
  network: Network;
  late: LateWrites;
  time: VirtualTime;
  draw: Prng;
  process: Process;
  /** The faults of the moment; none once they have stopped. */
  faults(): Faults & ClusterFaults;
  crash(why: string): void;
  line(text: string): void;
}

/** As the driver gives up. */
const TIMEOUT_MS = 2_000;
const COMMIT_TIMEOUT_MS = 4_000;
/** A conditional write decides in three round trips, and takes effect in the last. */
const CONDITIONAL_TRIPS = 3;
const CONDITIONAL = new Set(['commit', 'reserveNumbers', 'takeSlot', 'countTry']);
const LATEST_MS = 180_000;

type Fault =
  | 'none'
  | 'crash-before'
  | 'crash-after'
  /** Fails at once: nothing was done. */
  | 'refused'
  /** Nobody knows: it was done, was not, or will be. */
  | 'done'
  | 'not-done'
  | 'late';

/** What its caller is told, once. */
interface Answer<T> {
  give(value: T | Promise<T>): void;
  refuse(): void;
  /** It ends in the timeout. */
  unknown(): void;
}

export class NetworkWay implements StoreWay {
  readonly #parts: NetworkWayParts;

  constructor(parts: NetworkWayParts) {
    this.#parts = parts;
  }

  call<T>(call: StoreCall<T>): Promise<T> {
    const { time, process, draw, network, host, faults } = this.#parts;
    const trips = CONDITIONAL.has(call.name) ? CONDITIONAL_TRIPS : 1;
    const slow = faults().slowStoreMs > 0 && draw.chance(0.05) ? draw.int(1, faults().slowStoreMs) : 0;
    const tripMs = network.quorumTripMs(host) * (1 + draw.next() * 0.2) + 1;
    const thereMs = tripMs * (trips - 0.5) + slow;
    const timeoutMs = call.kind === 'commit' ? COMMIT_TIMEOUT_MS : TIMEOUT_MS;
    const out = network.toStore(host) !== 'no-way-out';
    return new Promise((resolve, reject) => {
      const endsLate = time.schedule(timeoutMs, () =>
        process.deliver(() => this.#timeOut(call, resolve, reject)),
      );
      const answered = (delayMs: number, give: () => void): void => {
        time.schedule(delayMs, () => {
          if (network.toStore(host) === 'no-way-back') return;
          endsLate();
          process.deliver(give);
        });
      };
      const answer: Answer<T> = {
        give: (value) => answered(tripMs / 2, () => resolve(value)),
        refuse: () =>
          answered(1, () =>
            reject(new StoreUnavailableError('the store has no majority; it comes back by itself')),
          ),
        unknown: () => undefined,
      };
      if (out) time.schedule(thereMs, () => this.#arrive(call, answer));
    });
  }

  #timeOut<T>(
    { name, kind }: StoreCall<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ): void {
    if (kind === 'commit') resolve('unknown' as T);
    else reject(new StoreUnavailableError(`${name} timed out`));
  }

  #arrive<T>(call: StoreCall<T>, answer: Answer<T>): void {
    const { draw, late, line, network } = this.#parts;
    const { name, kind, apply, about } = call;
    const land = (): void => void apply().catch(() => line('a late write was refused'));
    const landLater = (): void => late.add(about ?? null, draw.int(0, LATEST_MS), land);
    if (this.#parts.process.dead) {
      // Sent before the process died.
      if (kind === 'read' || draw.chance(0.4)) return;
      if (draw.chance(0.3)) landLater();
      else land();
      return;
    }
    if (!network.hasQuorum) {
      // A minority may have got it, which is found when the others are back.
      if (kind !== 'read' && draw.chance(0.3)) landLater();
      if (draw.chance(0.5)) answer.refuse();
      else answer.unknown();
      return;
    }
    const fault = this.#fault(kind);
    if (fault !== 'none') line(`FAULT ${name}: ${fault}`);
    switch (fault) {
      case 'crash-before':
        this.#parts.crash(`before ${name} was applied`);
        return;
      case 'refused':
        answer.refuse();
        return;
      case 'not-done':
        answer.unknown();
        return;
      case 'late':
        landLater();
        answer.unknown();
        return;
      default:
        break;
    }
    if (about !== undefined && draw.chance(0.5)) late.finish(about);
    const applied = apply();
    if (fault === 'none') {
      answer.give(applied);
      return;
    }
    applied.catch(() => line(`${name} was refused`));
    if (fault === 'crash-after') this.#parts.crash(`after ${name} was applied`);
    else answer.unknown();
  }

  #fault(kind: StoreCall<unknown>['kind']): Fault {
    const { draw } = this.#parts;
    const faults = this.#parts.faults();
    if (draw.chance(faults.crash)) return draw.chance(0.5) ? 'crash-before' : 'crash-after';
    if (kind === 'read')
      return draw.chance(faults.unavailable) ? draw.pick(['refused', 'not-done'] as const) : 'none';
    if (draw.chance(faults.unavailable)) return draw.pick(['refused', 'done'] as const);
    const unknown = kind === 'commit' ? faults.unknownCommit : faults.lateWrites;
    if (draw.chance(unknown)) return draw.pick(['done', 'not-done', 'late'] as const);
    if (kind === 'mark' && draw.chance(faults.lostMarks))
      return draw.pick(['done', 'not-done', 'late'] as const);
    return 'none';
  }
}
