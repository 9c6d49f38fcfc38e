/** The calendar reader's thread: whatever a calendar does to the library, it does it here. */
import { parentPort, workerData } from 'node:worker_threads';
import { readAbsences, type CalendarReading, type ReadingOptions } from './absences.ts';
import { CalendarError } from './errors.ts';

/** What the thread is given, once. */
export interface CalendarTask {
  text: string;
  options: ReadingOptions;
}

/** What it answers, once. */
export type CalendarAnswer = { reading: CalendarReading } | { message: string; cure: string };

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as the calendar reader');

function answer(): CalendarAnswer {
  const { text, options } = workerData as CalendarTask;
  try {
    return { reading: readAbsences(text, options) };
  } catch (error) {
    if (error instanceof CalendarError) return { message: error.message, cure: error.cure };
    throw error;
  }
}

port.postMessage(answer());
