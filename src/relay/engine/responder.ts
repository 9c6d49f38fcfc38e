/** How the engine drives responders: what is read before a step, and the bounds on what one may hold. */
import type { Channel } from '../events/types.ts';
import { wanted } from '../notifications/asks.ts';
import { newResponder, step } from '../notifications/machine.ts';
import { MESSAGE, messageKey, type MessageRow } from '../notifications/rows.ts';
import type { Fact, ReplyFacts, ResponderContext, ResponderState } from '../notifications/types.ts';
import type { Roster } from '../oncall/types.ts';
import type { Row, Store } from '../store/port.ts';
import type { ResponderInput } from './effects.ts';
import type { Committed, Machine } from './machine-port.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Envelope } from './envelope.ts';

export interface ResponderParts {
  store: Store;
  roster(): Roster;
  channels(): Partial<Record<Channel, { answerable: boolean; settleMs: number }>>;
  committed(commit: Committed<ResponderState>): void;
  /** While stopping, only what became of calls is taken. */
  stopping(): boolean;
}

/** Asks a responder holds at most; more wait in their lane, undone (state stays small). */
const TELLS_HELD = 60;
/** What they and the messages under way take at most before more wait; a bundle may double it. */
const HELD_BYTES = 10_000;
/** How far back a bare command looks for what was sent. */
const RECENT_MESSAGES = 200;
/** Messages looked at for adopted provider ids. */
const ADOPTED_MESSAGES = 100;

const personOf = (key: string): string => key.slice('r:'.length);

export function responderMachine(
  parts: ResponderParts,
): Machine<ResponderState, ResponderInput, ResponderContext> {
  return {
    initial: (key) => newResponder(personOf(key)),
    step,
    timer: (name) => ({ kind: 'timer', name }),
    urgent: (input) => input.kind !== 'tell',
    canTake: (state, input) => {
      if (parts.stopping()) return input.kind === 'outcome';
      return input.kind !== 'tell' || (state.tells.length < TELLS_HELD && heldBytes(state) < HELD_BYTES);
    },
    committed: parts.committed,
    async context(key, state, input, op, nowMs, unwritten) {
      const person = parts.roster().people.find((one) => one.id === personOf(key)) ?? null;
      const reply = input.kind === 'reply' ? await replyFacts(parts.store, key, input, unwritten) : null;
      const facts = await factsOf(parts.store, numbersFor(state, input, reply, nowMs));
      return { nowMs, op, person, channels: parts.channels(), facts, reply };
    },
  };
}

/** Roughly what asks and messages take in the state. */
function heldBytes({ tells, messages }: ResponderState): number {
  let bytes = 0;
  for (const { ask, ways } of tells) {
    bytes += 240 + ways.length * 70 + textBytes(ask.summary, ask.details, ask.lineage);
  }
  for (const { row } of messages) {
    bytes += 500 + textBytes(row.body, row.subject);
    for (const member of row.members) bytes += 80 + textBytes(member.summary, member.lineage);
  }
  return bytes;
}

const textBytes = (...texts: (string | undefined)[]): number =>
  texts.reduce((sum, text) => sum + (text === undefined ? 0 : Buffer.byteLength(text)), 0);

/** Which incidents must be looked at for this input (rule 10: every claim but an incident's first). */
function numbersFor(
  state: ResponderState,
  input: ResponderInput,
  reply: ReplyFacts | null,
  nowMs: number,
): { number: number; lineage: string }[] {
  if (input.kind === 'tell' && !(input.fresh && input.ask.first)) return [input.ask];
  if (input.kind === 'go') {
    const numbers = new Set(wanted(state, nowMs));
    const known = new Map<number, string>();
    for (const { ask } of state.tells) known.set(ask.number, ask.lineage);
    for (const { row } of state.messages) for (const one of row.members) known.set(one.number, one.lineage);
    return [...known]
      .filter(([number]) => numbers.has(number))
      .map(([number, lineage]) => ({ number, lineage }));
  }
  if (reply !== null) {
    const messages = reply.named === null ? reply.recent : [reply.named, ...reply.recent];
    return messages.flatMap((row) => row.members);
  }
  return [];
}

async function factsOf(
  store: Store,
  incidents: { number: number; lineage: string }[],
): Promise<ReadonlyMap<number, Fact>> {
  const lineages = new Map(incidents.map((one) => [one.number, one.lineage]));
  const facts = new Map<number, Fact>();
  await Promise.all(
    [...lineages].map(async ([number, lineage]) => {
      const { state } = await store.load(lineage);
      const incident = (state as Envelope<LineageState> | undefined | null)?.domain.incident ?? null;
      // A lineage that has gone on to another incident has resolved this one.
      facts.set(
        number,
        incident?.number === number
          ? { status: incident.status, by: incident.answeredBy }
          : { status: 'resolved', by: null },
      );
    }),
  );
  return facts;
}

async function replyFacts(
  store: Store,
  key: string,
  input: Extract<ResponderInput, { kind: 'reply' }>,
  unwritten: ReadonlyMap<string, Row>,
): Promise<ReplyFacts> {
  // What became of a message in this very commit counts, and must not be written over with what it was before.
  const latest = (row: Row): MessageRow => (unwritten.get(`${MESSAGE}/${row.key}`) ?? row).body as MessageRow;
  const { code, scope } = input.command;
  let named: MessageRow | null = null;
  if (code !== null) {
    const [row] = await store.rows(key, MESSAGE, { prefix: messageKey(code), limit: 1 });
    named = row === undefined ? null : latest(row);
  }
  if (code !== null && scope === 'message') return { named, recent: [] };
  const rows = await store.rows(key, MESSAGE, { reverse: true, limit: RECENT_MESSAGES });
  const recent = rows.map(latest).filter((row) => row.purpose === 'incident');
  return { named, recent };
}

/** Provider ids that other messages of this responder own: a find at the provider may not adopt them (rule 5). */
export async function adoptedIds(store: Store, key: string, except: number): Promise<ReadonlySet<string>> {
  const rows = await store.rows(key, MESSAGE, { reverse: true, limit: ADOPTED_MESSAGES });
  const ids = new Set<string>();
  for (const { body } of rows) {
    const { code, providerId } = body as MessageRow;
    if (code !== except && providerId !== null) ids.add(providerId);
  }
  return ids;
}
