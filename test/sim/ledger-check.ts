/** S3: what providers took, once a message and once an ask, unless it is marked as a possible repeat. */
import { MESSAGE, messageKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { AloneCheck } from './alone-check.ts';
import type { Outgoing } from '../../src/relay/messaging/port.ts';
import type { Ledger, Taken } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { toldOf } from './told.ts';

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
    const told = this.#row(taken);
    if (told === null) return;
    for (const { number, counter } of toldOf(told.disk, told.row)) {
      const ask = `${taken.channel}/${taken.to}/${number}.${counter}`;
      if (this.#told.has(ask)) this.#parts.fail('S3', `${ask} was told twice (second by ${message.id})`);
      this.#told.add(ask);
    }
  }

  #row(taken: Taken): { disk: MemoryDisk; row: MessageRow } | null {
    const file = this.#parts.alone.fileOf(taken.code);
    const { disk } = file ?? this.#parts;
    const json = disk.aggregates.get(`r:${taken.person}`)?.rows.get(MESSAGE)?.get(messageKey(taken.code));
    return json === undefined ? null : { disk, row: JSON.parse(json) as MessageRow };
  }
}
