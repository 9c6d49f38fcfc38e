/** Hosts of one relay, each with its keeper, over one store: what was handed on, what was told to senders. */
import type { Appended } from '../../../../src/relay/events/accept.ts';
import { Keeper } from '../../../../src/relay/events/spool/keeper.ts';
import type { SpoolPeers } from '../../../../src/relay/events/spool/peer-round.ts';
import type { Spool } from '../../../../src/relay/events/spool/port.ts';
import { ProblemBoard } from '../../../../src/relay/observe/problems.ts';
import type { JournalRow } from '../../../../src/relay/store/port.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { KeptLog } from '../stand-ins.ts';
import type { FakeStore } from './fake-store.ts';
import { idsOf } from './rows.ts';

/** Calls between hosts that reach whom the test lets them reach. */
export class FakePeers implements SpoolPeers {
  readonly order: string[];
  readonly asked: string[] = [];
  readonly released: [host: string, ids: string[]][] = [];
  /** What each host does when it is asked; absent: it can't be reached. */
  readonly others = new Map<string, Pick<Keeper, 'keepFor' | 'releaseFor'>>();
  /** Hosts that do what they are asked, and whose answers don't come back. */
  readonly mute = new Set<string>();
  readonly #self: string;

  constructor(self: string, order: string[]) {
    this.#self = self;
    this.order = order;
  }

  hosts(): readonly string[] {
    return this.order;
  }

  async keep(name: string, rows: JournalRow[]): Promise<{ kept: 'journal' | 'disk' }> {
    this.asked.push(name);
    const other = this.others.get(name);
    if (other === undefined) throw new Error(`${name} can't be reached`);
    const answer = await other.keepFor(this.#self, rows);
    return this.mute.has(name) ? new Promise(() => {}) : answer;
  }

  async release(name: string, ids: string[]): Promise<void> {
    this.released.push([name, ids]);
    const other = this.others.get(name);
    if (other === undefined) throw new Error(`${name} can't be reached`);
    other.releaseFor(this.#self, ids);
  }
}

export interface Host {
  keeper: Keeper;
  spool: Spool | null;
  clock: HandClock;
  problems: ProblemBoard;
  log: KeptLog;
  /** Ids in the order in which they were handed on. */
  handedOn: string[];
  /** Those that were said to be known. */
  known: Set<string>;
  spooled: string[];
  /** Those that are new in the journal. */
  journalled: string[];
  /** Those that others were found to have carried through. */
  over: string[];
  /** Hosts that show no signs of life. */
  dead: Set<string>;
  down: { value: boolean };
}

/** A host that has been started. */
export async function host(parts: {
  name?: string;
  store: FakeStore | null;
  spool: Spool | null;
  peers?: FakePeers | null;
}): Promise<Host> {
  const clock = new HandClock();
  const log = new KeptLog();
  const problems = new ProblemBoard({ log, clock });
  const handedOn: string[] = [];
  const known = new Set<string>();
  const spooled: string[] = [];
  const journalled: string[] = [];
  const over: string[] = [];
  const dead = new Set<string>();
  const down = { value: false };
  const { store } = parts;
  const keeper = new Keeper({
    store,
    spool: parts.spool,
    peers: parts.peers ?? null,
    clock,
    host: parts.name ?? 'one',
    problems,
    log,
    onHandOn: (rows, knownIds) => {
      for (const { id } of rows) {
        if (store !== null && !store.journal.has(id))
          throw new Error(`${id} was handed on before it was in the journal`);
      }
      handedOn.push(...idsOf(rows));
      for (const id of knownIds) known.add(id);
    },
    onOver: (ids) => void over.push(...ids),
    onSpooled: (rows) => void spooled.push(...idsOf(rows)),
    onJournalled: (rows) => void journalled.push(...idsOf(rows)),
    alive: (name) => !dead.has(name),
    down: () => down.value,
  });
  await keeper.start();
  return {
    keeper,
    spool: parts.spool,
    clock,
    problems,
    log,
    handedOn,
    known,
    spooled,
    journalled,
    over,
    dead,
    down,
  };
}

/** Resolves when the disks have answered all that they were asked: time must not run faster than they do. */
export async function disksRest(...hosts: Host[]): Promise<void> {
  for (const { spool } of hosts) await spool?.counts().catch(() => null);
  await new Promise((resolve) => void setImmediate(resolve));
}

/** Time goes on on these hosts, no faster than their disks, until the call has been answered. */
export async function answered(call: Promise<Appended>, ...hosts: Host[]): Promise<Appended> {
  let over = false;
  const end = (): void => void (over = true);
  call.then(end, end);
  for (;;) {
    await disksRest(...hosts);
    if (over) return call;
    for (const { clock } of hosts) clock.pass(10);
  }
}

/** Time passes on this host, in steps, with what happens meanwhile. */
export async function later(one: Host, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    one.clock.pass(500);
    await disksRest(one);
  }
}

/**
 * Resolves when the drain has tried so far, and waits for time to pass: after so many appends in all, the last of which
 * was refused. What the store does from then on meets only what is asked from then on.
 */
export async function drainRests(store: FakeStore, appends: number, one: Host): Promise<void> {
  await until(() => store.appends.length >= appends);
  await disksRest(one);
}

/** Lets everything go on until it is so; the test's own time limit ends what never comes. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => void setImmediate(resolve));
}

export const problemIds = ({ problems }: Host): string[] => problems.list().map(({ id }) => id);
