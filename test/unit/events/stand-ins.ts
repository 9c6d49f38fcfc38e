/** What the intakes are given in these tests: a roster, a journal in memory, a log that is kept. */
import { readFileSync } from 'node:fs';
import type { Log } from '../../../src/relay/engine/ports.ts';
import type { Accept, NewInput } from '../../../src/relay/events/accept.ts';
import { hashKey } from '../../../src/relay/events/keys.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { shardOf } from '../../../src/relay/store/places.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';

export const KEY = '00112233445566778899aabbccddeeff';
export const DB_KEY = 'ffeeddccbbaa99887766554433221100';

export function roster(): Roster {
  return {
    version: 1,
    people: [],
    policies: [],
    overrides: [],
    defaultService: 'default',
    services: [
      { id: 'default', policy: 'default', keyHashes: [hashKey(KEY)] },
      { id: 'db', policy: 'default', keyHashes: ['0'.repeat(64), hashKey(DB_KEY)] },
      { id: 'web-shop', policy: 'default', keyHashes: [] },
    ],
  };
}

/** A journal in memory: idempotent by stable id as the real one is, and made to fail or wait at will. */
export class Journal {
  readonly rows: JournalRow[] = [];
  readonly calls: NewInput[][] = [];
  failWith: Error | null = null;
  /** While set, nothing becomes durable until it resolves. */
  gate: Promise<void> | null = null;
  #onCall: (() => void)[] = [];

  accept: Accept = async (inputs) => {
    this.calls.push(inputs);
    for (const wake of this.#onCall.splice(0)) wake();
    if (this.gate !== null) await this.gate;
    if (this.failWith !== null) throw this.failWith;
    return inputs.map(({ stableId, input, raw }) => {
      const seq = this.rows.length + 1;
      const row: JournalRow = {
        id: `j:${stableId ?? String(seq)}`,
        shard: shardOf('i:default/'),
        stamp: { host: 'a', seq, atMs: 0, trusted: true },
        input,
        raw,
      };
      if (!this.rows.some((one) => one.id === row.id)) this.rows.push(row);
      return row;
    });
  };

  /** Resolves when accept has been called `count` times. */
  async called(count: number): Promise<void> {
    while (this.calls.length < count) {
      await new Promise<void>((resolve) => {
        this.#onCall.push(resolve);
      });
    }
  }

  get events(): AlertEvent[] {
    return this.rows.flatMap(({ input }) => (input.kind === 'alert' ? input.events : []));
  }

  /** The only event; fails when there are none or several. */
  get event(): AlertEvent {
    const [event, ...more] = this.events;
    if (event === undefined || more.length > 0)
      throw new Error(`expected one event, not ${this.events.length}`);
    return event;
  }
}

export class KeptLog implements Log {
  readonly lines: { level: 'info' | 'warn' | 'error'; fields: Record<string, unknown>; text: string }[] = [];
  info(fields: Record<string, unknown>, text: string): void {
    this.lines.push({ level: 'info', fields, text });
  }
  warn(fields: Record<string, unknown>, text: string): void {
    this.lines.push({ level: 'warn', fields, text });
  }
  error(fields: Record<string, unknown>, text: string): void {
    this.lines.push({ level: 'error', fields, text });
  }
  /** Everything in it, for looking whether a secret got there. */
  get text(): string {
    return JSON.stringify(this.lines);
  }
}

/** A raw mail of test/fixtures/mail, its lines ended as SMTP ends them. */
export function fixture(name: string): Buffer {
  const raw = readFileSync(new URL(`../../fixtures/mail/${name}.eml`, import.meta.url), 'latin1');
  return Buffer.from(raw.replace(/\r?\n/g, '\r\n'), 'latin1');
}

/** Lines as a mail's bytes. */
export function mailOf(...lines: string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}
