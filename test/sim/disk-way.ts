/**
 * The way to a disk on the same machine: every call takes virtual time before and after it is applied, and may go wrong
 * at either point. A call of a process that has died is applied or not, and never answered.
 */
import { StoreFullError, StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { Process } from './process.ts';
import type { Faults } from './profile.ts';
import type { Prng } from './prng.ts';
import type { CallKind, StoreCall, StoreWay } from './sim-store.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface DiskWayParts {
  time: VirtualTime;
  draw: Prng;
  process: Process;
  /** The faults of the moment; none once they have stopped. */
  faults(): Faults;
  full(): boolean;
  /** What a process has asked for ends with it; absent: it may still happen. */
  endsWithProcess?: true;
  crash(why: string): void;
  line(text: string): void;
}

/** How late a dead process's commit may land. */
const LATE_COMMIT_MS = 40_000;

export class DiskWay implements StoreWay {
  readonly #parts: DiskWayParts;

  constructor(parts: DiskWayParts) {
    this.#parts = parts;
  }

  call<T>(call: StoreCall<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#parts.time.schedule(this.#latencyMs(), () => this.#arrive(call, resolve, reject));
    });
  }

  #arrive<T>(
    { name, kind, apply }: StoreCall<T>,
    resolve: (value: T | Promise<T>) => void,
    reject: (error: Error) => void,
  ): void {
    const { draw, line } = this.#parts;
    if (this.#parts.process.dead) {
      // Sent before the process died: a write may still land, a commit even when the next process has begun its work.
      if (kind === 'read' || this.#parts.endsWithProcess === true || draw.chance(0.5)) return;
      const land = (): void => void apply().catch(() => line('a late write was refused'));
      if (kind === 'commit') this.#parts.time.schedule(draw.int(0, LATE_COMMIT_MS), land);
      else land();
      return;
    }
    const fault = this.#draw(kind);
    switch (fault) {
      case 'crash-before':
        this.#parts.crash(`before ${name} was applied`);
        return;
      case 'full':
        this.#answer(() => reject(new StoreFullError('the disk is full')));
        return;
      case 'refused':
        line(`FAULT ${name} fails, nothing applied`);
        this.#answer(() => reject(new StoreUnavailableError('the store is out of reach')));
        return;
      case 'unknown-not-applied':
        line(`FAULT ${name} answers unknown, not applied`);
        this.#answer(() => resolve('unknown' as T));
        return;
      default:
        break;
    }
    const applied = apply();
    switch (fault) {
      case 'crash-after':
        applied.catch(() => line(`${name} was refused`));
        this.#parts.crash(`after ${name} was applied`);
        return;
      case 'applied-then-refused':
        line(`FAULT ${name} is applied and then fails`);
        applied.catch(() => line(`${name} was refused`));
        this.#answer(() => reject(new StoreUnavailableError('the answer was lost')));
        return;
      case 'unknown-applied':
        line(`FAULT ${name} answers unknown, applied unless there is a conflict`);
        applied.catch(() => line(`${name} was refused`));
        this.#answer(() => resolve('unknown' as T));
        return;
      default:
        this.#answer(() => resolve(applied));
    }
  }

  #answer(give: () => void): void {
    this.#parts.time.schedule(this.#latencyMs(), () => this.#parts.process.deliver(give));
  }

  #draw(
    kind: CallKind,
  ):
    | 'none'
    | 'crash-before'
    | 'crash-after'
    | 'full'
    | 'refused'
    | 'applied-then-refused'
    | 'unknown-applied'
    | 'unknown-not-applied' {
    const { draw } = this.#parts;
    const faults = this.#parts.faults();
    if (draw.chance(faults.crash)) return draw.chance(0.5) ? 'crash-before' : 'crash-after';
    if (kind !== 'read' && this.#parts.full()) return 'full';
    if (kind === 'mark' && draw.chance(faults.lostMarks)) {
      return draw.chance(0.5) ? 'refused' : 'applied-then-refused';
    }
    if (draw.chance(faults.unavailable)) {
      return kind === 'read' || draw.chance(0.5) ? 'refused' : 'applied-then-refused';
    }
    if (kind === 'commit' && draw.chance(faults.unknownCommit)) {
      return draw.chance(0.5) ? 'unknown-applied' : 'unknown-not-applied';
    }
    return 'none';
  }

  #latencyMs(): number {
    const { draw } = this.#parts;
    const { slowStoreMs } = this.#parts.faults();
    if (slowStoreMs > 0 && draw.chance(0.05)) return draw.int(1, slowStoreMs);
    return draw.next() * 2;
  }
}
