import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { init } from '../../../src/relay/setup/init.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-own-secrets-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const set = (how: { ownSecrets: boolean; file?: string; env?: NodeJS.ProcessEnv }): ReturnType<typeof init> =>
  init({
    dir: join(dir, 'r'),
    typed: {
      http: '127.0.0.1:0',
      smtp: '127.0.0.1:0',
      domain: 'alerts.example.com',
      mail: 'smtp://relay@mail.example.com:587',
      ...(how.file === undefined ? {} : { mailPasswordFile: how.file }),
      people: ['ana=Ana,ana@example.com'],
    },
    terminal: null,
    skipChecks: true,
    ownSecrets: how.ownSecrets,
    cwd: dir,
    env: how.env ?? {},
    warn: () => {},
    around: { root: false, localMail: async () => false },
  });
const configured = (): Promise<string> => readFile(join(dir, 'r/relay.yaml'), 'utf8');
const kept = (): string => join(dir, 'r/keys/mail-password');

test("a service gets root's secrets in files of its own", async () => {
  const file = join(dir, 'only-root-reads-this');
  await writeFile(file, 'hunter2\n', { mode: 0o600 });
  await set({ ownSecrets: true, file });
  expect(await configured()).not.toContain(file);
  expect(await configured()).toContain('keys/mail-password');
  expect(await readFile(kept(), 'utf8')).toBe('hunter2\n');
  expect((await stat(kept())).mode & 0o777).toBe(0o600);
});

test('a service gets what stands in the environment, which it will not have', async () => {
  await set({ ownSecrets: true, env: { RELAY_MAIL_PASSWORD: 'hunter2' } });
  expect(await readFile(kept(), 'utf8')).toBe('hunter2\n');
});

test('a file with a secret that is not there is named, and nothing is written', async () => {
  await expect(set({ ownSecrets: true, file: join(dir, 'nowhere') })).rejects.toThrow(
    /--mail-password-file: .*nowhere/u,
  );
  await expect(configured()).rejects.toThrow('ENOENT');
});

test('without a service a file stays where it was named', async () => {
  const file = join(dir, 'mine');
  await writeFile(file, 'hunter2\n', { mode: 0o600 });
  await set({ ownSecrets: false, file });
  expect(await configured()).toContain(file);
});
