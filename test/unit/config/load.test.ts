import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, readConfig } from '../../../src/relay/config/load.ts';
import { ConfigError } from '../../../src/relay/config/types.ts';

const FILE = '/srv/relay/relay.yaml';
const read = (text: string, env: NodeJS.ProcessEnv = {}) => readConfig(FILE, Buffer.from(text), env);

/** The problems of a configuration that must be refused. */
function problems(text: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}

describe('a configuration that is right', () => {
  test('the example holds every key and is accepted', async () => {
    const path = join(import.meta.dirname, '../../../config/relay.yaml');
    const config = readConfig(path, await readFile(path), {});
    const missing = Object.entries(flatten(config)).filter(([, value]) => value === null);
    // Other hosts need a store that they share: config/relay-cluster.yaml.
    expect(missing).toEqual([['cluster', null]]);
    expect(config.twilio?.pollSeconds).toBe(10);
    expect(config.catchAll).toEqual(['ana', 'ben']);
  });

  test('the least one: a store, with everything else off or at its default', () => {
    expect(read('store: sqlite:data/relay.db\n')).toMatchObject({
      path: FILE,
      store: { kind: 'sqlite', path: '/srv/relay/data/relay.db' },
      http: null,
      smtp: null,
      mail: null,
      twilio: null,
      catchAll: [],
      api: { socket: '/srv/relay/data/relay.sock', listen: null, tokenFile: null },
      cluster: null,
      spool: '/srv/relay/data/spool',
      watch: null,
      keyDir: '/srv/relay/data/keys',
    });
  });

  test('calls are made from the number that texts come from, unless another is given', () => {
    const twilio = 'twilio: {accountSid: AC1, authTokenFile: t, from: "+15550100"';
    expect(read(`store: sqlite:r.db\n${twilio}}\n`).twilio?.voice).toBeUndefined();
    expect(read(`store: sqlite:r.db\n${twilio}, voice: {language: en-GB}}\n`).twilio?.voice).toEqual({
      from: null,
      voice: null,
      language: 'en-GB',
    });
    expect(problems(`store: sqlite:r.db\n${twilio}, voice: {from: Relay, language: "?"}}\n`)).toEqual([
      `${FILE}:2: twilio.voice.from: expected the number that calls, such as +15550100, got "Relay"`,
      `${FILE}:2: twilio.voice.language: expected a language such as en-GB, got "?"`,
    ]);
  });

  test('defaults of sections that are only begun', () => {
    const config = read('store: sqlite:r.db\nhttp: {}\nsmtp: {domain: Alerts.Example.com}\n');
    expect(config.http?.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.smtp?.listen).toEqual({ host: '127.0.0.1', port: 2525 });
    expect(config.smtp?.domain).toBe('alerts.example.com');
    expect(config.smtp?.allowFrom).toContain('10.0.0.0/8');
  });

  test('behind a proxy: whom it may speak for others, and a second door for mail that is submitted', () => {
    const config = read(
      'store: sqlite:r.db\nhttp: {proxy: [127.0.0.1]}\n' +
        'smtp: {domain: a.example.com, proxy: [127.0.0.1, 192.0.2.0/24], submission: 127.0.0.1:2587, usersFile: u}\n',
    );
    expect(config.http?.proxy).toEqual(['127.0.0.1/32']);
    expect(config.smtp?.proxy).toEqual(['127.0.0.1/32', '192.0.2.0/24']);
    expect(config.smtp?.submission).toEqual({ host: '127.0.0.1', port: 2587 });
    const least = read('store: sqlite:r.db\nhttp: {}\nsmtp: {domain: a.example.com}\n');
    expect([least.http?.proxy, least.smtp?.proxy, least.smtp?.submission]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      problems(
        'store: sqlite:r.db\nhttp: {proxy: [haproxy]}\nsmtp:\n  domain: a.example.com\n  proxy: ["0.0.0.0/0"]\n',
      ),
    ).toEqual([
      `${FILE}:2: http.proxy.0: expected the address or network of a proxy such as 127.0.0.1 or 192.0.2.0/24, got "haproxy"`,
      `${FILE}:5: smtp.proxy.0: expected the address or network of a proxy such as 127.0.0.1 or 192.0.2.0/24, got "0.0.0.0/0"`,
    ]);
    expect(
      problems('store: sqlite:r.db\nsmtp:\n  domain: a.example.com\n  submission: 127.0.0.1:2525\n'),
    ).toEqual([
      `${FILE}:4: smtp.submission: expected smtp.usersFile beside it: whoever submits mail there must log in`,
      `${FILE}:4: smtp.submission: expected another port than smtp.listen, got 127.0.0.1:2525 again`,
    ]);
  });

  test('the Twilio token may come from the environment alone', () => {
    const text = 'store: sqlite:r.db\ntwilio: {accountSid: AC1, from: "+15550100"}\n';
    expect(read(text, { RELAY_TWILIO_AUTH_TOKEN: 'x' }).twilio?.authTokenFile).toBeNull();
    expect(problems(text)[0]).toContain('RELAY_TWILIO_AUTH_TOKEN');
  });
});

describe('a broken configuration names file, line, key and what was expected', () => {
  test('every problem at once', () => {
    const text = `store: postgres:x
http:
  listen: 8080
  publicUrl: alerts.example.com
smtp:
  listn: 127.0.0.1:25
  allowFrom:
    - 10.0.0.0/8
    - 10.0.0.0/99
mail:
  url: http://mail.example.com
twilio:
  accountSid: AC1
  authTokenFile: token
  from: "0155"
  pollSeconds: fast
`;
    expect(problems(text)).toEqual([
      `${FILE}:1: store: expected sqlite:PATH such as sqlite:relay.db, or cassandra: with its keys below, got "postgres:x"`,
      `${FILE}:3: http.listen: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, got 8080`,
      `${FILE}:4: http.publicUrl: expected a URL such as https://alerts.example.com, got "alerts.example.com"`,
      `${FILE}:5: smtp.domain: expected a domain such as alerts.example.com, got nothing`,
      `${FILE}:9: smtp.allowFrom.1: expected a network such as 192.0.2.0/24, got "10.0.0.0/99"`,
      `${FILE}:6: smtp.listn: expected one of listen, domain, allowFrom, tls, usersFile, proxy, submission, got an unknown key; did you mean listen?`,
      `${FILE}:11: mail.url: expected a mail server such as smtp://relay@mail.example.com:587, got "http://mail.example.com"`,
      `${FILE}:10: mail.from: expected a mail address such as relay@example.com, got nothing`,
      `${FILE}:15: twilio.from: expected the sending number such as +15550100, or a name of up to 11 letters, got "0155"`,
      `${FILE}:16: twilio.pollSeconds: expected a number of seconds from 1 to 3600, got "fast"`,
    ]);
  });

  test.each([
    ['store: sqlite:r.db\nhttp: [\n', ':3: expected valid YAML'],
    ['store: sqlite:r.db\nstore: sqlite:s.db\n', ':2: expected valid YAML, got: Map keys must be unique'],
    ['store: sqlite:r.db\nhttp: yes please\n', ':2: http: expected keys below it, got "yes please"'],
    ['store: sqlite:r.db\nsmtp:\n', ':2: smtp: expected keys below it, got nothing'],
    [
      'store: sqlite:r.db\nHttp: {}\n',
      ':2: Http: expected one of store, http, smtp, calendars, mail, imap, twilio, providers, paging, catchAll, api, drainSeconds, cluster, watch, metrics, keyDir, host, got an unknown key; did you mean http?',
    ],
    ['store: sqlite:r.db\ncatchAll: ana\n', ':2: catchAll: expected a list, got "ana"'],
    [
      'store: sqlite:r.db\nimap:\n  url: imaps://a@mail.example.com\n',
      ':2: imap: expected a list, got keys; put "- " before the first of them',
    ],
    ['store: sqlite:r.db\nhttp: [a]\n', ':2: http: expected keys below it, got a list'],
    [
      'store: sqlite:r.db\nmail: {url: "smtp://m:25", from: a@b, replyWorks: "yes"}\n',
      ':2: mail.replyWorks: expected true, false or auto, got "yes"',
    ],
    [
      'store: sqlite:r.db\nmail: {url: "smtp://m:25", from: a@b, replyWorks: true}\n',
      ':2: mail.replyWorks: expected smtp.domain and smtp.listen as well',
    ],
    ['store: sqlite:r.db\nhttp: {listen: "127.0.0.1:70000"}\n', ':2: http.listen: expected HOST:PORT'],
    ['store: sqlite:r.db\nhttp: {listen: "127.0.0.300:80"}\n', ':2: http.listen: expected HOST:PORT'],
    [
      'store: sqlite:r.db\napi: {listen: "127.0.0.1:81"}\n',
      ':2: api.listen: expected api.tokenFile beside it',
    ],
    [`store: sqlite:${'d/'.repeat(60)}r.db\n`, ':1: api.socket: expected a path of at most 107 bytes'],
    [
      '',
      ':1: store: expected sqlite:PATH such as sqlite:relay.db, or cassandra: with its keys below, got nothing',
    ],
    ['just text', ':1: expected keys below it, got'],
  ])('%j', (text, expected) => {
    expect(problems(text).join('\n')).toContain(FILE + expected);
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('store: sqlite:r.db\n# caf'),
      Buffer.from([0xe9]),
      Buffer.from('\n'),
    ]);
    expect(() => readConfig(FILE, bytes, {})).toThrow(`${FILE}:2: expected UTF-8 text`);
  });
});

describe('secrets in the file are refused and not shown', () => {
  test.each([
    ['twilio: {accountSid: AC1, authToken: hunter2hunter2, from: "+15550100"}', 'RELAY_TWILIO_AUTH_TOKEN'],
    [
      'twilio: {accountSid: AC1, authTokenFile: hunter2hunter2hunter2hunter2hunter2, from: "+15550100"}',
      'got what looks like the secret itself',
    ],
    ['mail: {url: "smtp://relay:hunter2@mail.example.com", from: a@b}', 'mail.passwordFile'],
    ['mail: {url: "imap://relay:hunter2@mail.example.com", from: a@b}', 'mail.passwordFile'],
    ['mail: {url: "smtp://mail.example.com", password: hunter2, from: a@b}', 'RELAY_MAIL_PASSWORD'],
    [
      'mail: {url: "smtp://a", from: a@b, servers: [{url: "smtp://relay:hunter2@mail.example.com"}]}',
      'RELAY_MAIL_PASSWORD_2',
    ],
    [
      'twilio: {accountSid: AC1, authTokenFile: t, from: "+15550100", baseUrl: "http://u:hunter2@h"}',
      'not shown',
    ],
    ['api: {token: hunter2}', 'api.tokenFile'],
  ])('%s', (text, expected) => {
    const told = problems(`store: sqlite:r.db\n${text}\n`).join('\n');
    expect(told).toContain(`${FILE}:2: `);
    expect(told).toContain(expected);
    expect(told).not.toContain('hunter2');
  });
});

describe('where the configuration is searched', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-config-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('--config, then RELAY_CONFIG, then the folder one is in', async () => {
    for (const name of ['flag.yaml', 'env.yaml', 'relay.yaml'])
      await writeFile(join(dir, name), 'store: sqlite:r.db\n');
    const env = { RELAY_CONFIG: 'env.yaml' };
    expect((await loadConfig({ flag: 'flag.yaml', env, cwd: dir })).path).toBe(join(dir, 'flag.yaml'));
    expect((await loadConfig({ env, cwd: dir })).path).toBe(join(dir, 'env.yaml'));
    expect((await loadConfig({ env: {}, cwd: dir })).path).toBe(join(dir, 'relay.yaml'));
  });

  test('a named file that is not there is an error, not a reason to take another', async () => {
    await writeFile(join(dir, 'relay.yaml'), 'store: sqlite:r.db\n');
    await expect(loadConfig({ flag: 'no.yaml', env: {}, cwd: dir })).rejects.toThrow(
      /no\.yaml: no such file \(named by --config\)/u,
    );
  });

  test('nothing anywhere: where it looked, and relay init', async () => {
    const looked = loadConfig({ env: {}, cwd: dir });
    await expect(looked).rejects.toThrow(join(dir, 'relay.yaml'));
    await expect(looked).rejects.toThrow(/\/etc\/relay\/relay\.yaml; make one with: relay init/u);
  });
});

function flatten(value: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? flatten(inner, `${prefix}${key}.`)
        : { [prefix + key]: inner },
    ),
  ) as Record<string, unknown>;
}
