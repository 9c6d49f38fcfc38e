/** What stands in for the daemon behind the control API: a real store and roster edits, and an engine by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '../../../src/relay/api/server.ts';
import type { Api } from '../../../src/relay/api/server.ts';
import type { Core } from '../../../src/relay/api/core.ts';
import type { IncidentJson, StatusJson } from '../../../src/relay/api/wire.ts';
import { oneMachine } from '../../../src/relay/cluster/judge.ts';
import type { ClusterJson } from '../../../src/relay/cluster/wire.ts';
import type { Listen } from '../../../src/relay/config/types.ts';
import type { Happening, Log } from '../../../src/relay/engine/ports.ts';
import { Acceptor, plainJournal } from '../../../src/relay/events/accept.ts';
import { TIMELINE, lineageKey, timelineKey } from '../../../src/relay/incidents/rows.ts';
import type { TimelineRow } from '../../../src/relay/incidents/rows.ts';
import type { RosterText, RosterVersion } from '../../../src/relay/oncall/book.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

/** Sat 21 Nov 2026, 02:14 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 21, 2, 14);

/** Ana and Ben; Ben has no phone. One service `default`, Ana first, then Ben. */
export const roster = (): Roster => ({
  version: 1,
  people: [
    {
      id: 'ana',
      name: 'Ana',
      contacts: [
        { channel: 'sms', address: '+15550100', verifiedAtMs: 1 },
        { channel: 'email', address: 'ana@example.com', verifiedAtMs: 1 },
      ],
    },
    {
      id: 'ben',
      name: 'Ben',
      contacts: [{ channel: 'email', address: 'ben@example.com', verifiedAtMs: 1 }],
    },
  ],
  services: [{ id: 'default', policy: 'default', keyHashes: ['0'.repeat(64)] }],
  policies: [
    {
      id: 'default',
      levels: [
        { people: ['ana'], afterMs: 300_000 },
        { people: ['ben'], afterMs: 300_000 },
      ],
      repeat: 3,
    },
  ],
  overrides: [],
  defaultService: 'default',
});

export const status = (): StatusJson => ({
  version: '0.1.0',
  host: 'pager-1',
  pid: 4711,
  since: new Date(NOW_MS - 3_600_000).toISOString(),
  store: 'sqlite:/var/lib/relay/relay.db',
  cluster: { text: 'one machine, spool empty', ok: true },
  channels: [
    { channel: 'sms', transport: 'twilio-sms', providers: ['twilio-sms'], text: 'from +15550199' },
    { channel: 'voice', transport: null, providers: [], text: 'not configured' },
    { channel: 'email', transport: 'mail', providers: ['mail'], text: 'through mail.example.com' },
  ],
  notes: [],
  listening: { http: 'http://127.0.0.1:8080', smtp: null, api: 'unix:/run/relay/relay.sock' },
  open: { triggered: 0, acknowledged: 0 },
  backlog: { journal: 0, due: 0, oldestSeconds: null },
  rosterVersion: 1,
  problems: [],
});

export const cluster = (): ClusterJson =>
  oneMachine('pager-1', null, { journal: 0, due: 0, oldestSeconds: null }, 'sqlite:/var/lib/relay/relay.db');

export class TestFeed {
  readonly #listeners = new Set<(happening: Happening) => void>();
  readonly #kept: Happening[] = [];
  #changed = Promise.withResolvers<void>();

  subscribe(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    this.#tell();
    return () => {
      this.#listeners.delete(listener);
      this.#tell();
    };
  }

  recent(sinceMs: number): Happening[] {
    return this.#kept.filter((one) => one.atMs >= sinceMs);
  }

  publish(happening: Happening): void {
    this.#kept.push(happening);
    for (const listener of this.#listeners) listener(happening);
  }

  /** Resolves when there are exactly `count` listeners. */
  async listeners(count: number): Promise<void> {
    while (this.#listeners.size !== count) await this.#changed.promise;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

export interface StandIn {
  core: Core;
  store: MemoryStore;
  feed: TestFeed;
  api: Api;
  socket: string;
  dir: string;
  /** What the API logged as its own fault. */
  faults: unknown[];
  /** Rows accepted, in order. */
  accepted: JournalRow[];
  close(): Promise<void>;
}

export interface StandInOptions {
  /** False: the engine stands still, and nothing accepted is ever done. */
  engine?: boolean;
  /** What it says of the hosts; absent: there is one machine. */
  cluster?: ClusterJson;
  /** Hosts that don't have an edit of the roster yet. */
  behind?: string[];
  listen?: Listen | null;
  token?: string | null;
  storeMove?: Core['storeMove'];
  backup?: Core['backup'];
  /** What a look for handoffs finds. */
  handOver?: Awaited<ReturnType<Core['handOver']>>;
}

/** Starts an API on a socket of its own in a temporary folder; `close` removes both. */
export async function standIn(options: StandInOptions = {}): Promise<StandIn> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-api-'));
  const store = new MemoryStore({ nowMs: () => NOW_MS });
  const feed = new TestFeed();
  const faults: unknown[] = [];
  const accepted: JournalRow[] = [];
  const clock = { wallMs: () => NOW_MS, monoMs: () => 0, after: () => () => {} };
  const acceptor = new Acceptor({
    journal: plainJournal(store),
    store,
    clock,
    host: 'pager-1',
    life: 'a',
    lastSeq: null,
    onAccepted: (rows) => accepted.push(...rows),
    onUnread: () => {},
  });
  let current = roster();
  const versions: RosterVersion[] = [{ roster: current, by: 'init', atMs: NOW_MS }];
  const texts: (RosterText & { version: number })[] = [];
  const core: Core = {
    accept: acceptor.accept,
    store,
    feed,
    roster: {
      behind: () => options.behind ?? [],
      current: () => current,
      edit: async (by, change, text) => {
        current = { ...change(current), version: current.version + 1 };
        versions.unshift({ roster: current, by, atMs: NOW_MS });
        if (text !== undefined) texts.unshift({ ...text(), version: current.version });
        return current;
      },
    },
    rosterHistory: {
      versions: async (limit) => versions.slice(0, limit),
      version: async (version) => versions.find((one) => one.roster.version === version) ?? null,
      textAt: async (version) => texts.find((one) => one.version <= version) ?? null,
    },
    catchAll: () => [],
    whenDone: async (id) => {
      const row = await store.journalRow(id);
      if (options.engine === false || row === null) return false;
      await carryOut(store, row);
      return true;
    },
    status: async () => status(),
    cluster: async () => options.cluster ?? cluster(),
    handOver: async () =>
      options.handOver ?? { handed: [], skipped: [], holders: { throughMs: 0, rotations: {} } },
    storeMove: options.storeMove ?? {
      state: async () => ({ kind: 'sqlite', store: status().store, arrived: null, move: null }),
      begin: () => false,
      giveUp: () => false,
    },
    backup: options.backup ?? (() => null),
    addresses: (name, key) => ({
      name,
      email: `${name}@alerts.example`,
      emailWithKey: key === null ? null : `${name}-${key}@alerts.example`,
      routingKey: key,
      url: key === null ? null : `http://127.0.0.1:8080/s/${key}`,
    }),
    nowMs: () => NOW_MS,
  };
  const fault = (fields: Record<string, unknown>): void => void faults.push(fields['err']);
  const log: Log = { info: () => {}, warn: () => {}, error: fault };
  const socket = join(dir, 'relay.sock');
  const { listen = null, token = null } = options;
  const api = await startApi({ core, socket, listen, token, log });
  const close = async (): Promise<void> => {
    await api.close();
    rmSync(dir, { recursive: true });
  };
  return { core, store, feed, api, socket, dir, faults, accepted, close };
}

/** The least that an engine does: opens, acknowledges and resolves, with a line each. */
async function carryOut(store: MemoryStore, row: JournalRow): Promise<void> {
  const { input } = row;
  if (input.kind === 'alert') {
    for (const event of input.events) {
      const last = await lastIncident(store, lineageKey(event.service, event.dedupKey));
      if (event.action === 'trigger') {
        const number =
          last === null || last.status === 'resolved' ? await store.reserveNumbers(1) : last.number;
        const { service, dedupKey, severity, summary } = event;
        const events = number === last?.number ? last.events + 1 : 1;
        await putIncident(store, { number, service, dedupKey, severity, summary, events });
      } else if (last !== null) await putIncident(store, { ...last, status: 'resolved' });
    }
  }
  if (input.kind === 'command') {
    const last = await lastIncident(store, input.lineage);
    if (last === null) return;
    const next = input.action === 'ack' ? 'acknowledged' : 'resolved';
    await putIncident(store, { ...last, status: next }, [
      { atMs: NOW_MS, kind: next, text: `${next} by ${input.actor}`, actor: input.actor },
    ]);
  }
}

async function lastIncident(store: MemoryStore, lineage: string): Promise<IncidentJson | null> {
  const { state } = await store.load(lineage);
  const number = (state as { domain: { incident: { number: number } } } | null)?.domain.incident.number;
  if (number === undefined) return null;
  const [entry] = await store.incidents({ before: number + 1, limit: 1 });
  return (entry?.body as IncidentJson | undefined) ?? null;
}

let ops = 0;

/** Writes an incident the way the engine leaves it: its list entry, its lineage's state, its timeline. */
export async function putIncident(
  store: MemoryStore,
  fields: Partial<IncidentJson> & { number: number },
  lines: TimelineRow[] = [],
): Promise<IncidentJson> {
  const body: IncidentJson = {
    service: 'default',
    dedupKey: `key ${fields.number}`,
    status: 'triggered',
    severity: 'critical',
    summary: `disk full on db${fields.number}`,
    openedAt: new Date(NOW_MS - 180_000).toISOString(),
    events: 1,
    assignedTo: ['ana'],
    ...fields,
  };
  const key = lineageKey(body.service, body.dedupKey);
  await store.nameIncident(body.number, key);
  const loaded = await store.load(key);
  const before = await store.rows(key, TIMELINE);
  ops += 1;
  const result = await store.commit({
    key,
    expect: loaded.op,
    op: `00000000-0000-4000-8000-${String(ops).padStart(12, '0')}`,
    state: { domain: { incident: { number: body.number } } },
    rows: lines.map((line, index) => ({
      kind: TIMELINE,
      key: timelineKey(body.number, before.length + index),
      body: line,
    })),
    incidents: [{ number: body.number, lineage: key, open: body.status !== 'resolved', body }],
  });
  if (result !== 'applied') throw new Error(`the store answered ${JSON.stringify(result)}`);
  return body;
}
