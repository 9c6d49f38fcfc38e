/** The mail worker's thread: whatever a mail does to a parser, it does it here and not to the daemon. */
import { parentPort, workerData } from 'node:worker_threads';
import { fromHeaders } from './from-headers.ts';
import { loadParser } from './parse.ts';
import { MARK_INDEX, MARK_STARTED_MS, sharedNowMs } from './protocol.ts';
import { readOneMail } from './read-one.ts';
import type { Batch, FromWorker, MailJob, MailRead, WorkerData } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as the mail worker');
const marks = new Float64Array((workerData as WorkerData).marks);

async function read(raw: Uint8Array, job: MailJob): Promise<MailRead> {
  try {
    if (job.kind === 'events') {
      // The deadline is for reading the mail, not for loading the library.
      const begin = (): void => void (marks[MARK_STARTED_MS] = sharedNowMs());
      return { kind: 'events', events: await readOneMail(raw, job.context, begin) };
    }
    await loadParser();
    const { readReplyMail } = await import('../../messaging/reply-mail.ts');
    marks[MARK_STARTED_MS] = sharedNowMs();
    return { kind: 'reply', reply: await readReplyMail(raw, job.envelope) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fromHeaders(raw, job, `the mail could not be parsed (${why.slice(0, 200)})`);
  }
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
