/** What a conditional write says: only a plain yes is one. Without nodes, the driver's answers played. */
import { errors, types } from 'cassandra-driver';
import type { QueryOptions } from 'cassandra-driver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/relay/daemon/system.ts';
import { Session } from '../../../../src/relay/store/cassandra/session.ts';
import type { Decided } from '../../../../src/relay/store/cassandra/session.ts';
import { StoreUnavailableError } from '../../../../src/relay/store/port.ts';

const { responseErrorCodes: codes } = types;
const NODE = '192.0.2.1:9042';
let session: Session;
let asked: QueryOptions[];

beforeEach(() => {
  asked = [];
  session = new Session({
    contactPoints: [NODE],
    localDatacenter: 'dc-a',
    keyspace: 'relay',
    credentials: null,
    tls: null,
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
});
afterEach(() => session.close());

function decide(answer: Error | unknown[] | undefined): Promise<Decided> {
  const execute = (_query: string, _params: unknown, options: QueryOptions): Promise<unknown> => {
    asked.push(options);
    const info = { triedHosts: { [NODE]: null }, queriedHost: NODE };
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ info, rows: answer });
  };
  Object.defineProperty(session.client, 'execute', { value: execute, configurable: true });
  return session.decide([{ query: 'UPDATE t SET a = ? WHERE k = ? IF a = ?', params: [1, 2, 3] }], 'k');
}

describe('a conditional write', () => {
  it('is applied when the nodes say so, refused with what is there when they say that', async () => {
    expect(await decide([{ '[applied]': true }])).toEqual({ outcome: 'applied' });
    const found = { '[applied]': false, op: 'b' };
    expect(await decide([found])).toEqual({ outcome: 'refused', found });
  });

  it.each([
    ['no rows', []],
    ['no answer at all', undefined],
    ['a row that does not say', [{ op: 'b' }]],
    ['a yes of another kind', [{ '[applied]': 'true' }]],
  ])('is unknown with %s', async (_, rows) => {
    expect(await decide(rows)).toEqual({ outcome: 'unknown' });
  });

  it('is unknown after a time limit, and asked once only', async () => {
    for (const error of [
      new errors.ResponseError(codes.writeTimeout, 'CAS, received 0'),
      new errors.OperationTimedOutError('no reply', NODE),
      Object.assign(new Error('Socket was closed'), { isSocketError: true }),
    ]) {
      asked = [];
      expect(await decide(error)).toEqual({ outcome: 'unknown' });
      expect(asked).toMatchObject([
        {
          consistency: types.consistencies.quorum,
          serialConsistency: types.consistencies.serial,
          isIdempotent: false,
        },
      ]);
    }
  });

  it('is an outage only when provably nothing happened', async () => {
    const unavailable = new errors.ResponseError(codes.unavailableException, '3 required, 2 alive');
    await expect(decide(unavailable)).rejects.toThrow(StoreUnavailableError);
    const nobody = new errors.NoHostAvailableError({}, 'All host(s) tried');
    await expect(decide(nobody)).rejects.toThrow(StoreUnavailableError);
  });
});
