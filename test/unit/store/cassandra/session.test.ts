/** How a plain read goes on when the nodes that were asked say nothing: without nodes, the driver's answers played. */
import { errors, types } from 'cassandra-driver';
import type { QueryOptions } from 'cassandra-driver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoundTrip } from '../../../../src/relay/store/cassandra/options.ts';
import { Session } from '../../../../src/relay/store/cassandra/session.ts';
import { StoreUnavailableError } from '../../../../src/relay/store/port.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { until } from '../../../e2e/harness/until.ts';

const { quorum, serial } = types.consistencies;
const { responseErrorCodes: codes } = types;
const NODE = '192.0.2.1:9042';

type Played = Error | { rows: unknown[]; pageState?: string } | 'nothing yet';

let session: Session;
let trips: RoundTrip[];
/** What the driver was given, one after the other, and what it answers to each. */
let asked: QueryOptions[];
let answers: Played[];
/** Gives those their answers that had to wait, the first first. */
let late: ((answer: Exclude<Played, 'nothing yet'>) => void)[];
let clock: HandClock;

beforeEach(() => {
  trips = [];
  asked = [];
  answers = [];
  late = [];
  clock = new HandClock();
  session = new Session({
    contactPoints: [NODE],
    localDatacenter: 'dc-a',
    keyspace: 'relay',
    credentials: null,
    tls: null,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onRoundTrip: (kind) => trips.push(kind),
  });
  const execute = async (_query: string, _params: unknown, options: QueryOptions): Promise<unknown> => {
    asked.push(options);
    const next = answers.shift() ?? 'nothing yet';
    const played =
      next === 'nothing yet'
        ? await new Promise<Exclude<Played, 'nothing yet'>>((resolve) => late.push(resolve))
        : next;
    if (played instanceof Error) throw played;
    return { info: { triedHosts: { [NODE]: null }, queriedHost: NODE }, ...played };
  };
  Object.defineProperty(session.client, 'execute', { value: execute });
});

afterEach(async () => {
  for (const one of late) one(silence());
  await session.close();
});

const answer = (code: number): Error => new errors.ResponseError(code, 'as a node says it');
const silence = (): Error => new errors.OperationTimedOutError('no reply', NODE);
const read = (): Promise<unknown[]> => session.read('SELECT id FROM journal WHERE bucket = ?', ['1']);

/** How slowly a plain read has to come for a second one. */
const SLOW_MS = 1_500;

/** Lets a read wait for so long that it is slow. */
async function becomeSlow(reads = 1): Promise<void> {
  await until('the plain reads are asked', () => asked.length === reads && clock.waiting >= reads);
  clock.pass(SLOW_MS);
}

describe('a plain read', () => {
  it('asks at QUORUM, and that is all when it is answered soon', async () => {
    answers = [{ rows: [{ id: 'a' }] }];
    expect(await read()).toEqual([{ id: 'a' }]);
    expect(asked).toMatchObject([{ consistency: quorum, isIdempotent: true }]);
    expect(trips).toEqual(['read']);
    expect(clock.waiting).toBe(0);
  });

  it('that is slow is asked of all replicas as well, and the first answer counts', async () => {
    answers = ['nothing yet', { rows: [{ id: 'a' }] }];
    const reading = read();
    await becomeSlow();
    expect(await reading).toEqual([{ id: 'a' }]);
    expect(asked.map(({ consistency }) => consistency)).toEqual([quorum, serial]);
    expect(session.roundTrips).toEqual({ write: 0, read: 1, cas: 0, 'serial-read': 1 });
  });

  it('that is only slow still counts when its answer comes', async () => {
    answers = ['nothing yet', 'nothing yet'];
    const reading = read();
    await becomeSlow();
    await until('both are asked', () => late.length === 2);
    late.shift()?.({ rows: [{ id: 'a' }] });
    expect(await reading).toEqual([{ id: 'a' }]);
  });

  it('is not multiplied where everything is slow: few are asked again at a time', async () => {
    const slow = Array.from({ length: 40 }, read);
    await becomeSlow(40);
    await until('the first are asked again', () => late.length === 48);
    expect(trips.filter((kind) => kind === 'serial-read')).toHaveLength(8);
    // The plain ones come after all: those that had no turn yet are not asked again.
    for (const one of late.splice(0, 40)) one({ rows: [] });
    for (const one of await Promise.all(slow)) expect(one).toEqual([]);
    for (const one of late.splice(0)) one({ rows: [] });
    expect(trips.filter((kind) => kind === 'serial-read')).toHaveLength(8);
  });

  it.each([
    ['the driver waited too long', silence()],
    ['too few replicas answered the node in time', answer(codes.readTimeout)],
    ['a replica failed', answer(codes.readFailure)],
  ])('is asked of all replicas at once when %s', async (_, error) => {
    answers = [error, { rows: [{ id: 'a' }] }];
    expect(await read()).toEqual([{ id: 'a' }]);
    expect(trips).toEqual(['read', 'serial-read']);
  });

  it('goes on at the page where it was, each page plain first', async () => {
    answers = [
      { rows: [{ id: 'a' }], pageState: 'p1' },
      silence(),
      { rows: [{ id: 'b' }], pageState: 'p2' },
      { rows: [{ id: 'c' }] },
    ];
    expect(await read()).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(asked.map(({ consistency, pageState }) => [consistency, pageState])).toEqual([
      [quorum, undefined],
      [quorum, 'p1'],
      [serial, 'p1'],
      [quorum, 'p2'],
    ]);
  });

  it('gives a page on, asked of all replicas, with where the next one begins', async () => {
    answers = [silence(), { rows: [{ id: 'b' }], pageState: 'p2' }];
    expect(await session.page('SELECT id FROM journal', [], 10, 'p1')).toEqual({
      rows: [{ id: 'b' }],
      next: 'p2',
    });
    expect(asked[1]).toMatchObject({ consistency: serial, fetchSize: 10, pageState: 'p1' });
  });

  it('that meets a commit under way there looks again', async () => {
    answers = [silence(), answer(codes.writeTimeout), { rows: [] }];
    expect(await read()).toEqual([]);
    expect(trips).toEqual(['read', 'serial-read', 'serial-read']);
  });

  it('fails when nobody answers that either, after two calls, with what it met first', async () => {
    answers = [silence(), answer(codes.unavailableException)];
    await expect(read()).rejects.toThrow(/no certain answer \(no reply/);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['there is no quorum', answer(codes.unavailableException)],
    ['the node is overloaded', answer(codes.overloaded)],
    ['nobody is reached', new errors.NoHostAvailableError({}, 'All host(s) tried')],
  ])('is not asked again when %s: that would only be more of the same', async (_, error) => {
    answers = [error];
    await expect(read()).rejects.toThrow(StoreUnavailableError);
    expect(trips).toEqual(['read']);
  });
});

describe('what is asked at once', () => {
  it('is bounded where it costs nodes most: the rest waits here, in order, and holds up no plain write', async () => {
    const loads = Array.from({ length: 100 }, (_, at) =>
      session.readLatest('SELECT op FROM aggregates WHERE key = ?', [`i:db/${at}`], `i:db/${at}`),
    );
    await until('as many are asked as may be', () => asked.length === 32);
    answers = ['nothing yet'];
    const writing = session.write('INSERT INTO due (bucket) VALUES (?)', ['1']);
    await until('the write is asked', () => asked.length === 33);
    expect(session.roundTrips).toMatchObject({ 'serial-read': 32, write: 1 });
    const isAnyLeft = (): boolean => late.length > 0 || asked.length === 101;
    while (late.length > 0) {
      for (const one of late.splice(0)) one({ rows: [] });
      await until('the next are asked', isAnyLeft);
    }
    await Promise.all([writing, ...loads]);
    expect(session.roundTrips).toMatchObject({ 'serial-read': 100, write: 1 });
  });
});
