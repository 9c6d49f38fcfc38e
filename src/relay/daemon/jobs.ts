/**
 * Jobs that run once a day over all hosts. node-cron says when; whoever takes the day's slot in the store runs it. A
 * host that was down then, or couldn't ask the store, looks again every hour: what was missed runs late, and once. Who
 * is through takes a second slot of the day. Where that is still free when the job's time is up, its host has died, or
 * hangs: whoever takes the second slot then runs the job once more, so a job must bear that.
 */
import type { ScheduledTask, TaskOptions } from 'node-cron';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Store } from '../store/port.ts';

export interface Job {
  /** Names its slots and its problem. */
  name: string;
  /** In this host's time zone. */
  at: { hour: number; minute: number };
  /** One that runs for longer hangs, and another host may begin it again. */
  limitMs: number;
  run(): Promise<void>;
}

export interface JobsParts {
  jobs: readonly Job[];
  store: Pick<Store, 'takeSlot'>;
  clock: Clock;
  log: Log;
  problems: Problems;
}

/** After the start: what a night without relay has missed can wait until alerts come in again. */
const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 60 * 60_000;

interface State {
  /** The day whose slot is known to be taken, by whomever, and since when this is known. */
  day: string | null;
  sinceMonoMs: number;
  /** Nobody will have to run it again: its second slot is known to be taken. */
  isSettled: boolean;
  isRunning: boolean;
  /** This host took the day and has not been through with it. */
  isOwed: boolean;
}

export class Jobs {
  readonly #parts: JobsParts;
  readonly #states = new Map<Job, State>();
  readonly #tasks: ScheduledTask[] = [];
  readonly #running = new Set<Promise<void>>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    for (const job of parts.jobs) {
      this.#states.set(job, { day: null, sinceMonoMs: 0, isSettled: false, isRunning: false, isOwed: false });
    }
  }

  /** Loads node-cron, which is needed nowhere else. */
  async start(): Promise<void> {
    const { schedule } = await import('node-cron');
    if (this.#stopped) return;
    for (const job of this.#parts.jobs) {
      this.#tasks.push(
        schedule(`${job.at.minute} ${job.at.hour} * * *`, () => this.#run(job), {
          name: job.name,
          distributed: true,
          runCoordinator: { shouldRun: (key) => this.#takes(job, new Date(key.slice(job.name.length + 1))) },
          noOverlap: true,
          // The look that follows finds what was missed.
          suppressMissedWarning: true,
          logger: this.#logger(job),
        }),
      );
    }
    this.#lookIn(FIRST_LOOK_MS);
  }

  /** Nothing begins any more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    for (const task of this.#tasks) await task.destroy();
    await Promise.all(this.#running);
  }

  #lookIn(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(delayMs, () => {
      void this.#look().finally(() => this.#lookIn(LOOK_MS));
    });
  }

  /** Takes up what was missed or has failed. */
  async #look(): Promise<void> {
    for (const [job, state] of this.#states) {
      const due = lastDue(job, this.#parts.clock.wallMs());
      try {
        if (!state.isOwed && !(await this.#takes(job, due)) && !(await this.#takesAgain(job))) continue;
      } catch (error) {
        this.#parts.log.info(
          { job: job.name, err: error },
          'it is not known whether a job has run; asked again',
        );
        continue;
      }
      this.#parts.log.info(
        { job: job.name, due: due.toISOString() },
        'a job that was missed, failed, or was not finished runs now',
      );
      void this.#run(job);
    }
  }

  /** True once for each day, over all hosts. Rejects as takeSlot does. */
  async #takes(job: Job, due: Date): Promise<boolean> {
    const state = this.#stateOf(job);
    // Hosts may stand in several time zones: their nights differ, the day's slot is one.
    const day = due.toISOString().slice(0, 'yyyy-mm-dd'.length);
    if (this.#stopped || state.day === day) return false;
    const mine = await this.#parts.store.takeSlot(job.name, day);
    Object.assign(state, { day, sinceMonoMs: this.#parts.clock.monoMs(), isSettled: false });
    state.isOwed ||= mine;
    return mine;
  }

  /** True for one host only: where nobody has finished in time what somebody began. Rejects as takeSlot does. */
  async #takesAgain(job: Job): Promise<boolean> {
    const state = this.#stateOf(job);
    const { clock, store } = this.#parts;
    if (this.#stopped || state.day === null || state.isSettled) return false;
    if (clock.monoMs() - state.sinceMonoMs < job.limitMs) return false;
    const mine = await store.takeSlot(job.name, secondSlot(state.day));
    state.isSettled = true;
    state.isOwed ||= mine;
    return mine;
  }

  #run(job: Job): Promise<void> {
    const state = this.#stateOf(job);
    if (state.isRunning || this.#stopped) return Promise.resolve();
    state.isRunning = true;
    const running = this.#runWatched(job, state).finally(() => {
      state.isRunning = false;
      this.#running.delete(running);
    });
    this.#running.add(running);
    return running;
  }

  async #runWatched(job: Job, state: State): Promise<void> {
    const { clock, log, problems } = this.#parts;
    const problem = `job-${job.name}`;
    const startMonoMs = clock.monoMs();
    const cancel = clock.after(job.limitMs, () => {
      const text = `the job ${job.name} has run for over ${Math.round(job.limitMs / 60_000)} min`;
      problems.raise(
        problem,
        text,
        'see the log; if it never ends, restart relay: the job comes again the next day',
      );
    });
    try {
      const { day } = state;
      await job.run();
      if (day !== null && !state.isSettled) await this.#parts.store.takeSlot(job.name, secondSlot(day));
      state.isSettled ||= state.day === day;
      state.isOwed = false;
      problems.clear(problem);
      log.info({ job: job.name, tookMs: Math.round(clock.monoMs() - startMonoMs) }, 'a job is done');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn({ job: job.name, err: error }, 'a job failed');
      problems.raise(
        problem,
        `the job ${job.name} failed: ${why}`,
        'see the log; relay tries again every hour',
      );
    } finally {
      cancel();
    }
  }

  #stateOf(job: Job): State {
    const state = this.#states.get(job);
    if (state === undefined) throw new Error(`the job ${job.name} was not among those at the start`);
    return state;
  }

  /** node-cron would write to the console. */
  #logger(job: Job): Required<TaskOptions>['logger'] {
    const { log } = this.#parts;
    const fields = { job: job.name };
    return {
      info: (message) => log.info(fields, message),
      warn: (message) => log.warn(fields, message),
      error: (message, error) => log.error({ ...fields, err: error ?? message }, 'a job could not be begun'),
      debug: () => undefined,
    };
  }
}

const secondSlot = (day: string): string => `${day} done`;

/** When the job was to run last, by this host's calendar. */
function lastDue({ at }: Job, nowMs: number): Date {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  const today = now.startOfDay().withPlainTime(at);
  const due = Temporal.ZonedDateTime.compare(today, now) > 0 ? today.subtract({ days: 1 }) : today;
  return new Date(due.epochMilliseconds);
}
