/** Reads calendars in a thread of its own under a deadline, so that no calendar can stall the daemon. */
import { Worker } from 'node:worker_threads';
import { CALENDAR_MAX_BYTES, type CalendarReading, type ReadingOptions } from './absences.ts';
import { CalendarError } from './errors.ts';
import type { CalendarAnswer, CalendarTask } from './worker.ts';

const DEADLINE_MS = 20_000;
/** A calendar that makes the library need more ends the thread, not the daemon. */
const HEAP_MAX_MB = 128;

/** The absences in a calendar's text; rejects with CalendarError when it is none, is too large or takes too long. */
export function readCalendar(
  text: string,
  options: ReadingOptions,
  limits: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<CalendarReading> {
  const { deadlineMs = DEADLINE_MS, signal } = limits;
  if (Buffer.byteLength(text) > CALENDAR_MAX_BYTES) {
    const message = `The calendar has over ${CALENDAR_MAX_BYTES / 1024 / 1024} MB`;
    return Promise.reject(new CalendarError(message, 'Give one of absences alone.'));
  }
  // The same ending as this file has: .ts from the sources, .js from a release.
  const file = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: { text, options } satisfies CalendarTask,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    execArgv: [],
  });
  return new Promise<CalendarReading>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new CalendarError(
          `The calendar can't be read: ${why}`,
          'Look for an event that repeats in an odd way.',
        ),
      );
    const timer = setTimeout(() => fail(`it took longer than ${deadlineMs / 1_000} s`), deadlineMs);
    signal?.addEventListener('abort', () => fail('it is given up'), { once: true });
    worker.on('message', (answer: CalendarAnswer) => {
      if ('reading' in answer) resolve(answer.reading);
      else reject(new CalendarError(answer.message, answer.cure));
    });
    worker.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      clearTimeout(timer);
      fail('its thread ended');
    });
  }).finally(() => void worker.terminate());
}
