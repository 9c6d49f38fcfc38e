/** The mail worker's thread: whatever a mail does to a parser, it does it here and not to the daemon. */
import { parentPort, workerData } from 'node:worker_threads';
import { eventsOf } from './events.ts';
import type { MailContext } from './events.ts';
import type { AlertEvent } from '../types.ts';
import { fromHeaders } from './from-headers.ts';
import { loadParser, readFull, readSimple } from './parse.ts';
import { MARK_INDEX, MARK_STARTED_MS, sharedNowMs } from './protocol.ts';
import type { Batch, FromWorker, MailJob, MailRead, WorkerData } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as the mail worker');
const marks = new Float64Array((workerData as WorkerData).marks);

async function read(raw: Uint8Array, job: MailJob): Promise<MailRead> {
  try {
    if (job.kind === 'events') return { kind: 'events', events: await readEvents(raw, job.context) };
    await loadParser();
    const { readReplyMail } = await import('../../messaging/reply-mail.ts');
    marks[MARK_STARTED_MS] = sharedNowMs();
    return { kind: 'reply', reply: await readReplyMail(raw, job.envelope) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fromHeaders(raw, job, `the mail could not be parsed (${why.slice(0, 200)})`);
  }
}

async function readEvents(raw: Uint8Array, context: MailContext): Promise<AlertEvent[]> {
  const simple = readSimple(raw, context.tag);
  if ('mail' in simple) return eventsOf(simple.mail, context.service);
  await loadParser();
  // The deadline is for reading the mail, not for loading the library.
  marks[MARK_STARTED_MS] = sharedNowMs();
  return eventsOf(await readFull(raw, simple.head, context.tag), context.service);
}

port.on('message', (batch: Batch) => {
  void (async () => {
    const results: MailRead[] = [];
    for (const [index, { start, end, job }] of batch.mails.entries()) {
      marks[MARK_INDEX] = index;
      marks[MARK_STARTED_MS] = sharedNowMs();
      // One after the other, so that a slow one is known by its index.
      results.push(await read(batch.bytes.subarray(start, end), job));
    }
    marks[MARK_STARTED_MS] = 0;
    port.postMessage({ kind: 'read', results } satisfies FromWorker);
  })();
});
port.postMessage({ kind: 'ready' } satisfies FromWorker);
