/** What the mail worker does with the batches that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import { fromHeaders } from './from-headers.ts';
import { MARK_INDEX, MARK_STARTED_MS, sharedNowMs } from './protocol.ts';
import type { RuleSet } from '../formats/rules/rule-set.ts';
import type { FromWorker, MailJob, MailRead, ToWorker, WorkerData } from './protocol.ts';

/** `begin`: called when what a mail needs is loaded, which is no mail's fault: its time counts from there. */
export type ReadJob = (raw: Uint8Array, job: MailJob, begin: () => void) => Promise<MailRead>;

/** Answers batches for good. `onRules`: the rules of the mails that come from now on. Throws where no main thread is. */
export function serveMails(read: ReadJob, onRules: (rules: RuleSet | null) => void = () => undefined): void {
  const port = parentPort;
  if (port === null) throw new Error('mails are read so only in the mail worker');
  const marks = new Float64Array((workerData as WorkerData).marks);
  const begin = (): void => void (marks[MARK_STARTED_MS] = sharedNowMs());
  const readOrSay = async (raw: Uint8Array, job: MailJob): Promise<MailRead> => {
    try {
      return await read(raw, job, begin);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fromHeaders(raw, job, `the mail could not be parsed (${why.slice(0, 200)})`);
    }
  };
  port.on('message', (message: ToWorker) => {
    if ('rules' in message) return onRules(message.rules);
    const batch = message;
    void (async () => {
      const results: MailRead[] = [];
      for (const [index, { start, end, job }] of batch.mails.entries()) {
        marks[MARK_INDEX] = index;
        begin();
        // One after the other, so that a slow one is known by its index.
        results.push(await readOrSay(batch.bytes.subarray(start, end), job));
      }
      marks[MARK_STARTED_MS] = 0;
      port.postMessage({ kind: 'read', results } satisfies FromWorker);
    })();
  });
  port.postMessage({ kind: 'ready' } satisfies FromWorker);
}
