import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { locateApi } from '../../../src/relay/config/locate.ts';
import { readConfig } from '../../../src/relay/config/load.ts';
import { plainYaml } from '../../../src/relay/config/plain-yaml.ts';
import { readSecretFile } from '../../../src/relay/config/secrets.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-locate-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the CLI finds the daemon where the daemon listens', () => {
  test.each([
    ['no api section', 'store: sqlite:data/relay.db\n'],
    ['a socket', 'store: sqlite:relay.db\napi:\n  socket: run/relay.sock # here\n'],
    ['a quoted socket', 'store: "sqlite:relay.db"\napi:\n  socket: "run/my relay.sock"\n'],
    ['flow style, which only yaml reads', 'store: sqlite:relay.db\napi: {socket: run/relay.sock}\n'],
    ['a list before it', 'catchAll:\n  - ana\nstore: sqlite:relay.db\napi:\n  socket: ../relay.sock\n'],
    ['a store elsewhere', 'store: {cassandra: {contactPoints: [127.0.0.1], datacenter: dc-a}}\n'],
    [
      'a store elsewhere, as people write it',
      'store:\n  cassandra:\n    contactPoints:\n      - 127.0.0.1\n    datacenter: dc-a\nhost: a1\n',
    ],
    ['an anchor', 'store: &here sqlite:relay.db\nhttp: {}\n'],
  ])('%s', async (_title, text) => {
    const path = join(dir, 'relay.yaml');
    await writeFile(path, text);
    const place = await locateApi({ env: {}, cwd: dir });
    expect(place).toEqual({
      kind: 'socket',
      socket: readConfig(path, Buffer.from(text), {}).api.socket,
      config: path,
    });
  });

  test('RELAY_URL with RELAY_TOKEN, or the token file of the configuration', async () => {
    const env = { RELAY_URL: 'http://192.0.2.10:8081/' };
    expect(await locateApi({ env: { ...env, RELAY_TOKEN: 't' }, cwd: dir })).toEqual({
      kind: 'url',
      url: 'http://192.0.2.10:8081',
      token: 't',
    });
    expect(await locateApi({ env, cwd: dir })).toMatchObject({ token: null });
    await writeFile(join(dir, 'relay.yaml'), 'store: sqlite:r.db\napi:\n  tokenFile: api.token\n');
    await writeFile(join(dir, 'api.token'), 'from-file\n', { mode: 0o600 });
    expect(await locateApi({ env, cwd: dir })).toMatchObject({ token: 'from-file' });
    await expect(locateApi({ env: { RELAY_URL: 'relay.example.com' }, cwd: dir })).rejects.toThrow(
      'RELAY_URL',
    );
  });
});

test('where nothing names a configuration, the one that relay init has made here is named', async () => {
  // A machine that runs relay for good has one in /etc, which comes first.
  const named = locateApi({ env: {}, cwd: dir }).catch((error: unknown) => String(error));
  const before = await named;
  await mkdir(join(dir, 'relay-data'));
  const made = join(dir, 'relay-data/relay.yaml');
  await writeFile(made, 'store: sqlite:relay.db\n');
  const after = await locateApi({ env: {}, cwd: dir }).catch((error: unknown) => String(error));
  if (typeof before !== 'string') expect(after).toEqual(before);
  else {
    expect(before).toMatch(/make one with: relay init$/u);
    expect(after).toMatch(new RegExp(`there is one: export RELAY_CONFIG=${made}$`, 'u'));
  }
});

describe('the plain reader never reads something differently from yaml', () => {
  test('the example configuration', async () => {
    const text = await readFile(join(import.meta.dirname, '../../../config/relay.yaml'), 'utf8');
    // Its smtp.tls is three levels deep: yaml's business.
    expect(plainYaml(text)).toBeNull();
  });

  test.each([
    'a: b\nc:\n  d: e f\n  g: "h # i" # j\n',
    "a: 'b'\n",
    'a: 1\nb: true\nc: null\nd: ~\n',
    'a: b #c\n',
    'a: [b, c]\nd:\n  - e\n',
    'a: smtp://x@y.example:25\n',
    'a: +15550100\n',
  ])('plain: %j', (text) => {
    const plain = plainYaml(text);
    const whole: unknown = parse(text);
    expect(plain).not.toBeNull();
    for (const [key, value] of plain ?? []) {
      const there = key
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], whole);
      // '' stands for everything that isn't text.
      expect(value).toBe(typeof there === 'string' ? there : '');
    }
  });

  test.each([
    'a: b: c\n',
    'a: {b: c}\n',
    'a: |\n  b: c\n',
    'a: b\n  c\n',
    'a: "b\\n"\n',
    "a: 'b''c'\n",
    'a: &x b\nc: *x\n',
    'a: b#c\n',
    '? a\n: b\n',
    'a: b\n---\na: c\n',
    '%YAML 1.2\n---\na: b\n',
    'a:\n  b: c\n    d: e\n',
    'a: b\na: c\n',
  ])('left to yaml: %j', (text) => {
    expect(plainYaml(text)).toBeNull();
  });
});

describe('a secret in a file', () => {
  test('comes without its newline, and others reading it is warned of', async () => {
    const file = join(dir, 'token');
    await writeFile(file, 's3cret\n');
    await chmod(file, 0o644);
    const warnings: string[] = [];
    expect(await readSecretFile('twilio.authTokenFile', file, (text) => warnings.push(text))).toBe('s3cret');
    expect(warnings).toEqual([
      `twilio.authTokenFile: ${file} can be read or changed by other users; run: chmod 600 ${file}`,
    ]);
    await chmod(file, 0o640);
    expect(await readSecretFile('k', file, () => expect.fail('warned of a group that may read it'))).toBe(
      's3cret',
    );
  });

  test.each([
    ['', 'got an empty file'],
    ['one\ntwo\n', 'expected one line'],
  ])('%j is refused', async (text, told) => {
    const file = join(dir, 'token');
    await writeFile(file, text, { mode: 0o600 });
    await expect(readSecretFile('mail.passwordFile', file, () => {})).rejects.toThrow(told);
  });

  test('a file that is not there is named with its key', async () => {
    const file = join(dir, 'none');
    await expect(readSecretFile('mail.passwordFile', file, () => {})).rejects.toThrow(
      `mail.passwordFile: ${file}: no such file`,
    );
  });
});
