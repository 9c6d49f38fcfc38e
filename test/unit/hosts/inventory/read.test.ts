import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../../../src/relay/config/load.ts';
import { configSchema } from '../../../../src/relay/config/schema.ts';
import { keysAt } from '../../../../src/relay/config/schema-keys.ts';
import { readInventory } from '../../../../src/relay/hosts/inventory/read.ts';
import { inventorySchema } from '../../../../src/relay/hosts/inventory/schema.ts';
import { FILE_KEYS } from '../../../../src/relay/hosts/inventory/relay-part.ts';
import { relayConfig } from '../../../../src/relay/hosts/components/relay/config.ts';
import { FILE, FIVE, problems, read } from './inventory-text.ts';

const TWILIO = `relay:
  twilio: { accountSid: AC00, authTokenFile: secrets/twilio, from: "+15550100" }
`;

describe('cluster.yaml', () => {
  test('needs a domain and hosts, and has a default for the rest', () => {
    const inventory = read();
    expect(inventory).toMatchObject({
      path: FILE,
      name: 'relay',
      domain: 'alerts.example.com',
      publicUrl: null,
      admins: [],
      intake: { allowFrom: ['127.0.0.0/8', '::1/128'], newPerSecond: 50, burst: 200 },
      certificate: null,
      relay: {},
      relayFiles: {},
      releases: { relay: null, cassandra: null },
      cassandra: { keyspace: 'relay', heapMb: null },
      metrics: { statsd: null, prefix: 'relay', tags: 'dogstatsd', constantTags: {} },
      backup: { to: null, keep: 14 },
      timeServers: [],
      rosterFile: null,
    });
    expect(inventory.hosts[0]).toEqual({
      name: 'a1',
      provider: 'a',
      datacenter: 'dc-a',
      address: '192.0.2.1',
      privateAddress: '10.1.0.1',
      mailName: null,
      network: null,
      ssh: { host: '192.0.2.1', user: null, port: null, identityFile: null, configFile: null },
    });
  });

  test('says how ssh reaches the hosts, for all and for one', () => {
    const hosts = FIVE.replace('203.0.113.1 }', '203.0.113.1, ssh: { host: c1-by-jump, port: 2222 } }');
    const { hosts: made } = read('ssh: { user: ops, key: ~/.ssh/relay, config: ssh_config }\n', hosts);
    expect(made[0]?.ssh).toEqual({
      host: '192.0.2.1',
      user: 'ops',
      port: null,
      identityFile: join(homedir(), '.ssh/relay'),
      configFile: '/srv/relay/ssh_config',
    });
    expect(made[4]?.ssh).toMatchObject({ host: 'c1-by-jump', port: 2222, user: 'ops' });
  });

  test('names files beside it', () => {
    const inventory = read(
      'certificate: { cert: tls/full.pem, key: /etc/ssl/key.pem }\nroster: roster.yaml\nreleases: { relay: ../r.tar.gz }\n',
    );
    expect(inventory.certificate).toEqual({
      certFile: '/srv/relay/tls/full.pem',
      keyFile: '/etc/ssl/key.pem',
    });
    expect(inventory.rosterFile).toBe('/srv/relay/roster.yaml');
    expect(inventory.releases.relay).toBe('/srv/r.tar.gz');
  });

  test.each([
    ['a key that is none', 'intakes: {}\n', ['8: intakes: expected one of', 'did you mean intake?']],
    [
      'a key of a host that is none',
      '',
      ['4: hosts.1.adress: expected one of', 'did you mean address?'],
      FIVE.replace('a, address: 192.0.2.2', 'a, adress: 192.0.2.2'),
    ],
    [
      'a name instead of an address',
      '',
      ['7: hosts.4.address: expected the IPv4 or IPv6 address', 'got "c1.example.com"'],
      FIVE.replace('203.0.113.1', 'c1.example.com'),
    ],
    [
      'the machine itself',
      '',
      ['7: hosts.4.address', 'got "127.0.0.1"'],
      FIVE.replace('203.0.113.1', '127.0.0.1'),
    ],
    ['half an address', '', ['7: hosts.4.address', 'got "10.1"'], FIVE.replace('203.0.113.1', '"10.1"')],
    ['a host called like a file', '', ['7: hosts.4.name', 'got "../c"'], FIVE.replace('c1,', '../c,')],
    [
      'an ssh host that ssh would read as a flag',
      '',
      ['7: hosts.4.ssh.host', '-oProxyCommand'],
      FIVE.replace('203.0.113.1 }', '203.0.113.1, ssh: { host: "-oProxyCommand=x" } }'),
    ],
    [
      'a network that is none',
      'admins: [192.0.2.0/40]\n',
      ['8: admins.0: expected a network', '192.0.2.0/40'],
    ],
    [
      'a rate of nothing',
      'intake: { newPerSecond: 0 }\n',
      ['8: intake.newPerSecond: expected a number of connections', 'got 0'],
    ],
    ['text instead of sections', 'relay: mail\n', ['8: relay: expected', 'got "mail"']],
    ['a backup that goes nowhere', 'backup: { to: somewhere }\n', ['8: backup.to: expected a folder']],
    [
      'numbers of several hosts under one name',
      'metrics: { statsd: "192.0.2.9:8125", tags: none }\n',
      ['8: metrics.prefix: expected {host} in it'],
    ],
    [
      'a StatsD address without a port',
      'metrics: { statsd: 192.0.2.9 }\n',
      ['8: metrics.statsd: expected HOST:PORT'],
    ],
  ])('refuses %s, with its line', (_what, more, expected, hosts = FIVE) => {
    const found = problems(more, hosts).join('\n');
    for (const text of expected) expect(found).toContain(text);
  });

  test('says how to make one when there is none, and reads one that there is', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'relay-inventory-'));
    try {
      const path = join(dir, 'cluster.yaml');
      await expect(readInventory(path)).rejects.toThrow('relay init --cluster makes one');
      await writeFile(path, `domain: alerts.example.com\n${FIVE}`);
      expect((await readInventory(path)).hosts).toHaveLength(5);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe('the example', () => {
  const path = join(import.meta.dirname, '../../../../config/cluster.yaml');

  test('is taken', async () => {
    const inventory = await readInventory(path);
    expect(inventory.hosts.map(({ datacenter }) => datacenter)).toEqual([
      'dc-hetzner',
      'dc-hetzner',
      'dc-ovh',
      'dc-ovh',
      'dc-netcup',
    ]);
    expect(inventory.metrics.statsd).toBe('192.0.2.200:8125');
  });

  test('holds every key', async () => {
    const file: unknown = parse(await readFile(path, 'utf8'));
    const written = (at: (string | number)[]): string[] => {
      let value = file;
      for (const part of at) value = (value as Record<string, unknown>)[part];
      return Object.keys(value as object);
    };
    for (const at of [
      [],
      ['intake'],
      ['hosts', 0],
      ['metrics'],
      ['backup'],
      ['time'],
      ['cassandra'],
      ['releases'],
      ['certificate'],
    ])
      expect(written(at).toSorted()).toEqual(keysAt(inventorySchema, at).toSorted());
    expect([...written(['ssh']), 'config'].toSorted()).toEqual(keysAt(inventorySchema, ['ssh']).toSorted());
  });
});

describe('what relay.yaml has in common', () => {
  test('is given the paths that its files get on a host', () => {
    const inventory = read(
      `relay:
  mail: { url: "smtp://relay@mail.example.com:587", from: relay@example.com, passwordFile: ~/mail, servers: [{ url: "smtp://relay@mx2.example.com:587", passwordFile: two }] }
  twilio: { accountSid: AC00, authTokenFile: secrets/twilio, from: "+15550100" }
  providers:
    - { name: gateway, channel: sms, http: { url: "https://sms.example.net/v1", secretFile: gw, json: { text: "{text} {secret}", pdfFile: kept } } }
`,
    );
    expect(inventory.relayFiles).toEqual({
      '/etc/relay/secrets/mail-password': join(homedir(), 'mail'),
      '/etc/relay/secrets/mail-servers-0-password': '/srv/relay/two',
      '/etc/relay/secrets/twilio-auth-token': '/srv/relay/secrets/twilio',
      '/etc/relay/secrets/providers-gateway-http-secret': '/srv/relay/gw',
    });
    expect(inventory.relay).toMatchObject({
      mail: { passwordFile: '/etc/relay/secrets/mail-password' },
      twilio: { authTokenFile: '/etc/relay/secrets/twilio-auth-token' },
      providers: [
        {
          http: { secretFile: '/etc/relay/secrets/providers-gateway-http-secret', json: { pdfFile: 'kept' } },
        },
      ],
    });
  });

  test.each([
    [
      'an unknown key',
      'relay:\n  twillio: {}\n',
      '9: relay.twillio: expected one of',
      'did you mean twilio?',
    ],
    ['a wrong value', TWILIO.replace('AC00', '00'), '9: relay.twilio.accountSid: expected an account SID'],
    [
      'a token instead of a file',
      TWILIO.replace('secrets/twilio', '0123456789abcdef0123456789abcdef'),
      '9: relay.twilio.authTokenFile: expected the path of a file that holds the secret, got what looks like the secret itself',
    ],
    [
      'a token in its place',
      TWILIO.replace('authTokenFile', 'authToken'),
      '9: relay.twilio.authToken: expected no secret in this file: put it into a file named by twilio.authTokenFile',
    ],
    [
      'a password in a URL',
      'relay:\n  mail: { url: "smtp://a:b@mail.example.com", from: r@example.com }\n',
      '9: relay.mail.url: expected no password in it: put it into a file named by mail.passwordFile',
    ],
    [
      'no token at all',
      TWILIO.replace(' authTokenFile: secrets/twilio,', ''),
      '9: relay.twilio.authTokenFile',
      'expected the path of a file that holds the auth token',
    ],
    [
      'what apply writes',
      'relay:\n  store: sqlite:x\n',
      '9: relay.store: expected nothing here: it is made of hosts',
    ],
    [
      'a domain at the wrong place',
      'relay:\n  smtp:\n    domain: x.example.com\n',
      '10: relay.smtp.domain: expected nothing here: write domain at the top',
    ],
  ])('is refused with %s', (_what, more, ...expected) => {
    const found = problems(more).join('\n');
    for (const text of expected) expect(found).toContain(text);
    expect(found).not.toContain('RELAY_');
    expect(found).not.toContain('0123456789abcdef');
  });

  test('knows every key of relay.yaml that names a file of somebody else', () => {
    const found: string[] = [];
    const walk = (path: (string | number)[], shown: string[]): void => {
      const list = keysAt(configSchema, [...path, 0]);
      for (const key of list.length > 0 ? list : keysAt(configSchema, path)) {
        const next = list.length > 0 ? [...path, 0, key] : [...path, key];
        const name = list.length > 0 ? [...shown, '*', key] : [...shown, key];
        if (key.endsWith('File')) found.push(name.join('.'));
        else if (name.length < 6) walk(next, name);
      }
    };
    walk([], []);
    const written = /^(?:store|cluster|api|http\.tls|smtp\.tls|metrics)\b/u;
    expect(found.filter((key) => !written.test(key)).toSorted()).toEqual([...FILE_KEYS].toSorted());
    expect(found.length).toBeGreaterThan(FILE_KEYS.length);
  });
});

describe("a host's relay.yaml", () => {
  const more = `publicUrl: https://alerts.example.com
metrics: { statsd: "192.0.2.9:8125" }
${TWILIO}`;

  test.each(['a1', 'a2', 'b1', 'b2', 'c1'])('is one that the daemon on %s takes', (name) => {
    const inventory = read(more);
    const host = inventory.hosts.find((one) => one.name === name);
    if (host === undefined) throw new Error(`no ${name}`);
    const file = relayConfig(inventory, host, 'relay_a');
    const config = readConfig('/etc/relay/relay.yaml', Buffer.from(JSON.stringify(file)), {});
    expect(config.host).toBe(name);
    expect(config.http?.publicUrl).toBe('https://alerts.example.com');
    expect(config.twilio?.authTokenFile).toBe('/etc/relay/secrets/twilio-auth-token');
    expect(config.store).toMatchObject({
      user: 'relay_a',
      replication: { 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 },
    });
    expect(config.cluster?.hosts).toHaveLength(5);
    expect(config.metrics).toMatchObject({ statsd: { host: '192.0.2.9', port: 8125 } });
  });
});
