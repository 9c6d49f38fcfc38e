/** S3: what providers took, once a message and once an ask, unless it is marked as a possible repeat. */
import { MESSAGE, messageKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { AloneCheck } from './alone-check.ts';
import type { Outgoing } from '../../src/relay/messaging/port.ts';
import type { Ledger, Taken } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';

interface LedgerCheckParts {
  disk: MemoryDisk;
  alone: AloneCheck;
  ledger(): Ledger;
  fail(invariant: string, text: string): void;
}

export class LedgerCheck {
  readonly #parts: LedgerCheckParts;
  /** `contact/number/counter` already told. */
  readonly #told = new Set<string>();

  constructor(parts: LedgerCheckParts) {
    this.#parts = parts;
  }

  onTaken(taken: Taken, message: Outgoing): void {
    if (this.#parts.ledger().byMessage.has(message.id))
      this.#parts.fail('S3', `${message.id} was taken twice by the provider`);
    if (/may be a repeat/.test(`${message.subject ?? ''} ${message.body}`)) return;
    for (const { number, counter } of this.#row(taken)?.members ?? []) {
      const ask = `${taken.channel}/${taken.to}/${number}.${counter}`;
      if (this.#told.has(ask)) this.#parts.fail('S3', `${ask} was told twice (second by ${message.id})`);
      this.#told.add(ask);
    }
  }

  #row(taken: Taken): MessageRow | null {
    const file = this.#parts.alone.fileOf(taken.code);
    if (file !== null) return this.#parts.alone.rowOf(file, taken.person, taken.code);
    const json = this.#parts.disk.aggregates
      .get(`r:${taken.person}`)
      ?.rows.get(MESSAGE)
      ?.get(messageKey(taken.code));
    return json === undefined ? null : (JSON.parse(json) as MessageRow);
  }
}
