/** What Twilio says of a call it took, as a receipt. By webhook and by asking, it says the same. Pure. */
import type { Receipt } from '../../events/types.ts';

/** What Twilio names a call by. */
export const CALL_SID = /^CA[0-9a-f]{32}$/;

const CONSOLE = 'the Twilio console says why (Monitor, Logs, Calls)';

/** Calls that reached nobody: in words, and what can be done. */
const FAILED: Readonly<Record<string, { error: string; cure?: string }>> = {
  busy: { error: 'busy: the line was taken, or the call was turned away' },
  'no-answer': { error: 'no-answer: nobody took the call' },
  failed: {
    error: 'failed: the call could not be put through',
    cure: `Check the phone number: relay person edit ID --voice +COUNTRY…; ${CONSOLE}`,
  },
  canceled: { error: 'canceled: the call was ended at Twilio before anybody took it', cure: CONSOLE },
};

/** The receipt in it; null while there is nothing to say. That something took the call is no answer of a person. */
export function callReceipt(sid: string, status: string): Receipt | null {
  if (status === 'completed') return { status: 'delivered', providerId: sid };
  const failed = Object.hasOwn(FAILED, status) ? FAILED[status] : undefined;
  return failed === undefined ? null : { status: 'failed', providerId: sid, ...failed };
}
