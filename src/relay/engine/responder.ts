/** How the engine drives responders: what is read before a step, and the bounds on what one may hold. */
import type { Channel } from '../events/types.ts';
import type { Transport } from '../messaging/port.ts';
import { nextWork, wanted } from '../notifications/looks.ts';
import { newResponder, step } from '../notifications/machine.ts';
import type { MessageRow } from '../notifications/rows.ts';
import type { Fact, ReplyFacts, ResponderContext, ResponderState } from '../notifications/types.ts';
import type { Person, Roster } from '../oncall/types.ts';
import { wakesFromMs, waysFor } from '../oncall/ways.ts';
import type { Row, Store } from '../store/port.ts';
import { canaryHost, canaryPerson, writtenOver } from './canary.ts';
import type { ResponderInput } from './effects.ts';
import { knownResponderTimer } from './known-inputs.ts';
import { factsOf, personOf } from './incident-facts.ts';
import { messageWithCode, newestMessages, replyFacts } from './reply-facts.ts';
import { queuedAsks } from './queued-asks.ts';
import { siblingsOf } from './siblings.ts';
import type { Committed, Machine } from './machine-port.ts';
import type { ProviderLimits } from './provider-limits.ts';
import type { TransportHealth } from './transport-health.ts';

export interface ResponderParts {
  store: Store;
  roster(): Roster;
  transports: ReadonlyMap<Channel, readonly Transport[]>;
  health: Pick<TransportHealth, 'isHealthy'>;
  /** Null: with a quorum. */
  degraded: { host: string; firstCode: number } | null;
  answerable: ReadonlySet<Channel>;
  /** See EngineParts. */
  answerLinks?(): ((messageId: string) => string) | null;
  /** How many messages contacts and providers may be given. */
  limits: Pick<ProviderLimits, 'pace' | 'waitMs'>;
  /** IANA zone of the hours of people who have none. */
  zone: string;
  committed(commit: Committed<ResponderState>): void;
  monoMs(): number;
  /** While stopping, only what became of calls is taken. */
  stopping(): boolean;
}

/** Messages looked at for adopted provider ids. */
const ADOPTED_MESSAGES = 100;

/** What errands hand over at once: they wait until others have taken it. */
const HANDED_OVER = 60;

const NO_WAYS = { ways: [], why: null };

const NONE_CODED: ReadonlyMap<number, MessageRow> = new Map();

export function responderMachine(
  parts: ResponderParts,
): Machine<ResponderState, ResponderInput, ResponderContext> {
  /** What was read for asks that are about to be stepped, null where nothing need be; each is used once. */
  const ahead = new WeakMap<ResponderInput, Promise<ReadonlyMap<number, Fact>> | null>();
  const unseenYet = (input: ResponderInput): boolean =>
    input.kind === 'tell' && input.ask.first && parts.monoMs() < input.freshUntilMonoMs;
  return {
    mayBeNew: false,
    initial: (key) => newResponder(personOf(key), parts.degraded?.firstCode),
    step(state, input, context) {
      const result = step(state, input, context);
      return canaryHost(state.person) === null ? result : writtenOver(result);
    },
    timer: (name) => ({ kind: 'timer', name: knownResponderTimer(name) }),
    // Answers and cancels before pages, and notices last of what waits.
    urgent: (input) => input.kind !== 'tell' && input.kind !== 'notice',
    canTake: (input, waiting) =>
      input.kind === 'outcome' || (!parts.stopping() && (input.kind !== 'go' || waiting < HANDED_OVER)),
    committed: parts.committed,
    lookAhead(inputs) {
      for (const input of inputs) {
        if (input.kind !== 'tell') continue;
        // Judged for all of a commit at once: while one is read the next would go stale, and be read alone, and so on.
        if (unseenYet(input)) {
          ahead.set(input, null);
          continue;
        }
        const reading = factsOf(parts.store, input.person, [input.ask]);
        // Whoever awaits it hears of a failure; a step that is put off has no need of it.
        reading.catch(() => undefined);
        ahead.set(input, reading);
      }
    },
    async context(key, state, input, op, nowMs, unwritten) {
      const id = personOf(key);
      const person: Person | null =
        canaryPerson(id) ?? parts.roster().people.find((one) => one.id === id) ?? null;
      const reply = input.kind === 'reply' ? await replyFacts(parts.store, key, input, unwritten) : null;
      const pace = parts.limits.pace(nowMs);
      const work = input.kind === 'go' ? nextWork(state, pace, nowMs) : null;
      const queued = work === null ? [] : await queuedAsks(parts.store, key, work, unwritten);
      const read = ahead.get(input);
      ahead.delete(input);
      const unseen = read === null || (read === undefined && unseenYet(input));
      const numbers = [
        ...queued.filter(({ ask }) => ask.severity === work?.severity).map(({ ask }) => ask),
        ...numbersFor(state, input, unseen, reply, nowMs, pace),
      ];
      const facts = await (read ?? factsOf(parts.store, id, numbers));
      const coded =
        input.kind === 'adopt' ? await codedAlready(parts.store, key, input, unwritten) : NONE_CODED;
      const receipted =
        input.kind === 'receipt' ? await messageWithCode(parts.store, key, input.code, unwritten) : null;
      const degraded = parts.degraded?.host ?? null;
      const channels = channelsOf(parts);
      return {
        nowMs,
        op,
        person,
        channels,
        facts,
        reply,
        receipted,
        unseen,
        queued,
        coded,
        degraded,
        linkOf: parts.answerLinks?.() ?? null,
        siblings: await siblingsOf(parts.store, key, input, receipted, unwritten),
        ways: (severity) =>
          person === null
            ? NO_WAYS
            : waysFor(person, severity, nowMs, parts.zone, (channel) => channels[channel] !== undefined),
        wakesFromMs: (severity) =>
          person === null ? nowMs : wakesFromMs(person, severity, nowMs, parts.zone),
        pace,
      };
    },
  };
}

function channelsOf({
  transports,
  health,
  limits,
  answerable,
}: ResponderParts): ResponderContext['channels'] {
  const channels: ResponderContext['channels'] = {};
  for (const [channel, inOrder] of transports) {
    const providers = inOrder.map((one) => ({
      name: one.name,
      settleMs: one.settleMs,
      hasReceipts: one.receipt !== undefined,
      healthy: health.isHealthy(one.name),
      ...(limits.waitMs(one) > 0 ? { full: true as const } : {}),
    }));
    if (providers.length > 0) channels[channel] = { answerable: answerable.has(channel), providers };
  }
  return channels;
}

/** Which incidents must be looked at for this input (rule 10: every claim but an incident's first). */
function numbersFor(
  state: ResponderState,
  input: ResponderInput,
  unseen: boolean,
  reply: ReplyFacts | null,
  nowMs: number,
  pace: ResponderContext['pace'],
): { number: number; lineage: string }[] {
  if (input.kind === 'tell' && !unseen) return [input.ask];
  if (input.kind === 'go') {
    const numbers = new Set(wanted(state, pace, nowMs));
    const known = new Map<number, string>();
    for (const { ask } of state.tells) known.set(ask.number, ask.lineage);
    for (const { shown } of state.packs ?? []) for (const one of shown) known.set(one.number, one.lineage);
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

/** Messages that have the codes of those to be adopted. */
async function codedAlready(
  store: Store,
  key: string,
  input: Extract<ResponderInput, { kind: 'adopt' }>,
  unwritten: ReadonlyMap<string, Row>,
): Promise<ReadonlyMap<number, MessageRow>> {
  const coded = new Map<number, MessageRow>();
  await Promise.all(
    input.messages.map(async ({ code }) => {
      const row = await messageWithCode(store, key, code, unwritten);
      if (row !== null) coded.set(code, row);
    }),
  );
  return coded;
}

/**
 * Provider ids that other messages of this responder own: a find at the provider may not adopt them (rule 5). Another
 * provider's ids are none of them: two that count up may well use the same.
 */
export async function adoptedIds(store: Store, key: string, of: MessageRow): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const { code, channel, provider, providerId } of await newestMessages(store, key, ADOPTED_MESSAGES)) {
    const same =
      channel === of.channel &&
      (provider === undefined || of.provider === undefined || provider === of.provider);
    if (code !== of.code && same && providerId !== null) ids.add(providerId);
  }
  return ids;
}
