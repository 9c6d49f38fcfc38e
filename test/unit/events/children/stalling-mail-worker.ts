/** The mail worker's thread, but for a mail that it never comes to an end with: one whose subject says that it is slow to read. */
import { readOneMail } from '../../../../src/relay/events/mail/read-one.ts';
import { Ruler } from '../../../../src/relay/events/ruler.ts';
import { serveMails } from '../../../../src/relay/events/mail/serve.ts';

const NO_RULER = new Ruler(() => null);

serveMails(async (raw, job, begin) => {
  if (job.kind === 'reply') throw new Error('no replies here');
  if (Buffer.from(raw).includes('slow to read')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return { kind: 'events', events: (await readOneMail(raw, job.context, NO_RULER, begin)).events };
});
