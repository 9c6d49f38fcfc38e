/**
 * Asks providers what became of messages that no webhook told of. Nothing hangs on one answer: what fails, or is lost in a
 * crash, is asked again at the next time that the responder's state says.
 */
import type { Channel } from '../events/types.ts';
import type { Transport } from '../messaging/port.ts';
import { messageWithCode } from './reply-facts.ts';
import type { Awaited, ResponderState } from '../notifications/types.ts';
import type { Store } from '../store/port.ts';
import type { ResponderInput } from './effects.ts';
import type { Committed } from './machine-port.ts';
import type { Log } from './ports.ts';
import { outgoingOf } from './outgoing.ts';

export interface ReceiptCallsParts {
  log: Log;
  store: Pick<Store, 'rows'>;
  transports: ReadonlyMap<Channel, readonly Transport[]>;
  /** Hands the provider's word to the responder. */
  give(key: string, input: ResponderInput): void;
  stopping(): boolean;
}

const NONE_UNWRITTEN = new Map<string, never>();

export class ReceiptCalls {
  readonly #parts: ReceiptCallsParts;

  constructor(parts: ReceiptCallsParts) {
    this.#parts = parts;
  }

  /** After a responder's commit: asks about what it says is to be asked now. */
  committed({ key, op, envelope }: Committed<ResponderState>): void {
    for (const one of envelope.domain.receipts ?? []) {
      if (one.op === op && op !== '') void this.#ask(key, one);
    }
  }

  async #ask(key: string, { code, providerId }: Awaited): Promise<void> {
    const { log, store, transports, give, stopping } = this.#parts;
    try {
      const row = await messageWithCode(store, key, code, NONE_UNWRITTEN);
      const all = row === null ? [] : (transports.get(row.channel) ?? []);
      const transport = row?.provider === undefined ? all[0] : all.find(({ name }) => name === row.provider);
      if (row === null || transport?.receipt === undefined || stopping()) return;
      const receipt = await transport.receipt(outgoingOf(row), providerId);
      if (receipt !== null && !stopping()) give(key, { kind: 'receipt', id: '', code, receipt });
    } catch (error) {
      log.warn({ key, code, err: error }, 'a provider could not be asked what became of a message');
    }
  }
}
