/** The mail worker's thread: whatever a mail does to a parser, it does it here and not to the daemon. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AlertEvent } from '../types.ts';
import { eventsFromHeaders, eventsOf } from './events.ts';
import type { MailContext } from './events.ts';
import { loadParser, readFull, readSimple } from './parse.ts';
import { MARK_INDEX, MARK_STARTED_MS, sharedNowMs } from './protocol.ts';
import type { Batch, FromWorker, WorkerData } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as the mail worker');
const marks = new Float64Array((workerData as WorkerData).marks);

async function read(raw: Uint8Array, context: MailContext): Promise<AlertEvent[]> {
  try {
    const simple = readSimple(raw, context.tag);
    if ('mail' in simple) return eventsOf(simple.mail, context.service);
    await loadParser();
    // The deadline is for reading the mail, not for loading the library.
    marks[MARK_STARTED_MS] = sharedNowMs();
    return eventsOf(await readFull(raw, simple.head, context.tag), context.service);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return eventsFromHeaders(raw, context, `the mail could not be parsed (${why.slice(0, 200)})`);
  }
}

port.on('message', (batch: Batch) => {
  void (async () => {
    const events: AlertEvent[][] = [];
    for (const [index, { start, end, context }] of batch.mails.entries()) {
      marks[MARK_INDEX] = index;
      marks[MARK_STARTED_MS] = sharedNowMs();
      // One after the other, so that a slow one is known by its index.
      events.push(await read(batch.bytes.subarray(start, end), context));
    }
    marks[MARK_STARTED_MS] = 0;
    port.postMessage({ kind: 'read', events } satisfies FromWorker);
  })();
});
port.postMessage({ kind: 'ready' } satisfies FromWorker);
