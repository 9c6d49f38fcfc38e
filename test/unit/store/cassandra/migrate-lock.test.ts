/** Two who change the schema at once wait for each other, however long one of the nodes takes to agree. */
import { expect, it } from 'vitest';
import { LOCK_S } from '../../../../src/relay/store/cassandra/migrate.ts';
import { driverOptions, READ_TIMEOUT_MS } from '../../../../src/relay/store/cassandra/policies.ts';
import { systemClock } from '../../../../src/relay/daemon/system.ts';

it('who changes the schema holds it for longer than one step can take, and dead not for longer than others wait', () => {
  const { options } = driverOptions(
    {
      contactPoints: ['192.0.2.1:9042'],
      localDatacenter: 'dc-a',
      keyspace: 'relay',
      credentials: null,
      tls: null,
      clock: systemClock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
    },
    null,
  );
  const agreementS = options.protocolOptions?.maxSchemaAgreementWaitSeconds ?? Infinity;
  // The statement, the agreement on it, and the renewal of the lock.
  expect(LOCK_S).toBeGreaterThan(agreementS + (2 * READ_TIMEOUT_MS) / 1_000);
  expect(LOCK_S).toBeLessThan(5 * 60);
});
