/** What a provider says after it took a message: whether it arrived. Receipts come late, twice and out of order. */
import type { ResponderInput } from '../engine/effects.ts';
import { onEnd } from './asks.ts';
import { adopt } from './claims.ts';
import { logged, writeRow, type Draft } from './draft.ts';
import { AT_THE_CARRIER, optOut } from './optout.ts';
import type { MessageRow } from './rows.ts';

type ReceiptInput = Extract<ResponderInput, { kind: 'receipt' }>;

/** Takes one: what is delivered stays delivered, and what failed falls back at once. */
export function onReceipt(d: Draft, { id, code, receipt }: ReceiptInput): void {
  const underWay = d.state.messages.find((one) => one.row.code === code);
  if (underWay !== undefined) {
    // Only what was accepted has a receipt: it settles a doubt sooner than any list does.
    if (receipt.providerId === null) return;
    adopt(d, underWay, receipt.providerId, onEnd);
  }
  const row = underWay === undefined ? d.context.receipted : ended(d, code);
  if (row === null || !isNews(row, receipt)) return;
  const said = words(receipt);
  if (receipt.optedOut === true) {
    optOut(d, {
      id,
      channel: row.channel,
      address: row.to,
      why: AT_THE_CARRIER,
    });
  }
  const status = receipt.status === 'sent' ? row.status : receipt.status;
  writeRow(
    d,
    logged(
      {
        ...row,
        status,
        providerId: row.providerId ?? receipt.providerId,
        error: receipt.error ?? (status === 'delivered' ? null : row.error),
        cure: receipt.cure ?? (status === 'delivered' ? null : row.cure),
      },
      d.context.nowMs,
      'receipt',
      said,
    ),
  );
  d.reasons.push(`${row.id} ${said}`);
}

/** As this step has just written it. */
function ended(d: Draft, code: number): MessageRow | null {
  const written = d.effects.rows.filter((one) => (one.body as MessageRow | null)?.code === code);
  return (written.at(-1)?.body as MessageRow | undefined) ?? null;
}

/** A receipt about another call than the one that counts, one that came twice, or an older one, changes nothing. */
function isNews(row: MessageRow, { status, providerId }: ReceiptInput['receipt']): boolean {
  if (providerId !== null && row.providerId !== null && row.providerId !== providerId) return false;
  if (row.status === 'delivered' || row.status === 'failed') return false;
  return status !== 'sent' || !row.log.some((one) => one.kind === 'receipt');
}

function words({ status, error, cure }: ReceiptInput['receipt']): string {
  if (status === 'sent') return 'passed on by the provider';
  if (status === 'delivered') return 'delivered';
  return `not delivered: ${error ?? 'the provider does not say why'}${cure === undefined ? '' : ` (${cure})`}`;
}
