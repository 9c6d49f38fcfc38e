/** From a provider's word on a message to an input in the journal. */
import type { Accept, NewInput } from '../events/accept.ts';
import type { ReceivedReceipt } from '../messaging/twilio/status.ts';

/** One receipt, by webhook or by asking. Resolves when it is durable; rejects as `accept` does. */
export async function takeReceipt(accept: Accept, received: ReceivedReceipt): Promise<void> {
  await accept([receiptInput(received)]);
}

/** The same word on the same message is one input, however often it comes. */
export const receiptInput = ({ person, code, receipt }: ReceivedReceipt): NewInput => ({
  stableId: `receipt-${receipt.providerId ?? `${person}.${code}`}-${receipt.status}`,
  input: { kind: 'receipt', person, code, receipt },
  raw: null,
});
