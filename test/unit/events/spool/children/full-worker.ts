/** Stands in for the spool's thread on a disk so full that drops fail, the first so many times. */
import { parentPort, workerData } from 'node:worker_threads';
import type {
  SpoolCall,
  SpoolResult,
  ToSpoolWorker,
} from '../../../../../src/relay/events/spool/disk-calls.ts';

const port = parentPort;
if (port === null) throw new Error('started by the test only');
let refusals = (workerData as { maxBytes: number }).maxBytes;
const kept = new Set<string>();

port.on('message', (message: ToSpoolWorker) => {
  if (message === 'close') {
    port.close();
    return;
  }
  port.postMessage({ kind: 'results', results: message.map(perform) });
});
port.postMessage({ kind: 'ready' });

function perform(call: SpoolCall): SpoolResult {
  if (call.kind === 'keep') for (const [id] of call.rows) kept.add(id);
  if (call.kind === 'drop') {
    refusals -= 1;
    if (refusals >= 0) return { failure: { kind: 'full', message: 'no space left' } };
    for (const id of call.ids) kept.delete(id);
  }
  return { value: call.kind === 'counts' ? [kept.size, 0, null, 0] : null };
}
