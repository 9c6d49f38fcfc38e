/** The engine at work, which another one may follow in the same process: when everything was to move and didn't. */
import type { Engine } from '../engine/engine.ts';
import type { JournalRow, WorkId } from '../store/port.ts';

export class EngineSlot {
  readonly #make: () => Engine;
  #engine: Engine;
  #pulse = 0;

  /** `make` makes an engine that hasn't begun. */
  constructor(make: () => Engine) {
    this.#make = make;
    this.#engine = make();
  }

  get current(): Engine {
    return this.#engine;
  }

  /** Ascends while the engine advances, or what it stands still for. */
  get pulse(): number {
    return this.#pulse + this.#engine.pulse;
  }

  /** The engine stands still on purpose, and what it waits for gets on. */
  tick(): void {
    this.#pulse += 1;
  }

  start(): Promise<void> {
    return this.#engine.start();
  }

  /** See Engine. */
  stop(): Promise<void> {
    return this.#engine.stop();
  }

  /** A new engine takes up what the stopped one has left in the store. */
  async startAgain(): Promise<void> {
    this.#pulse += this.#engine.pulse + 1;
    this.#engine = this.#make();
    await this.#engine.start();
  }

  accepted(rows: JournalRow[], known?: ReadonlySet<WorkId>): void {
    this.#engine.accepted(rows, known);
  }

  /** What the doors ask of it: see Engine. */
  readonly forDoors = {
    whenDone: (id: WorkId, timeoutMs: number): Promise<boolean> => this.whenDone(id, timeoutMs),
    unheard: (): void => this.#engine.unheard(),
  };

  behind(rows: JournalRow[]): void {
    this.#engine.behind(rows);
  }

  whenDone(id: WorkId, timeoutMs: number): Promise<boolean> {
    return this.#engine.whenDone(id, timeoutMs);
  }

  purge = (): Promise<void> => this.#engine.purge();
}
