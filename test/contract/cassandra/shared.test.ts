/** What several hosts share through a real node: numbers, epochs, slots, signs of life, the schema. */
import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCassandra } from '../../../src/relay/store/cassandra/check.ts';
import { migrateCassandra } from '../../../src/relay/store/cassandra/migrate.ts';
import { openCassandraStore } from '../../../src/relay/store/cassandra/open.ts';
import { STEPS } from '../../../src/relay/store/cassandra/schema.ts';
import type { Store } from '../../../src/relay/store/port.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import type { Access } from '../../cassandra/connect.ts';
import { nodesMissing, sharedNode } from '../../cassandra/use-node.ts';
import { TestKeyspace, relayAccess, replicationOf } from './keyspace.ts';

const FIRST_RUN_MS = 600_000;

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('hosts that share a real node', () => {
  let node: Access;
  let keyspace: TestKeyspace;
  let one: Store;
  let two: Store;

  beforeAll(async () => {
    node = await sharedNode();
    keyspace = await TestKeyspace.make(node);
    [one, two] = [await keyspace.open(), await keyspace.open()];
  }, FIRST_RUN_MS);
  afterAll(() => keyspace.drop());

  test('never get the same incident number', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const count = 1 + (at % 3);
        const first = await (at % 2 === 0 ? one : two).reserveNumbers(count);
        return Array.from({ length: count }, (__, offset) => first + offset);
      }),
    );
    const numbers = taken.flat();
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('begin each life with seqs that no life before can have come to', async () => {
    expect(await one.lastSeq('ams1')).toBeNull();
    expect(await one.lastSeq('ams2')).toBeNull();
    const later = [await two.lastSeq('ams1'), await one.lastSeq('ams1')];
    expect(later).toEqual([2 ** 32, 2 * 2 ** 32]);
  });

  test('give a slot to one of ten who want it at once', async () => {
    const wants = Array.from({ length: 10 }, (_, at) =>
      (at % 2 === 0 ? one : two).takeSlot('purge', '2026-11-21'),
    );
    expect((await Promise.all(wants)).filter((taken) => taken)).toHaveLength(1);
  });

  test('see the newest beat of a host though its clock jumped back an hour', async () => {
    let nowMs = Date.now();
    const jumping = await keyspace.open({ wallMs: () => nowMs });
    const beat = { host: 'ams1', life: 'a', firstSeq: 1, info: null };
    await jumping.beat({ ...beat, count: 1 });
    nowMs -= 3_600_000;
    await jumping.beat({ ...beat, count: 2 });
    expect(await one.beats()).toEqual([{ ...beat, count: 2 }]);
  });

  test("see by how much the node's clock is ahead of theirs", async () => {
    const behind = await keyspace.open({ wallMs: () => Date.now() - 90_000 });
    const [reading] = await behind.clocks();
    expect(reading?.machine).toContain(node.nodes[0]?.address);
    expect(Math.abs((reading?.offsetMs ?? 0) - 90_000)).toBeLessThanOrEqual((reading?.errorMs ?? 0) + 5);
  });

  test('count a failed try each, also at once', async () => {
    const row = { id: 'j:poison', shard: 1, raw: null, input: { kind: 'alert' as const, events: [] } };
    await one.append([{ ...row, stamp: { host: 'ams1', seq: 1, atMs: Date.now(), trusted: true } }]);
    const counts = await Promise.all([one, two, one, two].map((store) => store.countTry('j:poison')));
    expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  });

  test(
    'are told to migrate where there is no schema, and two who do so at once make one',
    async () => {
      const name = `relay_${randomUUID().slice(0, 8)}`;
      const access = relayAccess(node, name);
      await expect(openCassandraStore({ ...access, host: 'ams1' })).rejects.toThrow(
        /run: relay store migrate/,
      );
      await expect(openCassandraStore({ ...access, host: 'ams1' })).rejects.toThrow(StoreUnavailableError);
      const options = { replication: replicationOf(node), onStep: (): void => {} };
      const applied = await Promise.all([
        migrateCassandra(access, options),
        migrateCassandra(access, options),
      ]);
      expect(applied.flat()).toEqual(STEPS.map((step) => `${step.number} ${step.name}`));
      expect(await migrateCassandra(access, options)).toEqual([]);
      const store = await openCassandraStore({ ...access, host: 'ams1' });
      expect((await store.load('roster')).op).toBeNull();
      await store.close();
      const check = await checkCassandra(access);
      expect(check.missing).toEqual([]);
      expect(check.machines).toMatchObject([{ up: true }]);
      await keyspace.run(`DROP KEYSPACE ${name}`);
    },
    FIRST_RUN_MS,
  );

  test('refuse a keyspace that a newer relay has changed in a way they must know', async () => {
    const later = 'INSERT INTO migrations (part, number, name, breaking) VALUES (?, ?, ?, ?)';
    await keyspace.run(later, ['steps', 900, 'more columns', false]);
    await (await keyspace.open()).close();
    await keyspace.run(later, ['steps', 901, 'rows elsewhere', true]);
    await expect(keyspace.open()).rejects.toThrow(/rows elsewhere.*upgrade relay/);
    await keyspace.run('DELETE FROM migrations WHERE part = ? AND number = ?', ['steps', 901]);
  });

  test('say what is wrong with a login, a certificate, an address', async () => {
    const access = relayAccess(node, keyspace.name);
    const wrong = async (more: Partial<typeof access>): Promise<unknown> =>
      openCassandraStore({ ...access, ...more, host: 'ams1' }).catch((error: unknown) => error);
    const password = await wrong({ credentials: { username: 'relay', password: 'guess' } });
    expect(password).toBeInstanceOf(StoreUnavailableError);
    expect(String(password)).toMatch(/refuses the login/);
    expect(String(password)).not.toContain('guess');
    const { cert: otherCa } = await generate([{ name: 'commonName', value: 'signed nothing here' }]);
    expect(String(await wrong({ tls: { ca: otherCa } }))).toMatch(/certificate/);
    expect(String(await wrong({ contactPoints: ['127.0.0.1:1'] }))).toMatch(
      /ECONNREFUSED.*check that they run/,
    );
  });
});
