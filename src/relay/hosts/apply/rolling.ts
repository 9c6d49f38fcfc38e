/** Another release, host by host: on the first that isn't well with it, that one goes back and the rest stay as they are. */
import { HostError } from '../ssh/port.ts';
import type { Progress } from './run-phases.ts';

export interface Step {
  host: string;
  /** What it runs now. */
  from: string;
  to: string;
}

/** What is done to one host. Each rejects with HostError. */
export interface Roller {
  /** Why no host but this may be missing right now; null: it may be. */
  notSafe(host: string): Promise<string | null>;
  /** Makes `version` current and starts it anew. The old process drains before it ends. */
  change(host: string, version: string, say: (line: string) => void): Promise<void>;
  /** Waits until it is well with that version, and all others see it. Rejects with why, when the time is over. */
  isWell(host: string, version: string, say: (line: string) => void): Promise<void>;
}

/** One host wasn't well with the new release. */
export class RollError extends Error {
  override name = 'RollError';
  readonly host: string;
  readonly done: readonly string[];
  readonly untouched: readonly string[];

  constructor(
    step: Step,
    why: string,
    backAgain: string,
    done: readonly string[],
    untouched: readonly string[],
  ) {
    super(`${step.host} is not well with ${step.to}: ${why}; ${backAgain}`);
    this.host = step.host;
    this.done = done;
    this.untouched = untouched;
  }
}

const PHASE = 'upgrade';

/** Rejects with RollError, or with HostError when nothing could be begun on a host. */
export async function roll(
  steps: readonly Step[],
  roller: Roller,
  progress: Progress,
  nowMs: () => number,
): Promise<void> {
  const done: string[] = [];
  for (const [at, step] of steps.entries()) {
    const { host, from, to } = step;
    const begunMs = nowMs();
    const say = (line: string): void => progress.says(PHASE, host, line);
    const unsafe = await roller.notSafe(host);
    if (unsafe !== null) {
      throw new HostError(
        host,
        `take it out for ${to}`,
        null,
        `not now: ${unsafe}; cure that first (relay cluster status)`,
      );
    }
    say(`${from} makes place for ${to}`);
    try {
      await roller.change(host, to, say);
      await roller.isWell(host, to, say);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      progress.failed(PHASE, host, error.message);
      const untouched = steps.slice(at + 1).map((other) => other.host);
      throw new RollError(step, lastLine(error), await goBack(step, roller, say), done, untouched);
    }
    done.push(host);
    progress.did(PHASE, host, nowMs() - begunMs);
  }
}

async function goBack({ host, from }: Step, roller: Roller, say: (line: string) => void): Promise<string> {
  say(`goes back to ${from}`);
  try {
    await roller.change(host, from, say);
    await roller.isWell(host, from, say);
    return `it is back on ${from} and well`;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return `it went back to ${from} and isn't well either: ${lastLine(error)}`;
  }
}

const lastLine = ({ stderr, what }: HostError): string => stderr.trim().split('\n').at(-1) ?? what;

/** A host's releases. `runs` absent: what is current. */
interface Holding {
  host: string;
  current: string | null;
  runs?: string;
}

/**
 * Who goes back, and to what: the hosts that run the newest release that runs anywhere, to the one they had before. So a
 * rollback after half an upgrade leaves those alone that never changed. Null: they don't agree on one, have none, or have
 * gone back already, and what they had before is the newer one.
 */
export function stepsBack(
  found: readonly (Holding & { previous: string | null })[],
  compare: (a: string, b: string) => number,
): Step[] | null {
  const newest = found
    .flatMap(({ current, runs }) => runs ?? current ?? [])
    .toSorted(compare)
    .at(-1);
  const steps = found.flatMap(({ host, current, previous, runs }) => {
    if (newest === undefined || (runs ?? current) !== newest) return [];
    return [{ host, from: newest, to: (current === newest ? previous : current) ?? '' }];
  });
  const [first] = steps;
  if (first === undefined || first.to === '' || steps.some(({ to }) => to !== first.to)) return null;
  return compare(first.to, first.from) < 0 ? steps : null;
}

/** Hosts that run another one, in the order of the inventory. One that has none is for apply. */
export const stepsTo = (version: string, found: readonly Holding[]): Step[] =>
  found.flatMap(({ host, current, runs }) =>
    current === null || (current === version && (runs ?? version) === version)
      ? []
      : [{ host, from: runs ?? current, to: version }],
  );

/** The first that would run an older release than now; null: none. */
export const olderAmong = (steps: readonly Step[], compare: (a: string, b: string) => number): Step | null =>
  steps.find(({ from, to }) => compare(to, from) < 0) ?? null;
