import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accounts, files } from '../../../../src/relay/hosts/apply/host-phases.ts';
import { runPhases } from '../../../../src/relay/hosts/apply/run-phases.ts';
import { survey } from '../../../../src/relay/hosts/apply/survey.ts';
import { stopEverything, takeAway } from '../../../../src/relay/hosts/apply/take-away.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import { type Sandbox, sandbox } from '../sandbox.ts';
import { oneHost, plain, silent } from './one-host.ts';

const quiet = (): void => undefined;

/** A host with files of relay's, Debian's own haproxy.cfg under one of them, data, and a unit. */
async function appliedHost(): Promise<Sandbox> {
  const host = await sandbox();
  const one = await oneHost([host]);
  await host.program(
    'systemctl',
    `echo "$*" >> ${host.folder}/systemctl; case $* in *is-active*) exit 3 ;; esac`,
  );
  for (const name of ['nft', 'userdel', 'groupdel'])
    await host.program(name, `echo "${name} $*" >> ${host.folder}/gone`);
  await host.program('getent', 'exit 0');
  await writeFile(host.at('/etc/haproxy/haproxy.cfg'), "Debian's own\n");
  await rmdir(host.at('/usr/local/bin/relay'));
  for (const path of ['/opt/relay/0.1.0/release.json', '/var/lib/relay/spool/alert']) {
    await mkdir(dirname(host.at(path)), { recursive: true });
    await writeFile(host.at(path), 'x');
  }
  one.wanted.files = [
    plain(host.at('/etc/relay/relay.yaml'), 'a: 1\n'),
    plain(host.at('/etc/haproxy/haproxy.cfg'), 'ours\n'),
    plain(host.at('/usr/local/bin/relay'), '#!/bin/sh\n'),
    plain(host.at('/etc/systemd/system/relay.service'), '[Unit]\n'),
    plain(host.at('/etc/systemd/system/relay-backup.timer'), '[Unit]\n'),
    plain(host.at('/etc/systemd/system/haproxy.service.d/relay.conf'), '[Unit]\n'),
  ];
  const { work } = await survey(one.ground);
  await runPhases([accounts, files], work, silent, () => 0);
  return host;
}

const said = (host: Sandbox, name: string): Promise<string> => readFile(join(host.folder, name), 'utf8');

describe('relay leaves a host', () => {
  test('its units stop, timers first; what apply put there goes, what was there before comes back', async () => {
    await using host = await appliedHost();
    await stopEverything(host.remote, quiet);
    await takeAway(host.remote, false, quiet);
    for (const path of [
      '/etc/relay',
      '/opt/relay',
      '/var/lib/relay-host',
      '/etc/systemd/system/relay.service',
    ])
      expect(existsSync(host.at(path)), path).toBe(false);
    expect(existsSync(host.at('/etc/systemd/system/haproxy.service.d'))).toBe(false);
    expect(await readFile(host.at('/etc/haproxy/haproxy.cfg'), 'utf8')).toBe("Debian's own\n");
    const calls = await said(host, 'systemctl');
    expect(calls).toContain('restart haproxy.service');
    expect(calls.indexOf('--now relay-backup.timer')).toBeLessThan(calls.indexOf('--now relay.service'));
    expect(calls.indexOf('--now relay.service')).toBeLessThan(calls.indexOf('--now relay-cassandra.service'));
    const gone = await said(host, 'gone');
    expect(gone).toContain('nft delete table inet relay');
    expect(gone).not.toContain('userdel');
    expect(existsSync(host.at('/var/lib/relay/spool/alert'))).toBe(true);
  });

  test('with its data and users only when that is asked for', async () => {
    await using host = await appliedHost();
    await takeAway(host.remote, true, quiet);
    expect(existsSync(host.at('/var/lib/relay'))).toBe(false);
    expect(await said(host, 'gone')).toContain('userdel relay-cassandra');
  });

  test('done twice, or where nothing is, it changes nothing', async () => {
    await using host = await appliedHost();
    await takeAway(host.remote, false, quiet);
    await stopEverything(host.remote, quiet);
    await takeAway(host.remote, false, quiet);
    expect(await readFile(host.at('/etc/haproxy/haproxy.cfg'), 'utf8')).toBe("Debian's own\n");
  });

  test("cut off after Debian's own file is back, the next one leaves it there", async () => {
    await using host = await appliedHost();
    await host.program('systemctl', 'case "$*" in *daemon-reload*) exit 1 ;; *is-active*) exit 3 ;; esac');
    await expect(takeAway(host.remote, false, quiet)).rejects.toThrow(HostError);
    await host.program('systemctl', 'exit 0');
    await takeAway(host.remote, false, quiet);
    expect(await readFile(host.at('/etc/haproxy/haproxy.cfg'), 'utf8')).toBe("Debian's own\n");
  });

  test("a folder of Debian's that only held relay's file stays", async () => {
    await using host = await appliedHost();
    expect(existsSync(host.at('/usr/local/bin/relay'))).toBe(true);
    await takeAway(host.remote, false, quiet);
    expect(existsSync(host.at('/usr/local/bin/relay'))).toBe(false);
    expect(existsSync(host.at('/usr/local/bin'))).toBe(true);
  });

  test('a daemon that does not end keeps everything where it is', async () => {
    await using host = await appliedHost();
    await host.program('systemctl', 'case "$*" in *is-active*) exit 0 ;; esac');
    await expect(stopEverything(host.remote, quiet)).rejects.toThrow(HostError);
    expect(existsSync(host.at('/etc/relay/relay.yaml'))).toBe(true);
  });
});
