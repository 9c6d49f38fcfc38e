/** A host of a cluster whose quorum comes and goes by hand, with the disk that keeps its rows and its own incidents. */
import { onTestFinished } from 'vitest';
import { Degraded, type LocalStores } from '../../../src/relay/engine/degraded/degraded.ts';
import { isBegun } from '../../../src/relay/engine/begun.ts';
import { Engine } from '../../../src/relay/engine/engine.ts';
import type { EngineParts } from '../../../src/relay/engine/engine-parts.ts';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import type { LineageState } from '../../../src/relay/incidents/types.ts';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { degradedCodes, hostIndexOfCode } from '../../../src/relay/notifications/codes.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { onlyOnceId, shardOf } from '../../../src/relay/store/places.ts';
import {
  StoreUnavailableError,
  type Change,
  type JournalRow,
  type Store,
} from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { emptyDisk } from '../../sim/memory-disk.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';
import { HOST } from './rows.ts';

const ROSTER: Roster = {
  ...emptyRoster(),
  version: 1,
  people: ['ana', 'ben'].map((id, index) => ({
    id,
    name: id,
    contacts: [{ channel: 'sms', address: `+1555010${index}` }],
  })),
};
const RANGE = degradedCodes(1);
const PER_PERIOD = 500;

/** A host of a cluster, with the rows that its disk keeps; the quorum comes and goes by hand. */
export async function host() {
  const clock = new HandClock();
  const startMs = clock.wallMs();
  const shared = new MemoryStore({ nowMs: () => clock.wallMs(), distant: true });
  /** The quorum goes when this aggregate is about to be committed; null: when it is said. */
  const net: { quorum: boolean; until: string | null } = { quorum: true, until: null };
  const cluster = new Proxy<Store>(shared, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'commit' && (args[0] as Change).key === net.until) net.quorum = false;
        return net.quorum
          ? (value as (...all: unknown[]) => unknown).apply(target, args)
          : Promise.reject(new StoreUnavailableError('no quorum'));
      };
    },
  });
  const sent: Outgoing[] = [];
  const sms: Transport = {
    name: 'sms stand-in',
    channel: 'sms',
    settleMs: 60_000,
    send(message, { mayStart }) {
      if (!mayStart()) return Promise.resolve({ kind: 'late' });
      sent.push(message);
      return Promise.resolve({ kind: 'accepted', providerId: `SM${sent.length}` });
    },
    settle: () => Promise.resolve({ kind: 'unclear', error: 'not asked', retry: false }),
    check: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
  let ops = 0;
  const engineOver = (store: Store, change: Partial<EngineParts>): Engine =>
    new Engine({
      store,
      clock,
      ids: {
        op: () => {
          ops += 1;
          return `op-${ops}`;
        },
        chance: () => 0.5,
      },
      log: silent,
      problems: { raise: () => undefined, clear: () => undefined },
      nowMs: () => startMs + clock.monoMs(),
      roster: () => ROSTER,
      duty: () => ({
        rosterVersion: 1,
        policy: 'standard',
        levels: [
          { people: ['ana'], afterMs: 60_000, because: 'policy standard' },
          { people: ['ben'], afterMs: 60_000, because: 'policy standard' },
        ],
        repeat: 0,
        catchAll: ['ana'],
      }),
      transports: new Map([['sms', [sms]]]),
      answerable: new Set(['sms']),
      pace: { atOnce: 1_000, everyMs: 60_000 },
      zone: 'UTC',
      disable: () => Promise.resolve(),
      poison: () => Promise.resolve(),
      onCommit: () => undefined,
      ...change,
    });

  /** The spool: own rows until they are done; those not in the journal are brought in when that is allowed. */
  const spool = new Map<string, JournalRow>();
  const waiting: JournalRow[] = [];
  const disk = { held: false };
  const drain = async (): Promise<void> => {
    while (!disk.held && net.quorum && waiting.length > 0) {
      const rows = waiting.splice(0);
      main.accepted(rows, await shared.append(rows));
    }
  };

  const local: LocalStores & { files: number } = localInMemory(clock);
  const degraded: Degraded = new Degraded({
    host: HOST,
    clock,
    log: silent,
    problems: { raise: () => undefined, clear: () => undefined },
    local,
    main: {
      hold: () => main.hold(),
      drain: (first) => main.drain(first),
      release: () => main.release(),
      bring: (rows) => main.bring(rows),
    },
    roster: () => ROSTER,
    makeEngine: ({ store, first }) => engineOver(store, { degraded: { host: HOST, firstCode: first } }),
    ownRows: async function* () {
      yield [...spool.values()];
    },
    isBegun: (row) => isBegun(cluster, row),
    holdDrain: () => {
      disk.held = true;
      return Promise.resolve();
    },
    releaseDrain: () => {
      disk.held = false;
      void drain();
    },
    finished: (ids) => {
      for (const id of ids) {
        spool.delete(id);
        const at = waiting.findIndex((row) => row.id === id);
        if (at !== -1) waiting.splice(at, 1);
      }
    },
    isOwnCode: (code) => hostIndexOfCode(code) === 1,
    waiting: () => 0,
  });
  const main = engineOver(cluster, {
    noteOf: (row, target) => degraded.noteOf(row, target),
    onCarried: (row) => degraded.carried(row),
    onDone: (row) => {
      degraded.done(row);
      spool.delete(row);
    },
  });
  await degraded.start();
  await main.start();
  onTestFinished(async () => {
    await degraded.stop();
    await main.stop();
  });

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await calm();
  };
  const pass = async (delayMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < delayMs; passedMs += 500) {
      clock.pass(500);
      await settle();
    }
  };
  const accept = async (row: JournalRow): Promise<void> => {
    spool.set(row.id, row);
    if (net.quorum) main.accepted([row], await shared.append([row]));
    else {
      waiting.push(row);
      degraded.spooled([row]);
    }
    await settle();
  };
  /** The quorum goes in the middle of something: before this aggregate is committed. */
  const losesQuorumBefore = (key: string): void => {
    net.until = key;
  };
  const loseQuorum = async (): Promise<void> => {
    net.quorum = false;
    degraded.quorum(false);
    await pass(1_000);
  };
  /** The quorum seems to be back and goes again, just when this row is taken up. */
  const blink = async (row: JournalRow): Promise<void> => {
    spool.set(row.id, row);
    waiting.push(row);
    degraded.spooled([row]);
    degraded.quorum(true);
    degraded.quorum(false);
    await settle();
  };
  const regainQuorum = async (): Promise<void> => {
    net.quorum = true;
    net.until = null;
    degraded.quorum(true);
    await pass(5_000);
  };
  /** Another host, which has a quorum all the time, takes this up. */
  const elsewhere = async (row: JournalRow): Promise<void> => {
    const other = engineOver(shared, {});
    await shared.append([row]);
    await other.start();
    other.accepted([row]);
    await settle();
    onTestFinished(() => other.stop());
  };
  const incident = async (key = 'disk'): Promise<LineageState['incident']> => {
    const { state } = await shared.load(`i:db/${key}`);
    return (state as Envelope<LineageState> | null)?.domain.incident ?? null;
  };
  const to = (person: string): string[] => sent.filter((one) => one.person === person).map((one) => one.body);
  return {
    accept,
    elsewhere,
    blink,
    loseQuorum,
    losesQuorumBefore,
    regainQuorum,
    pass,
    incident,
    sent,
    to,
    degraded,
    local,
    spool,
    settle,
  };
}

function localInMemory(clock: HandClock): LocalStores & { files: number } {
  let present: ReturnType<typeof emptyDisk> | null = null;
  let first = RANGE.first - PER_PERIOD;
  const sealed: ReturnType<typeof emptyDisk>[] = [];
  const openOn = (disk: ReturnType<typeof emptyDisk>): Store =>
    new MemoryStore({ nowMs: () => clock.wallMs(), disk });
  return {
    get files() {
      return sealed.length + (present === null ? 0 : 1);
    },
    exists: () => Promise.resolve(present !== null),
    open: () => {
      // As daemon/local-stores.ts does: each time alone begins where no other of late did.
      if (present === null) first += PER_PERIOD;
      present ??= { ...emptyDisk(), nextNumber: first };
      return Promise.resolve({ store: openOn(present), first });
    },
    seal: () => {
      if (present !== null) sealed.push(present);
      present = null;
      return Promise.resolve();
    },
    sealed: () => Promise.resolve(sealed.map(openOn)),
    dropSealed: () => {
      sealed.length = 0;
      return Promise.resolve();
    },
  };
}

/** Ana's answer to the message with this code. */
export function reply(seq: number, code: number): JournalRow {
  const stamp = { host: HOST, seq, atMs: Date.now(), trusted: true };
  const shard = shardOf('r:ana');
  return {
    id: onlyOnceId(stamp, 'a', shard),
    shard,
    stamp,
    input: {
      kind: 'reply',
      person: 'ana',
      channel: 'sms',
      contact: '+15550100',
      command: { verb: 'ack', code, scope: 'message' },
      text: `${code} ack`,
      sentAtMs: Date.now() + 3_600_000,
    },
    raw: null,
  };
}

/** A person's answer that names no message. */
export function bareReply(seq: number, person: string, contact: string): JournalRow {
  const row = reply(seq, 0);
  if (row.input.kind !== 'reply') throw new Error('a reply is a reply');
  const command = { ...row.input.command, code: null };
  return {
    ...row,
    shard: shardOf(`r:${person}`),
    input: { ...row.input, person, contact, command, text: 'ack' },
  };
}
