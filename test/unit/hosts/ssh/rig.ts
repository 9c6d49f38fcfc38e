/** A real sshd without a port: each connection is one `sshd -i` at the end of a ProxyCommand. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostSpec, SshTarget } from '../../../../src/relay/hosts/types.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));

/** Null: there is one. */
export const missingSshd = SSHD === undefined ? 'sshd is not on this machine (Debian: openssh-server)' : null;

/** A host whose ssh is what is given. */
export function hostOf(ssh: Partial<SshTarget>): HostSpec {
  return {
    name: 'a1',
    provider: 'a',
    datacenter: 'dc-a',
    address: '192.0.2.1',
    privateAddress: null,
    mailName: null,
    ssh: { host: 'a1', user: null, port: null, identityFile: null, configFile: null, ...ssh },
    network: null,
  };
}

export interface SshdRig extends AsyncDisposable {
  host: HostSpec;
  folder: string;
  /** The admin's known_hosts. */
  knownHosts: string;
  /** Keys that sshd lets in. */
  authorized: string;
  /** How many connections were made. */
  connections(): Promise<number>;
}

export async function startSshd(): Promise<SshdRig> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-sshd-'));
  // Where sshd parts with its privileges; Debian's unit makes it at boot.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const path = (name: string): string => join(folder, name);
  for (const name of ['host', 'admin'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  await writeFile(path('authorized'), await readFile(path('admin.pub')));
  await writeFile(path('known_hosts'), `a1 ${await readFile(path('host.pub'), 'utf8')}`);
  await writeFile(
    path('sshd_config'),
    [
      `HostKey ${path('host')}`,
      `AuthorizedKeysFile ${path('authorized')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'StrictModes no',
      // Without it an account whose password is locked may not come in by a key either.
      `UsePAM ${process.getuid?.() === 0 ? 'yes' : 'no'}`,
      'PidFile none',
      '',
    ].join('\n'),
  );
  await writeFile(
    path('connect'),
    `#!/bin/sh\necho . >> ${path('count')}\nexec ${SSHD} -i -e -f ${path('sshd_config')} 2>/dev/null\n`,
  );
  await chmod(path('connect'), 0o755);
  await writeFile(
    path('ssh_config'),
    [
      'Host a1',
      `  ProxyCommand ${path('connect')}`,
      `  UserKnownHostsFile ${path('known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
      '  StrictHostKeyChecking ask',
      `  IdentityFile ${path('admin')}`,
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      '',
    ].join('\n'),
  );
  return {
    host: hostOf({ configFile: path('ssh_config'), user: userInfo().username }),
    folder,
    knownHosts: path('known_hosts'),
    authorized: path('authorized'),
    connections: async () => (await readFile(path('count'), 'utf8')).split('\n').length - 1,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
