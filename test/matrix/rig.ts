/**
 * One page about one incident, by the real engine and real transports over stand-ins, with a clock moved by hand: what a
 * provider does to it, and what the phones and mailboxes have got in the end.
 */
import { randomUUID } from 'node:crypto';
import { Engine } from '../../src/relay/engine/engine.ts';
import type { Log } from '../../src/relay/engine/ports.ts';
import { shardOfInput } from '../../src/relay/events/shard.ts';
import type { Channel, Receipt } from '../../src/relay/events/types.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import { MESSAGE, responderKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import { emptyRoster } from '../../src/relay/oncall/edits.ts';
import type { ContactMethod, Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../src/relay/store/port.ts';
import { HandClock } from '../contract/hand-clock.ts';
import { MemoryStore } from '../sim/memory-store.ts';

/** What is tried first, what is tried when it fails, and after how long it is tried in any case. */
export interface Ways {
  first: { transport: Transport; contact: ContactMethod };
  fallback: { transport: Transport; contact: ContactMethod };
  /** Calls that their stand-ins don't answer: only time ends them. */
  hanging(): number;
}

/** The next step of Ana's rule, should nothing go wrong and nobody answer. */
export const NEXT_STEP_MS = 10 * 60_000;
const STEP_MS = 250;
/** Turns without anything under way after which nothing more comes of what has been answered. */
const QUIET_TURNS = 20;
/** Real time in which a stand-in must answer; past it the test is at fault. */
const ANSWERED_WITHIN_MS = 30_000;

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

export class Rig {
  readonly clock = new HandClock();
  /** When each channel was first called, since the alert. */
  readonly calledAtMs = new Map<Channel, number>();
  /** Contacts that were switched off. */
  readonly switchedOff: string[] = [];
  readonly #store: MemoryStore;
  readonly #engine: Engine;
  readonly #ways: Ways;
  #underWay = 0;
  #rows = 0;

  constructor(makeWays: (clock: HandClock) => Ways) {
    const { clock } = this;
    const startMs = Date.now();
    clock.wallMs = () => startMs + clock.monoMs();
    this.#store = new MemoryStore({ nowMs: () => clock.wallMs() });
    this.#ways = makeWays(clock);
    const { first, fallback } = this.#ways;
    const roster: Roster = {
      ...emptyRoster(),
      version: 1,
      people: [
        {
          id: 'ana',
          name: 'Ana',
          contacts: [first.contact, fallback.contact],
          rules: [
            {
              steps: [
                { afterMs: 0, channels: [first.contact.channel] },
                { afterMs: NEXT_STEP_MS, channels: [fallback.contact.channel] },
              ],
            },
          ],
        },
      ],
    };
    this.#engine = new Engine({
      store: this.#store,
      clock,
      ids: { op: () => randomUUID(), chance: () => 0.5 },
      log: SILENT,
      problems: { raise: () => {}, clear: () => {} },
      nowMs: () => clock.wallMs(),
      roster: () => roster,
      duty: () => ({
        rosterVersion: 1,
        policy: 'standard',
        levels: [{ people: ['ana'], afterMs: 3_600_000, because: 'policy standard' }],
        repeat: 0,
        catchAll: ['ana'],
      }),
      transports: new Map<Channel, Transport[]>([
        [first.contact.channel, [this.#counted(first.transport)]],
        [fallback.contact.channel, [this.#counted(fallback.transport)]],
      ]),
      answerable: new Set<Channel>(['sms', 'voice', 'email']),
      pace: { atOnce: 4, everyMs: 60_000 },
      zone: 'UTC',
      disable: ({ channel, address }) => {
        this.switchedOff.push(`${channel} ${address}`);
        return Promise.resolve();
      },
      poison: () => Promise.resolve(),
      onCommit: () => {},
      onCall: ({ channel }) => {
        if (!this.calledAtMs.has(channel)) this.calledAtMs.set(channel, clock.monoMs());
      },
    });
  }

  start(): Promise<void> {
    return this.#engine.start();
  }

  /** An alert comes in: Ana is paged. */
  async alert(): Promise<void> {
    await this.#accept({
      kind: 'alert',
      events: [
        {
          action: 'trigger',
          service: 'db',
          dedupKey: 'disk',
          severity: 'critical',
          summary: 'disk full on db1',
          source: 'matrix',
        },
      ],
    });
  }

  /** A provider brings its word on the message with this code. */
  receipt(code: number, receipt: Receipt): Promise<void> {
    return this.#accept({ kind: 'receipt', person: 'ana', code, receipt });
  }

  /** Lets so much time pass, a little at a time, and all that is answered be answered. */
  async pass(forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += STEP_MS) {
      await this.#settle();
      this.clock.pass(STEP_MS);
    }
    await this.#settle();
  }

  /** Ana's messages about the incident, oldest first. */
  async messages(): Promise<MessageRow[]> {
    const rows = await this.#store.rows(responderKey('ana'), MESSAGE, { limit: 100 });
    return rows.map((row) => row.body as MessageRow).filter((row) => row.purpose === 'incident');
  }

  async close(): Promise<void> {
    await this.#engine.stop();
    await this.#ways.first.transport.close();
    await this.#ways.fallback.transport.close();
  }

  async #accept(input: JournalRow['input']): Promise<void> {
    this.#rows += 1;
    const atMs = this.clock.wallMs();
    const row: JournalRow = {
      id: `j:matrix-${this.#rows}`,
      shard: shardOfInput(input),
      stamp: { host: 'h1', seq: this.#rows, atMs, trusted: true },
      input,
      raw: null,
    };
    await this.#store.append([row]);
    this.#engine.accepted([row]);
  }

  /** Until nothing is under way but what its stand-in doesn't answer. */
  async #settle(): Promise<void> {
    const sinceMs = performance.now();
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await new Promise((resolve) => void setImmediate(resolve));
      quiet = this.#underWay > this.#ways.hanging() ? 0 : quiet + 1;
      if (performance.now() - sinceMs > ANSWERED_WITHIN_MS) throw new Error('a stand-in does not answer');
    }
  }

  #counted(transport: Transport): Transport {
    const during = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
      this.#underWay += 1;
      try {
        return await work;
      } finally {
        this.#underWay -= 1;
      }
    };
    const { receipt } = transport;
    return {
      ...transport,
      send: (message, call) => during(transport.send(message, call)),
      settle: (message, claim) => during(transport.settle(message, claim)),
      ...(receipt === undefined
        ? {}
        : { receipt: (message, id) => during(receipt.call(transport, message, id)) }),
    };
  }
}
