import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { cpus, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gatherFacts } from '../../../../src/relay/hosts/facts/gather.ts';
import { sandbox } from '../sandbox.ts';

const nothing = { paths: [], packages: [], users: [], groups: [], units: [] };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the facts of a host, as a script in sh finds them', () => {
  test('what machine it is', async () => {
    await using host = await sandbox();
    const facts = await gatherFacts(host.remote, nothing);
    expect(facts.os.id).not.toBe('');
    expect(['x64', 'arm64']).toContain(facts.arch);
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.cores).toBeLessThanOrEqual(cpus().length);
    expect(Number.isInteger(facts.memoryMb)).toBe(true);
    expect(facts.memoryMb).toBeGreaterThan(0);
    // What mawk's %d makes of every larger machine.
    expect(facts.memoryMb).not.toBe(2047);
    expect(facts.diskFreeMb).toBeGreaterThan(0);
    expect(facts).toMatchObject({
      managed: [],
      files: {},
      packages: {},
      relay: { present: [], current: null },
    });
  });

  test('a host whose clock is an hour ahead', async () => {
    await using host = await sandbox();
    await host.program('date', 'echo 1893456000123456789');
    const facts = await gatherFacts(host.remote, nothing, () => 1_893_456_000_123 - 3_600_000);
    expect(facts.clockOffsetMs).toBe(3_600_000);
  });

  test('files: text only of what is no secret, folders, links, and what is not there', async () => {
    await using host = await sandbox();
    const path = (name: string): string => join(host.folder, name);
    await writeFile(path('plain'), 'line\n', { mode: 0o640 });
    await writeFile(path('secret'), 'hidden', { mode: 0o600 });
    await writeFile(path('binary'), Buffer.from([0xff, 0xfe, 0]));
    await writeFile(path('long'), 'x'.repeat(70_000));
    await symlink('plain', path('link'));
    await mkdir(path('folder'), { mode: 0o750 });
    const names = ['plain', 'binary', 'long', 'link', 'folder', 'nowhere'];
    const facts = await gatherFacts(host.remote, {
      ...nothing,
      paths: [
        ...names.map((name) => ({ path: path(name), secret: false })),
        { path: path('secret'), secret: true },
      ],
    });
    const found = (name: string): unknown => facts.files[path(name)];
    expect(found('plain')).toMatchObject({
      sha256: sha256('line\n'),
      text: 'line\n',
      mode: 0o640,
      owner: userInfo().username,
    });
    expect(found('secret')).toMatchObject({ sha256: sha256('hidden'), text: null, mode: 0o600 });
    expect(found('binary')).toMatchObject({ text: null });
    expect(found('long')).toMatchObject({ sha256: sha256('x'.repeat(70_000)), text: null });
    expect(found('link')).toMatchObject({ sha256: 'other' });
    expect(found('folder')).toMatchObject({ sha256: 'folder', mode: 0o750 });
    expect(found('nowhere')).toBeNull();
  });

  test('which release the process is of, whatever the link says', async () => {
    await using host = await sandbox();
    const node = host.at('/opt/relay/0.1.0/runtime/bin/node');
    await mkdir(dirname(node), { recursive: true });
    await mkdir(host.at('/opt/relay/0.2.0'));
    await symlink('0.2.0', host.at('/opt/relay/current'));
    await copyFile('/bin/sleep', node);
    const daemon = spawn(node, ['600']);
    await once(daemon, 'spawn');
    await host.program(
      'systemctl',
      `case "$*" in *MainPID*relay.service) echo MainPID=${daemon.pid} ;; *MainPID*) echo MainPID=0 ;; esac`,
    );
    try {
      const facts = await gatherFacts(host.remote, nothing);
      expect(facts.relay).toMatchObject({ present: ['0.1.0', '0.2.0'], current: '0.2.0', runs: '0.1.0' });
      expect(facts.cassandra.runs).toBeUndefined();
    } finally {
      daemon.kill('SIGKILL');
    }
  });

  test('what an earlier apply remembers is told unasked, its secrets without their text', async () => {
    await using host = await sandbox();
    const path = join(host.folder, 'was here');
    const key = join(host.folder, 'key');
    await writeFile(path, 'a\n');
    await writeFile(key, 'b\n');
    await mkdir(host.at('/var/lib/relay-host/started'));
    await writeFile(
      host.at('/var/lib/relay-host/managed'),
      `f ${path}\ns ${key}\nd ${host.folder}\nf /nowhere/at/all\n`,
    );
    await writeFile(host.at('/var/lib/relay-host/started/relay.service'), 'abc\n');
    await host.program(
      'systemctl',
      'printf "ActiveState=inactive\\nUnitFileState=\\n\\nActiveState=active\\nUnitFileState=enabled\\n"',
    );
    const facts = await gatherFacts(host.remote, { ...nothing, units: ['other.service', 'relay.service'] });
    expect(facts.managed).toEqual([path, key, '/nowhere/at/all']);
    expect(facts.files[path]).toMatchObject({ text: 'a\n' });
    expect(facts.files[key]).toMatchObject({ sha256: sha256('b\n'), text: null });
    expect(facts.files[host.folder]).toMatchObject({ sha256: 'folder' });
    expect(facts.files['/nowhere/at/all']).toBeNull();
    expect(facts.units).toEqual({
      'other.service': { active: false, enabled: false, startedWith: null },
      'relay.service': { active: true, enabled: true, startedWith: 'abc' },
    });
  });

  test('releases, whole ones only', async () => {
    await using host = await sandbox();
    for (const name of ['0.1.0', '0.2.0', '.new-0.3.0']) await mkdir(host.at(`/opt/relay/${name}`));
    await symlink('0.2.0', host.at('/opt/relay/current'));
    await symlink('/opt/relay/0.1.0', host.at('/opt/relay/previous'));
    const facts = await gatherFacts(host.remote, nothing);
    expect(facts.relay).toEqual({ present: ['0.1.0', '0.2.0'], current: '0.2.0', previous: '0.1.0' });
    expect(facts.cassandra).toEqual({ present: [], current: null, previous: null });
  });

  test('packages, users, who listens, the rules of the firewall', async () => {
    await using host = await sandbox();
    await host.program(
      'dpkg-query',
      'printf "installed\\thaproxy\\t2.6\\nconfig-files\\tchrony\\t4\\n"; exit 1',
    );
    await host.program('id', 'case $2 in relay) echo "relay haproxy adm" ;; *) exit 1 ;; esac');
    await host.program(
      'ss',
      `case $1 in *t*) echo 'LISTEN 0 20 0.0.0.0:25 0.0.0.0:* users:(("exim4",pid=1,fd=3))' ;; *) echo 'UNCONN 0 0 [::1]:323 [::]:*' ;; esac`,
    );
    await host.program('nft', 'printf "table inet relay {\\n\\tchain input\\n}\\n"');
    const facts = await gatherFacts(host.remote, {
      ...nothing,
      packages: ['haproxy', 'chrony'],
      users: ['relay', 'ghost'],
    });
    expect(facts.packages).toEqual({ haproxy: '2.6' });
    expect(facts.users).toEqual(['relay']);
    expect(facts.groups).toEqual({ relay: ['haproxy', 'adm'] });
    expect(facts.listening).toEqual(['tcp 0.0.0.0:25 exim4', 'udp [::1]:323']);
    expect(facts.firewall).toBe('table inet relay {\n\tchain input\n}\n');
  });

  test('a host that dies while it answers is named', async () => {
    await using host = await sandbox();
    await host.program('nproc', 'kill $PPID');
    await expect(gatherFacts(host.remote, nothing)).rejects.toThrow(/^a1: look at the host/u);
  });
});
