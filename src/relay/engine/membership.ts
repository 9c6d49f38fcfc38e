/**
 * Which hosts live, judged by their beats on this host's own monotonic clock, and who owns what. Advice only: two that
 * both believe to own something cost a conflict, and nothing else.
 */
import type { Stamp } from '../events/types.ts';
import type { Beat, Store } from '../store/port.ts';
import { ownerOf } from './ownership.ts';
import type { Clock, Log } from './ports.ts';

/** What the engine needs to know of other hosts. */
export interface Membership {
  readonly self: string;
  /** Hosts that live, this one among them, by name. */
  live(): readonly string[];
  owner(shard: number): string;
  /** Whether a living process is still at work on what it stamped so: then nobody else need be. */
  atWork(stamp: Stamp): boolean;
  /** Told when hosts come, go, or are started again. Returns what ends that. */
  onChange(listener: () => void): () => void;
}

/** What a host says of itself with each beat; the rest is for people. */
export interface BeatInfo {
  /** Whether its clock is right; absent: it is. One that isn't owns nothing while another host can (rule 4). */
  trusted?: boolean;
  /** It is about to end: it owns nothing while another host can, and is at work on what it accepts itself. */
  leaving?: boolean;
  /** It has ended in order, and is at work on nothing any more. */
  left?: boolean;
  [more: string]: unknown;
}

/** A host that has no others. */
export const alone = (self: string): Membership => ({
  self,
  live: () => [self],
  owner: () => self,
  atWork: () => false,
  onChange: () => () => undefined,
});

export const BEAT_MS = 2_000;
/** Without a new beat for this long a host is taken for dead: a few lost ones must not move shards about. */
const DEAD_AFTER_MS = 9_000;
/** A former life's last beat may come in late; one that moves on lives. */
const TWIN_MOVES = 2;
/** How long the last sign of life may take: nobody waits for it, it only spares the others DEAD_AFTER_MS. */
const LEAVE_MS = 1_000;
/** So many readings must have shown the same beat: while nothing can be read, nobody is judged. */
const READINGS = 3;

export interface BeatParts {
  store: Pick<Store, 'beat' | 'beats'>;
  clock: Clock;
  log: Log;
  /** Names this process. */
  life: string;
  firstSeq: number;
  /** Goes with each beat, for people who ask any host about all. */
  info(): BeatInfo;
  /** Told after each round whether the store took the beat and gave the others'. */
  onRound?(worked: boolean): void;
  /**
   * Told whenever that changes: another living process says that it is this host. What two of one name accept has no
   * order (rule 4): a new alert of one may be taken for older than what the other accepted before it.
   */
  onTwin?(there: boolean): void;
}

interface Life {
  beat: Beat;
  movedMonoMs: number;
  readings: number;
  /** How often its beat moved. */
  moves: number;
}

export class Beats implements Membership {
  readonly self: string;
  readonly #parts: BeatParts;
  readonly #lives = new Map<string, Life>();
  readonly #listeners = new Set<() => void>();
  #live: string[];
  /** Those of them that may own shards. */
  #fit: string[];
  #count = 0;
  #hasTwin = false;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(self: string, parts: BeatParts) {
    this.self = self;
    this.#parts = parts;
    this.#live = [self];
    this.#fit = [self];
  }

  /** Resolves after the first round, which may have failed: then this host is alone for now. */
  async start(): Promise<void> {
    await this.#round();
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Shows at once what it has to say of itself, and looks at the others. */
  announce(): void {
    if (!this.#stopped) void this.#round();
  }

  /** Stops, and lets the others take at once what this host leaves behind; to be called when it works on nothing more. Never rejects. */
  async leave(): Promise<void> {
    this.stop();
    this.#count += 1;
    const { store, clock, log, life, firstSeq } = this.#parts;
    const info = { ...this.#parts.info(), left: true };
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LEAVE_MS, resolve);
      store
        .beat({ host: this.self, life, count: this.#count, firstSeq, info })
        .catch((error: unknown) => log.warn({ err: error }, 'the last sign of life could not be given'))
        .finally(() => {
          cancel();
          resolve();
        });
    });
  }

  live(): readonly string[] {
    return this.#live;
  }

  owner(shard: number): string {
    return ownerOf(shard, this.#fit);
  }

  atWork(stamp: Stamp): boolean {
    if (stamp.host === this.self) return stamp.seq >= this.#parts.firstSeq;
    for (const { beat } of this.#livingLives(stamp.host)) if (stamp.seq >= beat.firstSeq) return true;
    return false;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a living host says that it runs another version than this one. */
  get mixedVersions(): boolean {
    const own = this.#parts.info()['version'];
    return this.#living().some(({ beat }) => beat.host !== this.self && infoOf(beat)['version'] !== own);
  }

  /** The newest beat of each host ever seen here, with how long ago it moved: for people. */
  seen(): { beat: Beat; live: boolean; movedAgoMs: number }[] {
    const nowMonoMs = this.#parts.clock.monoMs();
    const newest = new Map<string, Life>();
    for (const life of this.#lives.values()) {
      const known = newest.get(life.beat.host);
      if (known === undefined || life.beat.firstSeq > known.beat.firstSeq) newest.set(life.beat.host, life);
    }
    return [...newest.values()]
      .map((life) => ({
        beat: life.beat,
        live: this.#live.includes(life.beat.host),
        movedAgoMs: nowMonoMs - life.movedMonoMs,
      }))
      .sort((a, b) => (a.beat.host < b.beat.host ? -1 : 1));
  }

  #next(): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(BEAT_MS, () => void this.#round().finally(() => this.#next()));
  }

  async #round(): Promise<void> {
    const { store, life, firstSeq, log, onRound } = this.#parts;
    this.#count += 1;
    try {
      const beat: Beat = { host: this.self, life, count: this.#count, firstSeq, info: this.#parts.info() };
      const [, beats] = await Promise.all([store.beat(beat), store.beats()]);
      this.#note(beats);
      onRound?.(true);
    } catch (error) {
      log.warn({ err: error }, 'a sign of life could not be given or read');
      onRound?.(false);
    }
  }

  #note(beats: readonly Beat[]): void {
    const nowMonoMs = this.#parts.clock.monoMs();
    const lived = this.#livesNow();
    for (const beat of beats) {
      const key = `${beat.host} ${beat.life}`;
      const known = this.#lives.get(key);
      if (known === undefined || known.beat.count !== beat.count) {
        const moves = known === undefined ? 0 : known.moves + 1;
        this.#lives.set(key, { beat, movedMonoMs: nowMonoMs, readings: 1, moves });
      } else {
        known.readings += 1;
      }
    }
    // The store has let go of a life that ended days ago.
    const kept = new Set(beats.map(({ host, life }) => `${host} ${life}`));
    for (const key of this.#lives.keys()) if (!kept.has(key)) this.#lives.delete(key);
    this.#lookForTwin();
    const lives = this.#livesNow();
    this.#live = [...new Set([this.self, ...this.#living().map(({ beat }) => beat.host)])].sort();
    const without = (hosts: string[], unfit: (beat: Beat) => boolean): string[] => {
      const those = new Set(this.#living().flatMap(({ beat }) => (unfit(beat) ? [beat.host] : [])));
      const fit = hosts.filter((host) => !those.has(host));
      return fit.length === 0 ? hosts : fit;
    };
    // Better one whose clock is off than one that is about to end.
    this.#fit = without(without(this.#live, isLeaving), isUntrusted);
    if (lives !== lived) for (const listener of this.#listeners) listener();
  }

  #lookForTwin(): void {
    const there = this.#livingLives(this.self).some(
      ({ beat, moves }) => beat.life !== this.#parts.life && moves >= TWIN_MOVES,
    );
    if (there === this.#hasTwin) return;
    this.#hasTwin = there;
    this.#parts.onTwin?.(there);
  }

  /** The living processes as text: it changes when one comes, goes, is followed by another, or may own no more. */
  #livesNow(): string {
    return this.#living()
      .map(({ beat }) => `${beat.host} ${beat.life} ${isFit(beat)}`)
      .sort()
      .join('\n');
  }

  #living(): Life[] {
    const nowMonoMs = this.#parts.clock.monoMs();
    return [...this.#lives.values()].filter(
      (life) =>
        !hasLeft(life.beat) && (life.readings < READINGS || nowMonoMs - life.movedMonoMs < DEAD_AFTER_MS),
    );
  }

  #livingLives(host: string): Life[] {
    return this.#living().filter(({ beat }) => beat.host === host);
  }
}

const infoOf = (beat: Beat): BeatInfo => (beat.info as BeatInfo | null) ?? {};
const isUntrusted = (beat: Beat): boolean => infoOf(beat).trusted === false;
const isLeaving = (beat: Beat): boolean => infoOf(beat).leaving === true;
const hasLeft = (beat: Beat): boolean => infoOf(beat).left === true;
const isFit = (beat: Beat): boolean => !isUntrusted(beat) && !isLeaving(beat);
