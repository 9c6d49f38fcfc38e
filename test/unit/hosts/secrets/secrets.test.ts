import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSecrets, readSecrets } from '../../../../src/relay/hosts/secrets/open.ts';
import { renewSecrets } from '../../../../src/relay/hosts/secrets/renew.ts';
import type { Renewable } from '../../../../src/relay/hosts/secrets/renew.ts';
import type { ClusterSecrets, Inventory } from '../../../../src/relay/hosts/types.ts';
import { FIVE, read } from '../inventory/inventory-text.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-secrets-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const inventory = (hosts = FIVE): Inventory => ({ ...read('', hosts), path: join(dir, 'cluster.yaml') });
const file = (name: string): string => join(dir, 'cluster-secrets', name);
const open = async (nowMs = NOW, hosts = FIVE): Promise<ClusterSecrets> =>
  (await openSecrets(inventory(hosts), nowMs)).secrets;
const renew = (what: Renewable, nowMs = NOW) => renewSecrets(inventory(), what, nowMs);

/** Every file of the folder with its content. */
async function contents(): Promise<Record<string, string>> {
  const names = await readdir(file('.'));
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(file(name))).toString('base64')] as const),
    ),
  );
}

const cert = (secrets: ClusterSecrets, host: string): X509Certificate =>
  new X509Certificate(secrets.certificates[host]?.cert ?? '');
const authorities = ({ authority }: ClusterSecrets): X509Certificate[] =>
  authority.cert
    .split(/(?<=-----END CERTIFICATE-----\n)/u)
    .filter((text) => text.trim() !== '')
    .map((text) => new X509Certificate(text));
/** Whether a program that trusts `secrets` takes that certificate. */
const trusts = (secrets: ClusterSecrets, one: X509Certificate): boolean =>
  authorities(secrets).some((authority) => one.checkIssued(authority) && one.verify(authority.publicKey));

describe('the secrets of a cluster', () => {
  test('are made once, for nobody else to read, and stay as they are', async () => {
    const first = await openSecrets(inventory(), NOW);
    expect(first.notes[0]).toContain('keep a copy of it');
    expect(first.signed).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    expect((await stat(file('.'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(file('.'))) expect((await stat(file(name))).mode & 0o777).toBe(0o600);
    const before = await contents();
    const second = await openSecrets(inventory(), NOW + DAY_MS);
    expect(second).toEqual({ secrets: first.secrets, notes: [], signed: [] });
    expect(await contents()).toEqual(before);
  });

  test('prove each host by its names and addresses, as server and as client', async () => {
    const secrets = await open();
    const a1 = cert(secrets, 'a1');
    expect(a1.subject).toBe('CN=a1');
    expect(a1.subjectAltName).toBe(
      'DNS:a1, DNS:a1.alerts.example.com, IP Address:192.0.2.1, IP Address:10.1.0.1',
    );
    expect(a1.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(a1.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(a1.ca).toBe(false);
    expect(trusts(secrets, a1)).toBe(true);
    expect(authorities(secrets)).toHaveLength(1);
    expect(authorities(secrets)[0]?.ca).toBe(true);
    const days = (one: X509Certificate | undefined): number =>
      (Date.parse(one?.validTo ?? '') - Date.parse(one?.validFrom ?? '')) / DAY_MS;
    expect(days(a1)).toBe(825);
    expect(days(authorities(secrets)[0])).toBe(3_652);
  });

  test('hold keys and passwords that stand in any file unquoted', async () => {
    const { tokenKey, apiToken, cassandraAdmin, cassandraRelay, former } = await open();
    expect(tokenKey).toHaveLength(32);
    expect(apiToken).toMatch(/^[\w-]{43}$/u);
    for (const { user, password } of [cassandraAdmin, cassandraRelay]) {
      expect(user).toMatch(/^[a-z_]+$/u);
      expect(password).toMatch(/^[\da-f]{48}$/u);
    }
    expect(cassandraAdmin.password).not.toBe(cassandraRelay.password);
    expect(former).toBeUndefined();
  });

  test.each(['.', 'authority.pem', 'host-a1.pem'])('are refused when others may read %s', async (name) => {
    await open();
    await chmod(file(name), name === '.' ? 0o750 : 0o644);
    await expect(open()).rejects.toThrow(/other users of this machine may read it.*chmod -R go-rwx/u);
  });

  test.each(['authority.pem', 'token.key', 'cassandra-admin'])(
    'are not made anew when %s was lost',
    async (name) => {
      await open();
      await rm(file(name));
      const before = await contents();
      await expect(open()).rejects.toThrow(`${name} is missing while the rest is there`);
      expect(await contents()).toEqual(before);
    },
  );

  test.each([
    ['authority.pem', 'expected a certificate and its key'],
    ['host-b1.pem', 'expected a certificate and its key'],
    ['cassandra-relay', 'expected USER:PASSWORD'],
  ])('that are spoilt (%s) are told without what is in them', async (name, expected) => {
    await open();
    await writeFile(file(name), 'swordfish');
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(expected);
    expect(String(error)).not.toContain('swordfish');
  });

  test('are made to the end by the next call when one was cut off', async () => {
    await open();
    for (const name of ['cassandra-relay', 'cassandra-admin', 'host-c1.pem']) await rm(file(name));
    const before = await contents();
    const after = await openSecrets(inventory(), NOW);
    expect(after.signed).toEqual(['c1']);
    expect(await contents()).toMatchObject(before);
    expect(trusts(after.secrets, cert(after.secrets, 'c1'))).toBe(true);
  });

  test('are made by whoever only looks in memory alone, and are kept as they were seen', async () => {
    const seen = await readSecrets(inventory(), NOW);
    expect(await readdir(dir)).toEqual([]);
    expect(seen.signed).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    expect(trusts(seen.secrets, cert(seen.secrets, 'c1'))).toBe(true);
    expect(await seen.keep()).toBe(true);
    expect(await open()).toEqual(seen.secrets);
    const before = await contents();
    expect((await readSecrets(inventory(), NOW + 800 * DAY_MS)).signed).toHaveLength(5);
    expect(await contents()).toEqual(before);
  });

  test('that somebody else has made meanwhile stay, and who saw others is told', async () => {
    const seen = await readSecrets(inventory(), NOW);
    await open();
    const before = await contents();
    expect(await seen.keep()).toBe(false);
    expect(await contents()).toEqual(before);
  });

  test('come to be the same when two make them at once', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const settled = await open();
    for (const key of ['tokenKey', 'apiToken', 'cassandraAdmin', 'cassandraRelay', 'authority'] as const)
      expect([one[key], other[key]]).toEqual([settled[key], settled[key]]);
  });
});

describe("a host's certificate is made anew", () => {
  const serial = (secrets: ClusterSecrets, host: string): string => cert(secrets, host).serialNumber;

  test.each([
    ['60 days before its end', 764, FIVE, false],
    ['59 days before its end', 765, FIVE, true],
    ['when its host got another address', 1, FIVE.replace('198.51.100.1', '198.51.100.9'), true],
    [
      'when its host got another mail name',
      1,
      FIVE.replace('198.51.100.1 }', '198.51.100.1, mail: mx.example.net }'),
      true,
    ],
  ])('%s: %s days on', async (_when, days, hosts, renewed) => {
    const before = await open();
    const after = await openSecrets(inventory(hosts), NOW + days * DAY_MS);
    expect(after.signed.includes('b1')).toBe(renewed);
    expect(serial(after.secrets, 'b1') !== serial(before, 'b1')).toBe(renewed);
    expect(trusts(before, cert(after.secrets, 'b1'))).toBe(true);
  });

  test('when somebody says so, for every host', async () => {
    const before = await open();
    expect(await renew('certificates')).toMatchObject({ next: 'apply' });
    const after = await open();
    for (const { name } of inventory().hosts) {
      expect(serial(after, name)).not.toBe(serial(before, name));
      expect(trusts(before, cert(after, name))).toBe(true);
    }
  });
});

describe('the authority is replaced', () => {
  test('so that at each step hosts trust what others show, before and after apply', async () => {
    const steps: ClusterSecrets[] = [await open()];
    const next: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      next.push((await renew('authority')).next);
      steps.push(await open());
    }
    expect(next).toEqual(['apply, then again', 'apply, then again', 'apply']);
    steps.slice(1).forEach((after, index) => {
      const before = steps[index];
      if (before === undefined) throw new Error('no step before');
      for (const shown of [before, after])
        for (const trusting of [before, after]) expect(trusts(trusting, cert(shown, 'a1'))).toBe(true);
    });
    const [first, , , last] = steps;
    if (first === undefined || last === undefined) throw new Error('no steps');
    expect(trusts(last, cert(first, 'a1'))).toBe(false);
    expect(authorities(last)).toHaveLength(1);
  });

  test('and the second step is made to the end when it was cut off', async () => {
    const first = await open();
    await renew('authority');
    // Cut off after the old one was kept, then after the new one took its place.
    await writeFile(file('authority-former.pem'), await readFile(file('authority.pem')), { mode: 0o600 });
    expect((await open()).authority.key).toBe(first.authority.key);
    const coming = await readFile(file('authority-next.pem'), 'utf8');
    await rename(file('authority-next.pem'), file('authority.pem'));
    expect(await renew('authority')).toMatchObject({ next: 'apply, then again' });
    const signed = await open();
    expect(coming).toContain(signed.authority.key);
    expect(trusts(signed, cert(first, 'a1'))).toBe(true);
    expect(trusts(signed, cert(signed, 'a1'))).toBe(true);
    expect(await renew('authority')).toMatchObject({ next: 'apply' });
    expect(trusts(await open(), cert(first, 'a1'))).toBe(false);
  });
});

describe('passwords are replaced', () => {
  test('by other roles, while the former ones stay known until they are forgotten', async () => {
    const before = await open();
    expect(await renew('passwords')).toMatchObject({ next: 'apply, then again' });
    const between = await open();
    expect(between.former).toEqual({
      cassandraAdmin: before.cassandraAdmin,
      cassandraRelay: before.cassandraRelay,
    });
    expect(between.cassandraRelay.user).not.toBe(before.cassandraRelay.user);
    expect(between.cassandraRelay.password).not.toBe(before.cassandraRelay.password);
    expect(await renew('passwords')).toMatchObject({ next: 'apply' });
    const after = await open();
    expect(after.former).toBeUndefined();
    expect(after.cassandraAdmin).toEqual(between.cassandraAdmin);
    await renew('passwords');
    expect((await open()).cassandraRelay.user).toBe(before.cassandraRelay.user);
  });

  test('all of them, when one was kept and not replaced yet as it was cut off', async () => {
    const before = await open();
    await writeFile(file('cassandra-admin-former'), await readFile(file('cassandra-admin')), { mode: 0o600 });
    expect(await renew('passwords')).toMatchObject({ next: 'apply, then again' });
    const after = await open();
    expect(after.former).toEqual({
      cassandraAdmin: before.cassandraAdmin,
      cassandraRelay: before.cassandraRelay,
    });
    expect(after.cassandraAdmin.password).not.toBe(before.cassandraAdmin.password);
    expect(after.cassandraRelay.password).not.toBe(before.cassandraRelay.password);
  });

  test.each([
    ['token', 'tokenKey'],
    ['api-token', 'apiToken'],
  ] as const)('%s by itself', async (what, key) => {
    const before = await open();
    expect(await renew(what)).toMatchObject({ next: 'apply' });
    expect(await open()).toEqual({ ...before, [key]: expect.anything() as unknown });
    expect((await open())[key]).not.toEqual(before[key]);
  });
});
