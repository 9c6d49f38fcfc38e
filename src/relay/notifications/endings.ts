/** What the end of a message means for the asks behind it: told, to be told otherwise, or nobody reached (L2). */
import type { Ask } from '../engine/effects.ts';
import type { OnEnd } from './claim-ends.ts';
import type { Draft } from './draft.ts';
import { begin, tellUnreachable } from './errands.ts';
import { onNoticeEnd } from './notices.ts';
import { setPacks } from './packs.ts';
import { providerOf } from './providers.ts';
import type { MessageRow } from './rows.ts';
import type { Pack, Tell, Way } from './types.ts';
import { contactKey, fallenBack, isDue } from './ways.ts';

/** How a message's end closes the ways behind it. */
export const onEnd: OnEnd = (d, row, ending) => {
  if (row.purpose === 'notice') onNoticeEnd(d, row, ending);
  if (ending === 'accepted') awaitReceipt(d, row);
  if (row.purpose === 'incident') setWays(d, row, ending, 'sending');
};

/** The ways that a message went by become `status`, where they are `from`. */
export function setWays(
  d: Draft,
  { code, provider }: MessageRow,
  status: Way['status'],
  from: Way['status'],
): void {
  const doubted = status === 'unknown' && provider !== undefined ? { doubted: provider } : {};
  const update = (ways: Way[]): Way[] =>
    ways.map((way) => (way.code === code && way.status === from ? { ...way, status, ...doubted } : way));
  d.state.tells = d.state.tells.map((tell) => ({ ...tell, ways: update(tell.ways) }));
  if (d.state.packs !== undefined)
    d.state.packs = d.state.packs.map((pack) => ({ ...pack, ways: update(pack.ways) }));
}

/** Its provider says later what became of it, or is asked. */
function awaitReceipt(d: Draft, row: MessageRow): void {
  const { code, providerId, purpose } = row;
  if (providerId === null || purpose === 'answer' || providerOf(d.context, row)?.hasReceipts !== true) return;
  const others = (d.state.receipts ?? []).filter((one) => one.code !== code);
  const awaited = {
    code,
    providerId,
    ...(row.channel === 'voice' ? { called: row.to } : {}),
    askAtMs: d.context.nowMs + FIRST_ASK_MS,
    asked: 0,
    op: '',
  };
  d.state.receipts = [...others, awaited].slice(-RECEIPTS_AWAITED);
}

/** Most receipts come by themselves, or within seconds. */
const FIRST_ASK_MS = 20_000;
/** The oldest are given up past this. */
const RECEIPTS_AWAITED = 40;

/** Closes what is over, and brings forward what comes next where nothing that was tried may get through any more. */
export function settleTells(d: Draft): void {
  const contacts = d.context.person?.contacts ?? [];
  const live = new Set(contacts.filter((one) => one.disabled === undefined).map(contactKey));
  d.state.tells = d.state.tells.flatMap((tell) => closed(d, afoot(d, tell, live), `#${tell.ask.number}`));
  const { packs } = d.state;
  if (packs === undefined) return;
  setPacks(
    d,
    packs.flatMap((pack) =>
      isOver(pack) ? [] : closed(d, afoot(d, pack, live), `${pack.count} told together`),
    ),
  );
}

/** Nobody needs to be told of any of them any more, and nothing is under way. */
const isOver = ({ count, lookedAtMs, look, ways }: Pack): boolean =>
  count === 0 && look === null && lookedAtMs !== null && !ways.some((way) => way.status === 'sending');

/** Without ways to contacts that were switched off or taken away meanwhile; the next step sooner if need be. */
function afoot<Told extends Tell | Pack>(d: Draft, told: Told, live: ReadonlySet<string>): Told {
  const { nowMs } = d.context;
  const wakesMs = d.context.wakesFromMs('ask' in told ? told.ask.severity : told.severity);
  let { ways } = told;
  for (;;) {
    const left = ways.map((way): Way => {
      if (!isDue(way, nowMs)) return way;
      if (!live.has(contactKey(way))) return { ...way, status: 'failed' };
      // It has waited for room at its contact, and quiet hours have begun meanwhile.
      return way.channel !== 'email' && wakesMs > nowMs ? { ...way, atMs: wakesMs } : way;
    });
    ways = fallenBack(left, d.state.messages, nowMs, wakesMs);
    // What comes sooner now may lead to another contact that is gone.
    if (ways === left) return { ...told, ways };
  }
}

function closed<Told extends Tell | Pack>(d: Draft, told: Told, name: string): Told[] {
  const { ways, repeated } = told;
  if (ways.some((way) => way.status === 'waiting' || way.status === 'sending')) return [told];
  if (ways.some((way) => way.status === 'delivered')) return [];
  const awaited = d.state.receipts ?? [];
  if (ways.some((way) => way.status === 'accepted')) {
    const mayFail = ways.some((way) => awaited.some((one) => one.code === way.code));
    return mayFail ? [told] : [];
  }
  const last = 'ask' in told ? told.ask.last : told.last;
  if (last && !repeated && ways.some((way) => way.status === 'unknown')) {
    d.reasons.push(`${name}: in doubt by every way and nobody else is left: once more, marked`);
    const once = ways.map((way): Way => (way.status === 'unknown' ? waiting(way) : way));
    const fresh = 'ask' in told ? {} : { closed: true, lookedAtMs: null };
    return [{ ...told, ...fresh, ways: once, repeated: true }];
  }
  const why = ways.map((way) => `${way.channel} ${way.status}`).join(', ');
  report(d, told, why, name);
  return [];
}

/** Once more; another provider than the one that can't tell (providers.ts). */
const waiting = ({ channel, address, doubted }: Way): Way => ({
  channel,
  address,
  status: 'waiting',
  ...(doubted === undefined ? {} : { doubted }),
});

function report(d: Draft, told: Tell | Pack, why: string, name: string): void {
  if ('ask' in told) {
    unreachable(d, told.ask, why);
    return;
  }
  unreachablePack(d, told, why);
  d.reasons.push(`${name}: ${d.state.person} is unreachable: ${why}`);
}

/** Tells the incidents of a pack, some at a time, that this person can't be told of them. */
export function unreachablePack(
  d: Draft,
  { from, to, severity }: Pick<Pack, 'from' | 'to' | 'severity'>,
  why: string,
): void {
  const id = `${d.state.person}.u.q${from}`;
  begin(d, { id, from, to, severity, does: { kind: 'unreachable', why } });
}

/** Tells the incident that this person can't be told of it. */
export function unreachable(d: Draft, ask: Pick<Ask, 'number' | 'counter' | 'lineage'>, why: string): void {
  tellUnreachable(d, ask, why);
  d.reasons.push(`#${ask.number}: ${d.state.person} is unreachable: ${why}`);
}
