/**
 * Packs: asks that the state has no room for wait as rows of a queue, and a pack stands for all of one severity that
 * came in a row. It is told by one message a way, whatever its size; a storm costs a person a handful (S12). Before each
 * message all its incidents are looked at, some at a time (rule 10); those answered meanwhile no longer count.
 */
import type { Ask } from '../engine/effects.ts';
import type { Severity } from '../events/types.ts';
import type { Draft } from './draft.ts';
import { PACKED, QUEUED, packName, queueKey, toldPrefix } from './rows.ts';
import type { Fact, Pack, ResponderState, Shown, Way } from './types.ts';
import { type Contact, isDue, leadsTo } from './ways.ts';

/** Of a pack's asks, so many are named in texts. */
const SHOWN = 8;
const SERVICES = 6;
/** A look counts for so long. */
const FRESH_MS = 30_000;
/** Asks looked at in one step. */
const LOOKED_AT_ONCE = 150;

/** Puts an ask behind those that wait: into the open pack of its severity, or a new one. */
export function intoPack(d: Draft, ask: Ask, ways: Way[]): void {
  const { tail } = d.state.queue;
  const { nowMs } = d.context;
  d.state.queue = { head: tail + 1, tail: tail + 1 };
  const packs = d.state.packs ?? [];
  const open = packs.find((one) => !one.closed && one.severity === ask.severity);
  const pack = open ?? newPack(tail, ask.severity, ways);
  const index = queueKey(tail);
  d.effects.rows.push(
    { kind: QUEUED, key: index, body: ask, endedAtMs: nowMs },
    {
      kind: PACKED,
      key: `${toldPrefix(ask.number)}${index}`,
      body: packName(pack),
      endedAtMs: nowMs,
    },
  );
  // Its incident has been looked at for this very step, or has just opened: no look has to begin again for it, or as long
  // as incidents come none would ever end.
  const grown: Pack = {
    ...pack,
    ...withOne(pack, ask),
    to: tail + 1,
    last: pack.last || ask.last,
    look: pack.look === null ? null : { ...pack.look, ...withOne(pack.look, ask) },
  };
  d.state.packs = open === undefined ? [...packs, grown] : packs.map((one) => (one === open ? grown : one));
  d.reasons.push(`#${ask.number} is told together with ${grown.count - 1} others`);
}

type Counts = Pick<Pack, 'count' | 'shown' | 'services'>;

const withOne = ({ count, shown, services }: Counts, ask: Ask): Counts => ({
  count: count + 1,
  shown: shown.length < SHOWN ? [...shown, shownOf(ask)] : shown,
  services: counted(services, ask.service),
});

/** One that nothing is in yet. */
export const newPack = (from: number, severity: Severity, ways: Way[]): Pack => ({
  from,
  to: from,
  severity,
  count: 0,
  shown: [],
  services: [],
  ways,
  repeated: false,
  last: false,
  closed: false,
  lookedAtMs: null,
  look: null,
});

/** Whether all its incidents were looked at, and lately. */
export const isFresh = ({ lookedAtMs, look }: Pack, nowMs: number): boolean =>
  look === null && lookedAtMs !== null && nowMs - lookedAtMs < FRESH_MS && nowMs >= lookedAtMs;

/** Packs with something to be told to a contact now. */
export const duePacks = (state: ResponderState, contact: Contact, nowMs: number): Pack[] =>
  (state.packs ?? []).filter((pack) => pack.ways.some((way) => leadsTo(way, contact) && isDue(way, nowMs)));

/** The next rows of a pack to look at: up to where it ended when the look began. */
export function rowsToLookAt({ look, from, to }: Pack): { from: number; to: number } {
  const at = look?.at ?? from;
  return { from: at, to: Math.min(look?.to ?? to, at + LOOKED_AT_ONCE) };
}

/** Takes what was read of a pack: its next rows, and how their incidents are. */
export function lookedAt(d: Draft, pack: Pack): void {
  const look = pack.look ?? { at: pack.from, to: pack.to, count: 0, shown: [], services: [] };
  const { to } = rowsToLookAt(pack);
  const found = d.context.queued
    .filter(({ index, ask }) => index >= look.at && index < to && ask.severity === pack.severity)
    .filter(({ ask }) => isWanted(d, ask))
    .reduce((counts: Counts, { ask }) => withOne(counts, ask), look);
  const { count, shown, services } = found;
  const through = to >= (look.to ?? pack.to);
  replace(
    d,
    pack,
    through
      ? { ...pack, count, shown, services, look: null, lookedAtMs: d.context.nowMs }
      : { ...pack, look: { at: to, to: look.to ?? pack.to, count, shown, services } },
  );
  if (through) d.reasons.push(`${count} of the incidents ${pack.severity} told together are open`);
}

/** What names a pack: where it begins in the queue, and of which severity it is. */
export const isSamePack = (a: PackName, b: PackName): boolean =>
  a.from === b.from && a.severity === b.severity;

type PackName = Pick<Pack, 'from' | 'severity'>;

/** Replaces a pack; one with nothing left to be told is given up. */
export function replace(d: Draft, pack: Pack, next: Pack): void {
  const packs = (d.state.packs ?? []).map((one) => (isSamePack(one, pack) ? next : one));
  setPacks(d, packs);
}

/** No pack is kept as an empty list. */
export function setPacks(d: Draft, packs: Pack[]): void {
  if (packs.length === 0) delete d.state.packs;
  else d.state.packs = packs;
}

/** Without those it names that were answered since it was looked at. Null: those it named are no more, look again. */
export function stillShown(d: Draft, pack: Pack): Pack | null {
  const shown = pack.shown.filter((one) => isWanted(d, one));
  const gone = pack.shown.length - shown.length;
  if (gone === 0) return pack;
  if (shown.length === 0 && pack.count > gone) return null;
  return { ...pack, shown, count: pack.count - gone };
}

/** Whether an ask is still to be told: its incident is open, and neither a cancel nor a newer ask has come. */
export function isWanted(d: Draft, { number, counter }: Pick<Ask, 'number' | 'counter'>): boolean {
  const fact = d.context.facts.get(number);
  return !isAnswered(fact, counter) && !isCancelled(d.state, number, counter);
}

export const isCancelled = (state: ResponderState, number: number, counter: number): boolean =>
  state.cancels.some((one) => one.number === number && one.counter > counter);

const isAnswered = (fact: Fact | undefined, counter: number): boolean =>
  fact === undefined || fact.status !== 'triggered' || (fact.asked ?? 0) > counter;

const shownOf = ({ number, counter, lineage, service, severity, summary, openedAtMs }: Ask): Shown => ({
  number,
  counter,
  lineage,
  service,
  severity,
  summary:
    summary.length <= SHOWN_CHARACTERS
      ? summary
      : `${summary.slice(0, SHOWN_CHARACTERS - 1).toWellFormed()}…`,
  openedAtMs,
});

const SHOWN_CHARACTERS = 120;

/** The first services are counted by name, the others not. */
function counted(services: Pack['services'], name: string): Pack['services'] {
  if (services.some((one) => one.name === name))
    return services.map((one) => (one.name === name ? { ...one, count: one.count + 1 } : one));
  return services.length < SERVICES ? [...services, { name, count: 1 }] : services;
}
