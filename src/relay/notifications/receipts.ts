/** What a provider says after it took a message: whether it arrived. Receipts come late, twice and out of order. */
import type { ResponderInput } from '../engine/effects.ts';
import { adopt } from './claim-ends.ts';
import { logged, writeRow, type Draft } from './draft.ts';
import { onEnd, setWays, unreachable, unreachablePack } from './endings.ts';
import { AT_THE_CARRIER, optOut } from './optout.ts';
import { isCancelled, isSamePack } from './packs.ts';
import type { MessageRow } from './rows.ts';
import type { Awaited, Message, Pack, ResponderState } from './types.ts';

type ReceiptInput = Extract<ResponderInput, { kind: 'receipt' }>;
type Receipt = ReceiptInput['receipt'];

/** A provider that stays silent is asked so long after it was asked before, and then no more. */
const ASK_AGAIN_MS = [40_000, 120_000, 420_000];

/** Takes one: what is delivered stays delivered, and what failed falls back at once. */
export function onReceipt(d: Draft, { code, receipt }: ReceiptInput): void {
  const underWay = d.state.messages.find((one) => one.row.code === code);
  if (underWay !== undefined && receipt.status === 'failed' && mayBeOfAnother(underWay)) {
    d.reasons.push(`${underWay.row.id} is being sent again: that it failed before says nothing of that`);
    return;
  }
  if (underWay !== undefined) {
    // Only what was accepted has a receipt: it settles a doubt sooner than any list does.
    // A mail that came back proves by its address which one it was, and has no other id.
    adopt(d, underWay, receipt.providerId ?? underWay.row.id, onEnd);
  }
  const row = underWay === undefined ? d.context.receipted : ended(d, code);
  if (row === null || !isNews(row, receipt)) return;
  const said = words(receipt);
  if (receipt.optedOut === true) {
    const { id, channel, to: address } = row;
    optOut(d, { id, channel, address, why: AT_THE_CARRIER });
  }
  const status = receipt.status === 'sent' ? row.status : receipt.status;
  const isGood = status === 'delivered';
  const next: MessageRow = {
    ...row,
    status,
    providerId: row.providerId ?? receipt.providerId,
    // That it takes longer is no failure yet.
    error: isGood ? null : receipt.status === 'failed' ? (receipt.error ?? row.error) : row.error,
    cure: receipt.cure ?? (isGood ? null : row.cure),
  };
  writeRow(d, logged(next, d.context.nowMs, 'receipt', said));
  d.reasons.push(`${row.id} ${said}`);
  if (receipt.status === 'sent') return;
  setAwaited(
    d.state,
    (d.state.receipts ?? []).filter((one) => one.code !== code),
  );
  setWays(d, row, receipt.status, 'accepted');
  // What a receipt hands over stands behind the timer that would have asked for it (engine/envelope.ts): it ends here.
  if (d.state.laterAtMs !== undefined) d.state.laterAtMs = 0;
  if (receipt.status === 'failed') reportForgotten(d, next);
}

/**
 * Its provider's list didn't have it, and it was claimed again: a failure may be the former claim's, of another provider
 * perhaps. Should it be the present one's, its provider is asked for it as for any other.
 */
const mayBeOfAnother = ({ status, row }: Message): boolean =>
  status !== 'retry' && row.log.some((one) => one.kind === 'absent');

/** Providers whose word is due are asked; those asked often enough no more. */
export function askForReceipts(d: Draft): void {
  const { nowMs, op } = d.context;
  const left = (d.state.receipts ?? []).flatMap((one): Awaited[] => {
    if (one.askAtMs > nowMs) return [one];
    const waitMs = ASK_AGAIN_MS[one.asked];
    if (one.asked >= ASK_AGAIN_MS.length + 1) return [];
    return [{ ...one, asked: one.asked + 1, askAtMs: nowMs + (waitMs ?? LAST_WAIT_MS), op }];
  });
  setAwaited(d.state, left);
}

/** The last answer has so long to come. */
const LAST_WAIT_MS = 60_000;

/** When a provider is to be asked next; Infinity: none is. */
export const nextReceiptMs = ({ receipts = [] }: ResponderState): number =>
  Math.min(Infinity, ...receipts.map((one) => one.askAtMs));

function setAwaited(state: ResponderState, receipts: Awaited[]): void {
  if (receipts.length === 0) delete state.receipts;
  else state.receipts = receipts;
}

/**
 * Asks that were closed when this message was accepted, and that nothing else told of: nobody was reached after all. Those
 * still held here are settled with the others.
 */
function reportForgotten(d: Draft, row: MessageRow): void {
  if (row.purpose !== 'incident') return;
  const why = `${row.channel} ${row.error ?? 'not delivered'}`;
  const others = d.context.siblings.filter(
    (one) => one.code !== row.code && one.status !== 'failed' && one.status !== 'unknown',
  );
  const isPackHeld = d.state.packs?.some((one) => tellsOfPack(row, one)) === true;
  for (const member of row.members) {
    const { number, counter } = member;
    const isHeld =
      isPackHeld || d.state.tells.some((one) => one.ask.number === number && one.ask.counter === counter);
    const told = others.some((one) =>
      one.members.some((other) => other.number === number && other.counter >= counter),
    );
    if (isHeld || told || isCancelled(d.state, number, counter)) continue;
    unreachable(d, member, why);
  }
  if (isPackHeld) return;
  for (const pack of row.packs ?? []) {
    if (!others.some((one) => tellsOfPack(one, pack))) unreachablePack(d, pack, why);
  }
}

const tellsOfPack = ({ packs }: MessageRow, pack: Pick<Pack, 'from' | 'severity'>): boolean =>
  packs?.some((one) => isSamePack(one, pack)) === true;

/** As this step has just written it. */
function ended(d: Draft, code: number): MessageRow | null {
  const written = d.effects.rows.filter((one) => (one.body as MessageRow | null)?.code === code);
  return (written.at(-1)?.body as MessageRow | undefined) ?? null;
}

/** A receipt about another call than the one that counts, one that came twice, or an older one, changes nothing. */
function isNews(row: MessageRow, { status, providerId }: Receipt): boolean {
  if (providerId !== null && row.providerId !== null && row.providerId !== providerId) return false;
  if (row.status === 'delivered' || row.status === 'failed') return false;
  return status !== 'sent' || !row.log.some((one) => one.kind === 'receipt');
}

function words({ status, error, cure }: Receipt): string {
  if (status === 'sent' && error !== undefined) return `not delivered yet: ${error}`;
  if (status === 'sent') return 'passed on by the provider';
  if (status === 'delivered') return 'delivered';
  return `not delivered: ${error ?? 'the provider does not say why'}${cure === undefined ? '' : ` (${cure})`}`;
}
