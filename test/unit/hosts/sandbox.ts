/** A host that is a folder: scripts run in this machine's sh for real, with what is the host's own put elsewhere. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataBytesOf, framed } from '../../../src/relay/hosts/ssh/bootstrap.ts';
import { HostError, type Remote, type RunOptions } from '../../../src/relay/hosts/ssh/port.ts';
import { call } from '../../../src/relay/hosts/ssh/process.ts';
import type { HostSpec } from '../../../src/relay/hosts/types.ts';
import { hostOf } from './ssh/rig.ts';

/** Places that are read and written under the sandbox's folder instead. */
const MOVED = [
  '/var/lib/relay-host',
  '/opt/relay-cassandra',
  '/opt/relay',
  '/var/lib/relay-cassandra',
  '/var/log/relay-cassandra',
  '/etc/relay-cassandra',
  '/var/lib/relay',
  '/var/log/relay',
  '/var/backups/relay',
  '/etc/relay',
  '/etc/haproxy',
  '/etc/chrony',
  '/etc/nftables.d/relay.nft',
  '/etc/systemd/system',
  '/etc/systemd/journald.conf.d',
  '/usr/local/bin/relay',
  '/proc/net',
];

/** Relay may well be installed where the tests run. */
const NOT_MOVED = /(?<!\/root)\/(?:etc|opt|var\/lib|var\/log|var\/backups|usr\/local\/bin)\/relay/u;

export interface Sandbox extends AsyncDisposable {
  remote: Remote;
  folder: string;
  /** Where `path` of the host lies on this machine. */
  at(path: string): string;
  /** What was run, in order. */
  ran: string[];
  /** A program that comes before those of the system. */
  program(name: string, script: string): Promise<void>;
  /** Called before each script; what it throws is what the script fails with. Return true: it runs, then the connection breaks. */
  onRun: (what: string) => boolean;
}

export async function sandbox(host: HostSpec = hostOf({})): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-host-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const at = (path: string): string => join(folder, 'root', path);
  for (const path of MOVED) await mkdir(at(path), { recursive: true });
  const moved = (script: string): string =>
    MOVED.reduce(
      (text, path) => text.replaceAll(new RegExp(`(?<!/root)${path}(?=[/\\s"';]|$)`, 'gmu'), at(path)),
      script,
    );
  const one: Sandbox = {
    folder,
    at,
    ran: [],
    onRun: () => false,
    program: async (name, script) => {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    },
    remote: {
      host,
      run: async (what: string, script: string, options: RunOptions = {}) => {
        one.ran.push(what);
        const breaks = one.onRun(what);
        const wrapped = `PATH=${bin}:$PATH\n${moved(script)}`;
        if (NOT_MOVED.test(wrapped))
          throw new Error(`a script would reach this machine's own relay: ${what}`);
        const { command, script: input } = framed(wrapped, {
          root: false,
          timeoutMs: 60_000,
          dataBytes: dataBytesOf(options.stdin),
        });
        const ended = await call({
          program: 'sh',
          args: ['-c', command],
          input,
          rest: options.stdin,
          timeoutMs: 60_000,
          onLine: options.onLine,
          apart: false,
        });
        if (breaks) throw new HostError(host.name, what, 255, 'Connection reset');
        if (ended.exitCode !== 0) throw new HostError(host.name, what, ended.exitCode, ended.stderr);
        return ended.stdout;
      },
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  return one;
}
