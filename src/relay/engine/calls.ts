/**
 * Provider calls: a claim that this process committed is called once, in time or not at all, and claims that expired
 * are settled by asking the provider (rules 5 and 6). What comes back goes to the responder's lane; if it is lost on
 * the way, the claim's own timer settles it.
 */
import type { Channel } from '../events/types.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../messaging/port.ts';
import { CALL_WITHIN_MS, SEND_DEADLINE_MS, expiryMs } from '../notifications/expiry.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Message, ResponderState } from '../notifications/types.ts';
import type { ResponderInput } from './effects.ts';
import type { Committed } from './machine-port.ts';
import type { Store } from '../store/port.ts';
import { outgoingOf } from './outgoing.ts';
import type { Clock, Log } from './ports.ts';
import type { ProviderLimits } from './provider-limits.ts';
import { ReceiptCalls } from './receipt-calls.ts';
import type { TransportHealth } from './transport-health.ts';

export interface CallsParts {
  clock: Clock;
  log: Log;
  transports: ReadonlyMap<Channel, readonly Transport[]>;
  /** Hands what became of a call to the responder. */
  give(key: string, input: ResponderInput): void;
  /** Provider ids that this responder's other messages own at the same provider. */
  adopted(key: string, row: MessageRow): Promise<ReadonlySet<string>>;
  store: Pick<Store, 'rows'>;
  /** What the calls say of their providers. */
  health: Pick<TransportHealth, 'works' | 'failed'>;
  limits: Pick<ProviderLimits, 'counts'>;
  /** As EngineParts.answerLinks. */
  answerLinks?(): ((messageId: string) => string) | null;
  /** When a message's call starts. */
  calling?(message: Outgoing): void;
  /** When that call has ended. */
  answered?(message: Outgoing): void;
}

interface Seen {
  attempt: number;
  monoMs: number;
}

export class Calls {
  readonly #parts: CallsParts;
  readonly #calling = new Set<Promise<void>>();
  readonly #settling = new Set<string>();
  /** When this process first saw each claim; settling counts from there (rule 6). */
  readonly #firstSeen = new Map<string, Seen>();
  readonly #receipts: ReceiptCalls;
  #stopped = false;

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.#receipts = new ReceiptCalls({ ...parts, stopping: () => this.#stopped });
  }

  get active(): number {
    return this.#calling.size;
  }

  /** No call starts any more; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#calling);
  }

  /** After a responder's commit: calls what it claimed, settles what it says is to be settled. */
  committed(commit: Committed<ResponderState>): void {
    const { key, op, envelope, change, sentAtMonoMs } = commit;
    this.#receipts.committed(commit);
    for (const message of envelope.domain.messages) {
      this.#note(message, message.claimOp === op ? sentAtMonoMs : this.#parts.clock.monoMs());
      if (message.status === 'claimed' && message.claimOp === op) {
        this.#track(this.#call(key, message, sentAtMonoMs));
      } else if (message.status === 'settling') {
        this.#settle(key, message);
      }
    }
    for (const { kind, body } of change.rows) {
      const row = body as MessageRow;
      // It is over: what was kept for it goes.
      if (kind === MESSAGE && row.status !== 'claimed') this.#firstSeen.delete(row.id);
    }
  }

  #note(message: Message, monoMs: number): void {
    const known = this.#firstSeen.get(message.row.id);
    if (known?.attempt !== message.attempt) {
      this.#firstSeen.set(message.row.id, { attempt: message.attempt, monoMs });
    }
  }

  #track(call: Promise<void>): void {
    this.#calling.add(call);
    void call.finally(() => this.#calling.delete(call));
  }

  /** The one of its claim; older versions named none, and meant the first. */
  #transportOf({ channel, provider }: MessageRow): Transport | undefined {
    const all = this.#parts.transports.get(channel) ?? [];
    return provider === undefined ? all[0] : all.find(({ name }) => name === provider);
  }

  async #call(key: string, message: Message, sentAtMonoMs: number): Promise<void> {
    const { clock } = this.#parts;
    const transport = this.#transportOf(message.row);
    const wallAtClaimMs = clock.wallMs() - (clock.monoMs() - sentAtMonoMs);
    const mayStart = (): boolean =>
      !this.#stopped &&
      clock.monoMs() - sentAtMonoMs < CALL_WITHIN_MS &&
      Math.abs(clock.wallMs() - wallAtClaimMs) < CALL_WITHIN_MS;
    let outcome: SendOutcome;
    if (transport === undefined) {
      outcome = noTransport(message.row);
    } else {
      const outgoing = outgoingOf(message.row, this.#parts.answerLinks?.());
      this.#parts.limits.counts(transport);
      this.#parts.calling?.(outgoing);
      outcome = await this.#guarded(() =>
        transport.send(outgoing, { deadlineMs: SEND_DEADLINE_MS, mayStart }),
      );
      this.#parts.answered?.(outgoing);
      this.#noteHealth(transport, outcome);
    }
    this.#parts.give(key, { kind: 'outcome', code: message.row.code, attempt: message.attempt, outcome });
  }

  /** A transport never throws; if one does all the same, it may have sent. */
  async #guarded(send: () => Promise<SendOutcome>): Promise<SendOutcome> {
    try {
      return await send();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'a transport threw');
      return { kind: 'doubt', error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** What isn't this one message's fault stands as a problem until a page gets through: nobody may think that all is well. */
  #noteHealth(transport: Transport, outcome: SendOutcome): void {
    const { health } = this.#parts;
    if (outcome.kind === 'accepted') health.works(transport.name);
    if (outcome.kind === 'accepted' || outcome.kind === 'late') return;
    this.#parts.log.warn({ transport: transport.name, outcome }, 'a page was not taken by its provider');
    if (outcome.kind === 'refused' && outcome.permanent && outcome.account !== true) return;
    const said = outcome.kind === 'doubt' ? outcome.error : `${outcome.code} ${outcome.error}`.trim();
    const cure =
      (outcome.kind === 'refused' ? outcome.cure : undefined) ??
      `see whether ${transport.name} can be reached and answers; relay tries again by itself`;
    const account = outcome.kind === 'refused' && outcome.account === true;
    health.failed(transport.name, { error: said, cure, account, silent: outcome.kind === 'doubt' });
  }

  #settle(key: string, message: Message): void {
    const { id } = message.row;
    const transport = this.#transportOf(message.row);
    if (this.#settling.has(id) || this.#stopped) return;
    this.#settling.add(id);
    const seenMonoMs = this.#firstSeen.get(id)?.monoMs ?? this.#parts.clock.monoMs();
    const waitMs = seenMonoMs + expiryMs(transport?.settleMs ?? 0) - this.#parts.clock.monoMs();
    this.#parts.clock.after(Math.max(0, waitMs), () => {
      void this.#ask(key, message, transport).finally(() => this.#settling.delete(id));
    });
  }

  async #ask(key: string, message: Message, transport: Transport | undefined): Promise<void> {
    const { row, attempt } = message;
    let result: SettleOutcome;
    try {
      result =
        transport === undefined
          ? { kind: 'unclear', error: noTransport(row).error, retry: false }
          : await transport.settle(outgoingOf(row, this.#parts.answerLinks?.()), {
              claimedAtMs: row.claimedAtMs,
              adopted: await this.#parts.adopted(key, row),
            });
    } catch (error) {
      this.#parts.log.warn({ message: row.id, err: error }, 'asking the provider failed');
      result = {
        kind: 'unclear',
        error: error instanceof Error ? error.message : String(error),
        retry: true,
      };
    }
    if (this.#stopped) return;
    this.#parts.give(key, { kind: 'settled', code: row.code, attempt, result });
  }
}

function noTransport({ channel, provider }: MessageRow): Extract<SendOutcome, { kind: 'refused' }> {
  return {
    kind: 'refused',
    permanent: true,
    code: 'no-transport',
    error: `${provider ?? 'no transport'} for ${channel} is ${provider === undefined ? '' : 'no longer '}configured`,
    cure: `configure one for ${channel}, or remove the contact method`,
  };
}
