/** The driver's defaults that would lose a page, repeat one or wait for too long: none of them stays. */
import { policies, types } from 'cassandra-driver';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/relay/daemon/system.ts';
import type { CassandraAccess } from '../../../../src/relay/store/cassandra/options.ts';
import { driverOptions } from '../../../../src/relay/store/cassandra/policies.ts';

const access: CassandraAccess = {
  contactPoints: ['192.0.2.1:9042'],
  localDatacenter: 'dc-a',
  keyspace: 'relay',
  credentials: null,
  tls: null,
  clock: systemClock,
  log: { info: () => {}, warn: () => {}, error: () => {} },
};
const { options } = driverOptions(access, 'relay');
const { quorum, serial, localOne } = types.consistencies;
/** The driver's retryDecision, which its types leave out. */
const [rethrow, retry] = [0, 1];

describe('the driver', () => {
  it('asks a majority of all replicas wherever a call says nothing else', () => {
    expect(options.queryOptions).toMatchObject({ consistency: quorum, serialConsistency: serial });
  });

  it('verifies whom it speaks to whenever it speaks TLS', () => {
    expect(driverOptions({ ...access, tls: { ca: 'PEM' } }, null).options.sslOptions).toEqual({
      ca: 'PEM',
      rejectUnauthorized: true,
    });
    expect(options.sslOptions).toBeUndefined();
  });

  it('comes back to a node that was down within seconds, however long it was', () => {
    const delays = options.policies?.reconnection?.newSchedule();
    const later = Array.from({ length: 50 }, (): unknown => delays?.next().value);
    expect(new Set(later)).toEqual(new Set([2_000]));
  });

  it('waits a little longer than the nodes do, not for twelve seconds', () => {
    expect(options.socketOptions).toEqual({ readTimeout: 4_500, connectTimeout: 4_000 });
  });

  it('keeps connections to the nodes of every datacenter', () => {
    const host = { address: '198.51.100.1:9042', datacenter: 'dc-b' };
    expect(options.policies?.loadBalancing?.getDistance(host as never)).toBe(types.distance.local);
  });
});

describe('what has failed', () => {
  const policy = options.policies?.retry ?? new policies.retry.RetryPolicy();
  const info = (nbRetry: number): never => ({ query: 'UPDATE', executionOptions: {}, nbRetry }) as never;
  const closed = Object.assign(new Error('Socket was closed'), { isSocketError: true });

  it('on a node is told and not repeated: it may have happened', () => {
    expect(policy.onUnavailable(info(0), quorum, 3, true).decision).toBe(rethrow);
    expect(policy.onWriteTimeout(info(0), quorum, 1, 3, 'BATCH_LOG').decision).toBe(rethrow);
    expect(policy.onReadTimeout(info(0), quorum, 3, 3, false).decision).toBe(rethrow);
    expect(policy.onRequestError(info(0), quorum, new Error('no reply in time')).decision).toBe(rethrow);
  });

  it('with a closed socket, and does no harm twice, goes to the next node once, as it was', () => {
    const first = policy.onRequestError(info(0), localOne, closed);
    expect(first).toMatchObject({ decision: retry, useCurrentHost: false, consistency: localOne });
    expect(policy.onRequestError(info(1), localOne, closed).decision).toBe(rethrow);
  });
});
