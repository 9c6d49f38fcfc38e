/** How a plain read goes on when the nodes that were asked say nothing: without nodes, the driver's answers played. */
import { errors, types } from 'cassandra-driver';
import type { QueryOptions } from 'cassandra-driver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/relay/daemon/system.ts';
import type { RoundTrip } from '../../../../src/relay/store/cassandra/options.ts';
import { Session } from '../../../../src/relay/store/cassandra/session.ts';
import { StoreUnavailableError } from '../../../../src/relay/store/port.ts';

const { quorum, serial } = types.consistencies;
const { responseErrorCodes: codes } = types;
const NODE = '192.0.2.1:9042';

type Played = Error | { rows: unknown[]; pageState?: string };

let session: Session;
let trips: RoundTrip[];
/** What the driver was given, one after the other, and what it answers to each. */
let asked: QueryOptions[];
let answers: Played[];
let doubted: unknown[];

beforeEach(() => {
  trips = [];
  asked = [];
  answers = [];
  doubted = [];
  session = new Session({
    contactPoints: [NODE],
    localDatacenter: 'dc-a',
    keyspace: 'relay',
    credentials: null,
    tls: null,
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onRoundTrip: (kind) => trips.push(kind),
  });
  const execute = (_query: string, _params: unknown, options: QueryOptions): Promise<unknown> => {
    asked.push(options);
    const next = answers.shift();
    if (next === undefined) throw new Error('asked once more than was played');
    const info = { triedHosts: { [NODE]: null }, queriedHost: NODE };
    return next instanceof Error ? Promise.reject(next) : Promise.resolve({ info, ...next });
  };
  Object.defineProperty(session.client, 'execute', { value: execute });
  session.coordinators.failed = (error) => void doubted.push(error);
});

afterEach(() => session.close());

const answer = (code: number): Error => new errors.ResponseError(code, 'as a node says it');
const silence = (): Error => new errors.OperationTimedOutError('no reply', NODE);
const read = (): Promise<unknown[]> => session.read('SELECT id FROM journal WHERE bucket = ?', ['1']);

describe('a plain read', () => {
  it('asks at QUORUM, soon gives up waiting, and that is all when it is answered', async () => {
    answers = [{ rows: [{ id: 'a' }] }];
    expect(await read()).toEqual([{ id: 'a' }]);
    expect(asked).toMatchObject([{ consistency: quorum, isIdempotent: true, readTimeout: 1_500 }]);
    expect(trips).toEqual(['read']);
  });

  it.each([
    ['the driver waited too long', silence()],
    ['too few replicas answered the node in time', answer(codes.readTimeout)],
    ['a replica failed', answer(codes.readFailure)],
  ])('is asked of all replicas when %s; nobody is blamed for the short limit', async (_, error) => {
    answers = [error, { rows: [{ id: 'a' }] }];
    expect(await read()).toEqual([{ id: 'a' }]);
    expect(asked.map(({ consistency }) => consistency)).toEqual([quorum, serial]);
    // The second has the whole time that any call has, and may go to a second node as well.
    expect(asked[1]).toMatchObject({ isIdempotent: true });
    expect(asked[1]).not.toHaveProperty('readTimeout');
    expect(trips).toEqual(['read', 'serial-read']);
    expect(doubted).toEqual([]);
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
    expect(session.roundTrips).toEqual({ write: 0, read: 1, cas: 0, 'serial-read': 2 });
  });

  it('fails when nobody answers that either, after two calls; then a silent node is doubted', async () => {
    answers = [silence(), answer(codes.unavailableException)];
    await expect(read()).rejects.toThrow(/no quorum/);
    expect(asked).toHaveLength(2);
    expect(doubted).toHaveLength(1);
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
