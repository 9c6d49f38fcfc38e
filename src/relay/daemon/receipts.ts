/** From a provider's word on a message to an input in the journal. */
import type { Accept } from '../events/accept.ts';
import type { ReceivedReceipt } from '../messaging/twilio/status.ts';

/**
 * One receipt, by webhook or by asking: the same word on the same message is one input, however often it comes. Resolves
 * when it is durable; rejects as `accept` does.
 */
export async function takeReceipt(accept: Accept, { person, code, receipt }: ReceivedReceipt): Promise<void> {
  const of = receipt.providerId ?? `${person}.${code}`;
  await accept([
    {
      stableId: `receipt-${of}-${receipt.status}`,
      input: { kind: 'receipt', person, code, receipt },
      raw: null,
    },
  ]);
}
