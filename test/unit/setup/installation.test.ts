import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locateApi } from '../../../src/relay/config/locate.ts';
import { loadConfig } from '../../../src/relay/config/load.ts';
import { plainYaml } from '../../../src/relay/config/plain-yaml.ts';
import { servicePath } from '../../../src/relay/config/addresses.ts';
import { servicePath as intakePath } from '../../../src/relay/events/http.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { readAnswers } from '../../../src/relay/setup/answers.ts';
import type { Typed } from '../../../src/relay/setup/answers.ts';
import { makeInstallation } from '../../../src/relay/setup/installation.ts';
import type { Installation } from '../../../src/relay/setup/installation.ts';
import { userIn } from '../../../src/relay/setup/owner.ts';
import { placeOf } from '../../../src/relay/setup/place.ts';
import { keepInUse } from '../../../src/relay/setup/store-in-use.ts';
import { toldText } from '../../../src/relay/setup/told.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'relay-setup-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const place = () => placeOf({ dir: undefined, root: false, cwd });
const dir = () => join(cwd, 'relay-data');
const typed: Typed = {
  http: '127.0.0.1:8080',
  smtp: '127.0.0.1:2525',
  domain: 'alerts.example',
  mail: 'smtp://127.0.0.1:2526',
  people: ['ana=Ana,ana@example.com,+15550100', 'ben=Ben Ito,ben@example.com'],
};
const install = (change: Partial<Typed> = {}) =>
  makeInstallation(place(), readAnswers({ ...typed, ...change }, {}), {});

async function roster(): Promise<Roster> {
  const store = await openSqliteStore({ path: join(dir(), 'relay.db') });
  try {
    return (await store.load('roster')).state as Roster;
  } finally {
    await store.close();
  }
}

/** Every file with its bytes, and when it was last touched. */
async function contents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(dir(), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile())
      found[path] = `${(await stat(path)).mtimeMs} ${(await readFile(path)).toString('base64')}`;
  }
  return found;
}

const key = (done: Installation): string => {
  const routingKey = done.services[0]?.routingKey;
  if (routingKey === undefined || routingKey === null) throw new Error('no key was shown');
  return routingKey;
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a first installation', () => {
  test('shows where alerts go, and the key once', async () => {
    const done = await install();
    expect(key(done)).toMatch(/^[\da-f]{32}$/u);
    expect(done).toMatchObject({
      config: join(dir(), 'relay.yaml'),
      socket: join(dir(), 'relay.sock'),
      changed: true,
      services: [
        {
          name: 'default',
          email: 'default@alerts.example',
          emailWithKey: `default-${key(done)}@alerts.example`,
          url: `http://127.0.0.1:8080/e/${key(done)}`,
        },
      ],
    });
    expect(servicePath('k')).toBe(intakePath('k'));
  });

  test('pages the people in the order given, five minutes each, three times more', async () => {
    const done = await install();
    expect(await roster()).toMatchObject({
      version: 1,
      people: [
        {
          id: 'ana',
          name: 'Ana',
          contacts: [
            { channel: 'sms', address: '+15550100' },
            { channel: 'email', address: 'ana@example.com' },
          ],
        },
        { id: 'ben', name: 'Ben Ito', contacts: [{ channel: 'email', address: 'ben@example.com' }] },
      ],
      policies: [
        {
          id: 'default',
          levels: [
            { people: ['ana'], afterMs: 300_000 },
            { people: ['ben'], afterMs: 300_000 },
          ],
          repeat: 3,
        },
      ],
      services: [{ id: 'default', policy: 'default', keyHashes: [sha256(key(done))] }],
      defaultService: 'default',
    });
  });

  test('is a configuration that the daemon reads, and the CLI finds its socket without yaml', async () => {
    const token = join(cwd, 'token');
    await install({
      publicUrl: 'https://alerts.example',
      mail: 'smtps://relay%40alerts.example@mail.example.com:465',
      mailFrom: 'Relay "on call" <relay@alerts.example>',
      mailPasswordFile: '/srv/secrets/mail: password',
      mailReplyWorks: true,
      replyTo: 'ops@example.com',
      twilioAccountSid: 'AC00000000000000000000000000000000',
      twilioTokenFile: token,
      twilioFrom: '+15550199',
      twilioBaseUrl: 'http://127.0.0.1:9100',
      twilioPollSeconds: 2,
    });
    const config = await loadConfig({ flag: join(dir(), 'relay.yaml'), env: {}, cwd });
    expect(config).toMatchObject({
      store: { kind: 'sqlite', path: join(dir(), 'relay.db') },
      http: { listen: { host: '127.0.0.1', port: 8080 }, publicUrl: 'https://alerts.example' },
      smtp: { listen: { host: '127.0.0.1', port: 2525 }, domain: 'alerts.example' },
      mail: {
        url: 'smtps://relay%40alerts.example@mail.example.com:465',
        from: 'Relay "on call" <relay@alerts.example>',
        passwordFile: '/srv/secrets/mail: password',
        replyTo: 'ops@example.com',
        replyWorks: true,
      },
      twilio: { authTokenFile: token, from: '+15550199', baseUrl: 'http://127.0.0.1:9100', pollSeconds: 2 },
      api: { socket: join(dir(), 'relay.sock'), tokenFile: join(dir(), 'keys/api.token') },
      keyDir: join(dir(), 'keys'),
    });
    expect(await locateApi({ flag: config.path, env: {}, cwd })).toMatchObject({ socket: config.api.socket });
  });

  test('is plain enough for the fast reader when the answers are', async () => {
    await install({ twilioAccountSid: 'AC1', twilioTokenFile: join(cwd, 't'), twilioFrom: '+15550199' });
    const text = await readFile(join(dir(), 'relay.yaml'), 'utf8');
    const plain = plainYaml(text);
    expect(plain?.get('api.socket')).toBe('relay.sock');
    const whole = parse(text) as Record<string, Record<string, unknown>>;
    expect(plain?.get('twilio.from')).toBe(whole['twilio']?.['from']);
  });

  test('keeps keys from others, with a certificate for the domain', async () => {
    await install();
    for (const name of ['token.key', 'api.token', 'smtp.key']) {
      expect((await stat(join(dir(), 'keys', name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(join(dir(), 'keys'))).mode & 0o777).toBe(0o700);
    expect((await readFile(join(dir(), 'keys/token.key'))).length).toBe(32);
    const certificate = new X509Certificate(await readFile(join(dir(), 'keys/smtp.crt')));
    expect(certificate.checkHost('alerts.example')).toBe('alerts.example');
    expect(certificate.validToDate.getTime() - Date.now()).toBeGreaterThan(9 * 365 * 86_400_000);
  });

  test('tells next steps, the last of them a real page', async () => {
    const told = toldText(await install(), { cwd });
    expect(told).toContain(`\n  curl -d 'disk full on db1' http://127.0.0.1:8080/e/`);
    expect(told).toContain('no SMS: pages go by mail only');
    expect(told).toContain(`export RELAY_CONFIG=${join(dir(), 'relay.yaml')}`);
    expect(told.endsWith('\n  relay test ana\n')).toBe(true);
  });
});

describe('a second run', () => {
  test('changes nothing, whatever it is told, and shows no key', async () => {
    await install();
    const before = await contents();
    const again = await install({ domain: 'other.example', people: ['eve=Eve,eve@example.com'] });
    expect(again).toMatchObject({
      changed: false,
      services: [
        { name: 'default', email: 'default@alerts.example', emailWithKey: null, routingKey: null, url: null },
      ],
    });
    expect(toldText(again, { cwd })).toMatch(/^Nothing changed: [^]*relay service key default/u);
    expect(await contents()).toEqual(before);
  });

  test('after a crash before relay.yaml: finishes, with a key that works', async () => {
    const lost = await install();
    const keys = await readFile(join(dir(), 'keys/token.key'));
    await rm(join(dir(), 'relay.yaml'));
    const done = await install({ people: ['eve=Eve,eve@example.com'] });
    expect(done.changed).toBe(true);
    expect(await readFile(join(dir(), 'keys/token.key'))).toEqual(keys);
    const found = await roster();
    expect(found.people.map(({ id }) => id)).toEqual(['eve']);
    expect(found.services[0]?.keyHashes).toEqual([sha256(key(done))]);
    expect(key(done)).not.toBe(key(lost));
  });

  test('after a crash between certificate and key: a pair that belongs together', async () => {
    await install();
    const certificate = await readFile(join(dir(), 'keys/smtp.crt'));
    await rm(join(dir(), 'relay.yaml'));
    await rm(join(dir(), 'keys/smtp.key'));
    await install();
    expect(await readFile(join(dir(), 'keys/smtp.crt'))).not.toEqual(certificate);
  });

  test('when relay.yaml was lost but the roster has been worked with: the roster stays, with another key', async () => {
    await install();
    await rm(join(dir(), 'relay.yaml'));
    await install();
    await rm(join(dir(), 'relay.yaml'));
    const done = await install({ people: ['ana=Other,other@example.com', 'eve=Eve,eve@example.com'] });
    const found = await roster();
    expect(found.people.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'ana Ana',
      'ben Ben Ito',
      'eve Eve',
    ]);
    expect(found.services[0]?.keyHashes[0]).toBe(sha256(key(done)));
    expect(done.notes.join()).toContain('had a roster already');
  });

  test('when the database is gone: another beside the same relay.yaml', async () => {
    await install();
    const text = await readFile(join(dir(), 'relay.yaml'));
    await rm(join(dir(), 'relay.db'));
    const done = await install({ domain: 'other.example' });
    expect(done.changed).toBe(true);
    expect(done.services[0]?.email).toBe('default@alerts.example');
    expect(await readFile(join(dir(), 'relay.yaml'))).toEqual(text);
    expect((await roster()).people).toHaveLength(2);
  });

  test('when a database that relay worked with is gone: refused, with the way back and the way to begin anew', async () => {
    await install();
    await keepInUse({
      store: { kind: 'sqlite', path: join(dir(), 'relay.db') },
      keyDir: join(dir(), 'keys'),
    });
    expect((await install()).changed).toBe(false);
    await rm(join(dir(), 'relay.db'));
    const before = await contents();
    await expect(install()).rejects.toThrow(
      /relay\.db is not there.*put a backup in.*anew.*delete .*keys\/store-in-use\.json/iu,
    );
    expect(await contents()).toEqual(before);
    await rm(join(dir(), 'relay.yaml'));
    await expect(install(), 'its relay.yaml is gone too').rejects.toThrow(/relay\.db is not there/u);
    await rm(join(dir(), 'keys/store-in-use.json'));
    expect((await install()).changed).toBe(true);
    expect((await roster()).people).toHaveLength(2);
  });

  test('with a broken relay.yaml: says what is wrong and touches nothing', async () => {
    await install();
    await truncate(join(dir(), 'relay.yaml'), 0);
    const before = await contents();
    await expect(install()).rejects.toThrow(/relay\.yaml:1: store: expected sqlite:PATH/u);
    expect(await contents()).toEqual(before);
  });
});

describe('where it goes', () => {
  test('root without --dir: the places of the system', () => {
    expect(placeOf({ dir: undefined, root: true, cwd })).toMatchObject({
      config: '/etc/relay/relay.yaml',
      database: '/var/lib/relay/relay.db',
      socket: '/run/relay/relay.sock',
      system: true,
    });
    expect(placeOf({ dir: 'x', root: true, cwd })).toMatchObject({
      config: join(cwd, 'x/relay.yaml'),
      system: false,
    });
  });

  test('a folder too deep for a socket is refused', () => {
    expect(() => placeOf({ dir: 'd/'.repeat(60), root: false, cwd })).toThrow(
      '--dir: expected a shorter path',
    );
  });

  test('the service user is found in /etc/passwd, and only whole', () => {
    const passwd =
      'root:x:0:0::/root:/bin/sh\nrelay2:x:8:8:::\nrelay:x:998:997::/var/lib/relay:/usr/sbin/nologin\n';
    expect(userIn(passwd, 'relay')).toEqual({ uid: 998, gid: 997 });
    expect(userIn('root:x:0:0::/root:/bin/sh\n', 'relay')).toBeNull();
  });
});
