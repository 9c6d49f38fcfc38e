/**
 * Levels that could reach nobody within the next week: a problem from the moment the roster has them, and an incident
 * of relay's own where nobody but the catch-all would be told, or where nothing sent to whoever is on call would arrive.
 */
import type { Clock, Problems } from '../engine/ports.ts';
import type { Channel } from '../events/types.ts';
import { unreached, type Unreached } from '../oncall/reach.ts';
import { showTime } from '../oncall/times.ts';
import type { Roster } from '../oncall/types.ts';
import type { OwnAlarm } from './own-alarm.ts';

export interface ReachWatchParts {
  roster(): Roster;
  works(channel: Channel): boolean;
  problems: Problems;
  alarm: Pick<OwnAlarm, 'raise' | 'clear' | 'forget'>;
  /** Whether this host is the one to open incidents about what all of them see: advice only. */
  isMine(): boolean;
  clock: Clock;
  nowMs(): number;
  /** For times in words. */
  zone: string;
}

const LOOK_MS = 30_000;
const AGAIN_MS = 60 * 60_000;
const AHEAD_MS = 7 * 24 * 60 * 60_000;
const PROBLEM = 'reach';
/** More would not be read. */
const NAMED = 3;
/** What comes and goes while a roster is edited is one incident. */
const SETTLE_MS = 5 * 60_000;

export class ReachWatch {
  readonly #parts: ReachWatchParts;
  #looked: { roster: Roster; atMs: number } | null = null;
  #grave: Unreached[] = [];
  #cancel: () => void = () => undefined;

  constructor(parts: ReachWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.look();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** At a roster that is new, and now and then. */
  look(): void {
    const { roster, works, nowMs } = this.#parts;
    const present = roster();
    const atMs = nowMs();
    if (this.#looked?.roster !== present || atMs - this.#looked.atMs >= AGAIN_MS) {
      this.#looked = { roster: present, atMs };
      const found = unreached(present, atMs, atMs + AHEAD_MS, works);
      this.#grave = found.filter((one) => one.level === null || one.why === 'contacts');
      this.#say(found, atMs);
    }
    this.#alarm(atMs);
  }

  #say(found: Unreached[], atMs: number): void {
    const { problems } = this.#parts;
    if (found.length === 0) {
      problems.clear(PROBLEM);
      return;
    }
    problems.raise(PROBLEM, this.#words(found, atMs), CURE);
  }

  #alarm(atMs: number): void {
    const { alarm, isMine } = this.#parts;
    if (!isMine()) alarm.forget(PROBLEM);
    else if (this.#grave.length === 0) alarm.clear(PROBLEM, SETTLE_MS);
    else alarm.raise(PROBLEM, { summary: this.#words(this.#grave, atMs), severity: 'warning', cure: CURE });
  }

  #words(found: Unreached[], nowMs: number): string {
    const { zone } = this.#parts;
    const time = (ms: number): string => showTime(ms, nowMs, zone);
    // A policy that reaches nobody at all says so of all its levels.
    const whole = new Set(found.flatMap((one) => (one.level === null ? [one.policy] : [])));
    const told = found.filter((one) => one.level === null || !whole.has(one.policy));
    const words = told.slice(0, NAMED).map(({ policy, level, fromMs, untilMs, why }) => {
      const where = level === null ? `policy ${policy}` : `level ${level} of policy ${policy}`;
      const from = fromMs <= nowMs ? 'now' : `from ${time(fromMs)}`;
      const until = untilMs >= nowMs + AHEAD_MS ? '' : ` until ${time(untilMs)}`;
      const reason = why === 'nobody' ? 'nobody is on call' : 'no contact of whoever is on call works';
      return `${where} reaches nobody ${from}${until}: ${reason}`;
    });
    const more = told.length > NAMED ? `; and ${told.length - NAMED} more` : '';
    return `${words.join('; ')}${more}`;
  }
}

const CURE =
  'see `relay oncall` and `relay rotation show`; put somebody there with `relay oncall set`, or mend contacts with `relay person edit`; the next levels and then the catch-all are told meanwhile';
