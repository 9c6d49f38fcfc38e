import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/relay/config/load.ts';
import type { Config } from '../../../../src/relay/config/types.ts';
import { relay } from '../../../../src/relay/hosts/components/relay/component.ts';
import { RELAY_FILES } from '../../../../src/relay/hosts/components/relay/files.ts';
import { PLACES } from '../../../../src/relay/hosts/places.ts';
import type { ClusterSecrets, DesiredFile, HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { contextOf, factsOf, FIVE, hostOf, inventoryOf, secretsOf, textOf } from './five-hosts.ts';

let secrets: ClusterSecrets;
let dir: string;
beforeAll(async () => {
  secrets = await secretsOf([...FIVE, hostOf('c2', 'ovh', '2001:db8::2')]);
  dir = mkdtempSync(join(tmpdir(), 'relay-component-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const MAIL_PASSWORD = '/srv/cluster/secrets/mail';
const CERTIFICATE = { certFile: '/srv/cluster/fullchain.pem', keyFile: '/srv/cluster/privkey.pem' };
/** What the files hold that the inventories here name. */
const GIVEN = Object.fromEntries(
  [MAIL_PASSWORD, CERTIFICATE.certFile, CERTIFICATE.keyFile].map((path) => [
    path,
    new TextEncoder().encode(`of ${path}\n`),
  ]),
);

const filesOf = async (name: string, changes: Partial<Inventory> = {}): Promise<DesiredFile[]> =>
  relay.files({ ...(await contextOf(name, inventoryOf(changes), factsOf(), secrets)), givenFiles: GIVEN });

/** What the daemon makes of the host's relay.yaml; throws with every problem that it finds. */
const read = async (name: string, changes: Partial<Inventory> = {}): Promise<Config> =>
  readConfig(
    RELAY_FILES.config,
    new TextEncoder().encode(textOf(await filesOf(name, changes), RELAY_FILES.config)),
    {},
  );

describe('relay.yaml of a host', () => {
  test('is one that the daemon takes, on each of five hosts, with the same hosts in the same order', async () => {
    const configs = await Promise.all(FIVE.map(async ({ name }) => read(name)));
    expect(configs.map(({ host }) => host)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    for (const { cluster, store } of configs) {
      expect(cluster?.hosts.map(({ address }) => address)).toEqual(
        FIVE.map(({ address }) => `${address}:7391`),
      );
      expect(store).toMatchObject({ replication: { 'dc-hetzner': 2, 'dc-netcup': 2, 'dc-ovh': 1 } });
    }
  });

  test('asks its own node first, then those of its provider', async () => {
    const { store } = await read('b2');
    expect(store.kind === 'cassandra' && store.contactPoints).toEqual([
      '198.51.100.2:9042',
      '198.51.100.1:9042',
      '192.0.2.1:9042',
      '192.0.2.2:9042',
      '203.0.113.1:9042',
    ]);
  });

  test("looks whether the disk of Cassandra's data is nearly full, whatever else is watched", async () => {
    expect((await read('a1')).watch).toMatchObject({ disks: ['/var/lib/relay-cassandra'] });
    const { watch } = await read('a1', { relay: { watch: { everySeconds: 30 } } });
    expect(watch).toMatchObject({ disks: ['/var/lib/relay-cassandra'], everySeconds: 30 });
  });

  test('listens for people and monitors on loopback only, behind HAProxy', async () => {
    const { http, smtp, api, drainMs } = await read('a1');
    expect(drainMs).toBe(3_000);
    expect(http?.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(smtp).toMatchObject({ listen: { host: '127.0.0.1', port: 2525 }, domain: 'alerts.example.com' });
    expect(api).toMatchObject({ socket: '/run/relay/relay.sock', listen: null });
  });

  test('with IPv6 hosts too', async () => {
    const hosts: HostSpec[] = [...FIVE, hostOf('c2', 'ovh', '2001:db8::2')];
    const { cluster, store } = await read('c2', { hosts });
    expect(cluster?.listen).toEqual({ host: '::', port: 7391 });
    expect(cluster?.hosts.at(-1)?.address).toBe('[2001:db8::2]:7391');
    expect(store.kind === 'cassandra' && store.contactPoints[0]).toBe('[2001:db8::2]:9042');
  });

  test("has what the inventory says for all hosts, and lets it change nothing that is the host's own", async () => {
    const config = await read('a1', {
      relay: {
        mail: {
          url: 'smtp://relay@mail.example.com',
          from: 'relay@example.com',
          passwordFile: `${PLACES.relay.secrets}/mail`,
        },
        smtp: { usersFile: `${PLACES.relay.secrets}/users`, listen: '0.0.0.0:25' },
        http: { linkDays: 3 },
        catchAll: ['ana'],
        store: 'sqlite:relay.db',
        host: 'b1',
      },
    });
    expect(config).toMatchObject({
      host: 'a1',
      store: { kind: 'cassandra' },
      catchAll: ['ana'],
      http: { linkDays: 3 },
      smtp: { listen: { port: 2525 }, usersFile: '/etc/relay/secrets/users' },
      mail: { passwordFile: '/etc/relay/secrets/mail' },
    });
  });

  test("shows those who mail the given certificate, or else the host's own", async () => {
    expect((await read('a1')).smtp?.tls?.certFile).toBe(PLACES.relay.certFile);
    const files = await filesOf('a1', { certificate: CERTIFICATE });
    expect((await read('a1', { certificate: CERTIFICATE })).smtp?.tls?.certFile).toBe(RELAY_FILES.publicCert);
    expect(textOf(files, RELAY_FILES.publicKey)).toBe(`of ${CERTIFICATE.keyFile}\n`);
  });
});

describe('what a change asks of the daemon', () => {
  const restarts = async (changes: Partial<Inventory>): Promise<string> =>
    textOf(await filesOf('a1', changes), RELAY_FILES.restartsWith);

  test('a reload, where that brings it into use', async () => {
    expect(await restarts({ relay: { catchAll: ['ana'] }, publicUrl: null })).toBe(await restarts({}));
  });

  test('a restart, where only that does', async () => {
    expect(await restarts({ hosts: FIVE.slice(0, 4) })).not.toBe(await restarts({}));
    expect(await restarts({ relay: { watch: { everySeconds: 30 } } })).not.toBe(await restarts({}));
  });

  test('every file that the unit looks at is one of them', async () => {
    const changes = {
      certificate: CERTIFICATE,
      relayFiles: { [`${PLACES.relay.secrets}/mail`]: MAIL_PASSWORD },
    };
    const context = {
      ...(await contextOf('a1', inventoryOf(changes), factsOf(), secrets)),
      givenFiles: GIVEN,
    };
    const paths = [...relay.files(context).map(({ path }) => path), PLACES.relay.current];
    const looked = relay.units(context).flatMap(({ restartsOn, reloadsOn }) => [...restartsOn, ...reloadsOn]);
    expect(looked.filter((path) => !paths.includes(path))).toEqual([]);
    expect(looked).toContain(`${PLACES.relay.secrets}/mail`);
  });
});

describe('what lies on a host', () => {
  test('no secret stands where it is shown, and none may be read by others', async () => {
    const files = await filesOf('a1');
    const told = [
      secrets.apiToken,
      secrets.cassandraRelay.password,
      secrets.cassandraAdmin.password,
      'PRIVATE KEY',
    ];
    for (const { path, content, secret, mode } of files) {
      for (const one of told) expect(secret || !String(content).includes(one), path).toBe(true);
      expect(!secret || (mode & 0o007) === 0, path).toBe(true);
    }
    expect(files.map(({ content }) => String(content)).join('')).not.toContain(
      secrets.cassandraAdmin.password,
    );
  });

  test('the key that signs reply addresses is the same on all', async () => {
    const keys = await Promise.all(
      ['a1', 'c1'].map(async (name) => textOf(await filesOf(name), RELAY_FILES.tokenKey)),
    );
    expect(keys[0]).toBe(keys[1]);
  });

  test('the unit is the one that is shipped', async () => {
    const shipped = readFileSync(join(import.meta.dirname, '../../../../systemd/relay.service'), 'utf8');
    expect(textOf(await filesOf('a1'), RELAY_FILES.unit)).toBe(shipped);
  });

  // Needs systemd's own tool.
  test.runIf(existsSync('/usr/bin/systemd-analyze'))(
    'what is added to the unit takes more from it, and nothing unknown',
    async () => {
      const files = await filesOf('a1');
      mkdirSync(join(dir, 'relay.service.d'));
      writeFileSync(join(dir, 'relay.service'), textOf(files, RELAY_FILES.unit));
      writeFileSync(join(dir, 'relay.service.d/cluster.conf'), textOf(files, RELAY_FILES.unitOnHosts));
      const { stdout, stderr } = spawnSync(
        'systemd-analyze',
        ['verify', '--man=no', join(dir, 'relay.service')],
        { encoding: 'utf8' },
      );
      expect(`${stdout}${stderr}`).not.toMatch(/unknown|invalid|ignoring|failed to parse/iu);
    },
  );

  // Needs visudo, of the package sudo.
  test.runIf(existsSync('/usr/sbin/visudo'))(
    'sudo takes the rules, which are whole command lines without a pager',
    async () => {
      const rules = (await filesOf('a1')).find(({ path }) => path === RELAY_FILES.sudoers);
      const file = join(dir, 'sudoers');
      writeFileSync(file, String(rules?.content), { mode: 0o440 });
      execFileSync('sh', ['-c', rules?.check ?? 'false'], {
        env: { PATH: '/usr/sbin:/usr/bin:/bin', FILE: file },
      });
      expect(String(rules?.content)).not.toMatch(/\*/u);
      for (const line of String(rules?.content).match(/\/usr\/bin\/(?:journalctl|systemctl [^r])[^,\n]*/gu) ??
        []) {
        expect(line).toContain('--no-pager');
      }
      writeFileSync(file, 'relay-admin may do as it likes\n');
      expect(() =>
        execFileSync('sh', ['-c', rules?.check ?? 'true'], {
          env: { PATH: '/usr/sbin:/usr/bin:/bin', FILE: file },
          stdio: 'pipe',
        }),
      ).toThrow();
    },
  );
});
