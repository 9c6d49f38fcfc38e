import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeSystemd } from '../../../../src/relay/setup/systemd/remove.ts';
import { Machine } from './machine.ts';

let machine: Machine;
beforeEach(async () => {
  machine = await Machine.made();
});
afterEach(() => machine.gone());

const current = (): Promise<string> => readlink(machine.places.current);

describe('a machine becomes a host of relay', () => {
  test('with a release, a command, a user, and a service that is ready', async () => {
    const installed = await machine.install(await machine.releaseFile('1.0.0'));
    expect(installed).toMatchObject({ version: '1.0.0', previous: null, mail: null });
    expect(await current()).toBe('1.0.0');
    expect(await readlink(machine.places.command)).toBe(join(machine.places.current, 'bin/relay'));
    expect(await readFile(machine.places.unit, 'utf8')).toBe('# of 1.0.0\n');
    // The file was packed under a tight umask; the daemon is somebody else than root.
    expect(statSync(join(machine.places.releases, '1.0.0/bin/relay')).mode & 0o777).toBe(0o755);
    expect([...machine.accounts]).toEqual(['group relay', 'passwd relay']);
    expect(machine.handedOver[0]).toEqual(
      expect.arrayContaining(['etc/relay', 'var/lib/relay'].map((name) => join(machine.folder, name))),
    );
    expect(machine.changes.slice(-3)).toEqual([
      'systemctl daemon-reload',
      'systemctl enable --quiet relay.service',
      'systemctl restart relay.service',
    ]);
    expect(machine.running).toBe('1.0.0');
  });

  test('and a second run changes nothing and disturbs nobody', async () => {
    const file = await machine.releaseFile('1.0.0');
    await machine.install(file);
    machine.changes.length = 0;
    expect((await machine.install(file)).done).toEqual([]);
    expect(machine.changes).toEqual(['systemctl daemon-reload']);
  });

  test('also when the first run died after switching and before starting', async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    const file = await machine.releaseFile('1.1.0');
    await machine.install(file);
    machine.running = '1.0.0';
    await mkdir(join(machine.places.releases, '.new-file'));
    expect((await machine.install(file)).done).toEqual(['started relay.service, which is ready']);
    expect(machine.running).toBe('1.1.0');
    expect(await readdir(machine.places.releases)).not.toContain('.new-file');
  });

  test.each([
    ['nobody but root', (): void => void (machine.root = false), /run it as root/u],
    ['without systemd', (): void => void (machine.systemd = false), /systemd does not run this machine/u],
    [
      'for another processor',
      (): void => void (machine.arch = 'arm64'),
      /is for x64, this machine is arm64/u,
    ],
  ])('is refused to %s', async (_whom, make, why) => {
    make();
    await expect(machine.install(await machine.releaseFile('1.0.0'))).rejects.toThrow(why);
    expect(machine.running).toBeNull();
    expect(existsSync(machine.places.command)).toBe(false);
  });

  test('is refused from a checkout, and from a file that is none or not what its checksum says', async () => {
    await expect(machine.install(undefined)).rejects.toThrow(/this is a checkout.*npm run release/u);
    await expect(machine.install(join(machine.folder, 'nowhere.tar.gz'))).rejects.toThrow(/there is no/u);
    const file = await machine.releaseFile('1.0.0');
    await writeFile(`${file}.sha256`, `${'0'.repeat(64)}  relay-1.0.0.tar.gz\n`);
    await expect(machine.install(file)).rejects.toThrow(
      /relay-1\.0\.0\.tar\.gz is not what relay-1\.0\.0\.tar\.gz\.sha256 says/u,
    );
  });

  test("is refused where somebody else's command has the name", async () => {
    await mkdir(dirname(machine.places.command), { recursive: true });
    await writeFile(machine.places.command, 'another relay');
    await expect(machine.install(await machine.releaseFile('1.0.0'))).rejects.toThrow(
      /usr\/local\/bin\/relay is something else: move it away/u,
    );
    expect(await readFile(machine.places.command, 'utf8')).toBe('another relay');
  });
});

describe('an upgrade', () => {
  test('keeps the release before it', async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    const upgraded = await machine.install(await machine.releaseFile('1.1.0'));
    expect(upgraded).toMatchObject({ version: '1.1.0', previous: '1.0.0' });
    expect(machine.running).toBe('1.1.0');
    expect(await readFile(machine.places.unit, 'utf8')).toBe('# of 1.1.0\n');
    expect((await readdir(machine.places.releases)).sort()).toEqual([
      '1.0.0',
      '1.1.0',
      'current',
      'previous',
    ]);
  });

  test('to another build of the same version lies beside it', async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    await machine.install(await machine.releaseFile('1.0.0', { content: 'mended' }));
    expect(await current()).toMatch(/^1\.0\.0-[0-9a-f]{8}$/u);
    expect(await readlink(machine.places.previous)).toBe('1.0.0');
  });

  test('that does not become ready goes back, and says what was logged', async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    await machine.install(await machine.releaseFile('1.1.0'));
    machine.broken.add('1.2.0');
    await expect(machine.install(await machine.releaseFile('1.2.0'))).rejects.toThrow(
      /did not become ready[\s\S]*the disk is full[\s\S]*This went back to 1\.1\.0, which runs/u,
    );
    expect(machine.running).toBe('1.1.0');
    expect(await current()).toBe('1.1.0');
    expect(await readlink(machine.places.previous)).toBe('1.0.0');
    expect(await readFile(machine.places.unit, 'utf8')).toBe('# of 1.1.0\n');
  });

  test('whose way back is barred says that nothing pages', async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    machine.broken.add('1.0.0').add('1.1.0');
    await expect(machine.install(await machine.releaseFile('1.1.0'))).rejects.toThrow(/NOTHING PAGES NOW/u);
  });
});

describe('another mail server on port 25', () => {
  test('is named, with what makes it forward', async () => {
    const file = await machine.releaseFile('1.0.0');
    machine.holder = { program: 'exim4', pid: 812 };
    expect((await machine.install(file, '0.0.0.0:2525')).mail).toEqual({
      server: 'exim (pid 812)',
      lines: expect.arrayContaining([
        "echo 'alerts.example.com: 127.0.0.1::2525' >> /etc/exim4/hubbed_hosts",
      ]),
    });
    machine.holder = { program: 'master', pid: 900 };
    expect((await machine.install(file, '0.0.0.0:2525')).mail).toEqual({
      server: 'postfix (pid 900)',
      lines: expect.arrayContaining([
        "echo 'alerts.example.com smtp:[127.0.0.1]:2525' >> /etc/postfix/relay-pager",
      ]),
    });
    machine.holder = { program: 'smtpd', pid: 7 };
    expect((await machine.install(file, '0.0.0.0:2525')).mail?.server).toBe('smtpd (pid 7)');
  });

  test('is nobody when relay has the port itself', async () => {
    machine.holder = { program: 'relay', pid: 1 };
    expect((await machine.install(await machine.releaseFile('1.0.0'))).mail).toBeNull();
  });
});

describe('removing relay', () => {
  beforeEach(async () => {
    await machine.install(await machine.releaseFile('1.0.0'));
    await machine.install(await machine.releaseFile('1.1.0'));
    await writeFile(join(machine.folder, 'var/lib/relay/relay.db'), 'incidents');
  });

  test('stops it, and keeps the data and their owner', async () => {
    const { kept } = await removeSystemd(machine, false);
    expect(machine.running).toBeNull();
    expect(kept).toEqual(machine.places.data);
    expect(await readFile(join(machine.folder, 'var/lib/relay/relay.db'), 'utf8')).toBe('incidents');
    expect(machine.accounts.has('passwd relay')).toBe(true);
    for (const path of [machine.places.releases, machine.places.command, machine.places.unit])
      expect(existsSync(path), path).toBe(false);
    expect((await removeSystemd(machine, false)).done).toEqual([]);
  });

  test('with its data leaves nothing', async () => {
    expect((await removeSystemd(machine, true)).kept).toEqual([]);
    expect(machine.accounts.size).toBe(0);
    expect(existsSync(join(machine.folder, 'var/lib/relay'))).toBe(false);
  });

  test('leaves what somebody else put beside the releases', async () => {
    await writeFile(join(machine.places.releases, 'notes.txt'), 'mine');
    await removeSystemd(machine, false);
    expect(await readdir(machine.places.releases)).toEqual(['notes.txt']);
    await rm(machine.places.releases, { recursive: true });
  });
});
