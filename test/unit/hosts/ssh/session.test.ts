import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import { openSsh, type SshSession } from '../../../../src/relay/hosts/ssh/session.ts';
import { missingSshd, type SshdRig, startSshd } from './rig.ts';

if (missingSshd !== null) console.warn(`NOT CHECKED: real ssh connections: ${missingSshd}`);

const own = { root: false } as const;

// Needs a real sshd, which .ci/run brings.
describe.skipIf(missingSshd !== null)("the admin's ssh against a real sshd", () => {
  let rig: SshdRig;
  let ssh: SshSession;
  beforeAll(async () => {
    rig = await startSshd();
    ssh = await openSsh();
  });
  afterAll(async () => {
    await ssh[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });

  test('runs a script that no process list shows, and hands it what stands on its input', async () => {
    const script = `
      read -r first
      rest=$(cat)
      printf '%s|%s|' "$first" "$rest"
      tr '\\0' ' ' < /proc/$$/cmdline
      echo "quotes 'and' \\"these\\""`;
    const out = await ssh.remote(rig.host).run('try', script, { ...own, stdin: 'one\ntwo\nthree\n' });
    expect(out).toContain('one|two\nthree|');
    expect(out).toContain(`quotes 'and' "these"`);
    expect(out).not.toContain('read -r first');
    expect(out).toContain('head -c');
  });

  test('brings bytes whole, streamed too, many calls at once over one connection', async () => {
    const remote = ssh.remote(rig.host);
    const before = await rig.connections();
    const bytes = randomBytes(3_000_000);
    const sums = await Promise.all([
      remote.run('sum', 'sha256sum', { ...own, stdin: bytes }),
      remote.run('sum', 'sha256sum', {
        ...own,
        stdin: Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
      }),
      remote.run('nothing to read', 'sha256sum', own),
    ]);
    expect(sums[0]).toBe(sums[1]);
    expect(sums[2]).toContain('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(await rig.connections()).toBe(before);
  });

  test('a fresh run proves that a new connection can be made', async () => {
    const remote = ssh.remote(rig.host);
    await remote.run('first', 'true', own);
    const before = await rig.connections();
    await remote.run('fresh', 'true', { ...own, fresh: true });
    expect(await rig.connections()).toBe(before + 1);
  });

  test('tells lines as they come', async () => {
    const lines: string[] = [];
    await ssh
      .remote(rig.host)
      .run('lines', 'echo one; printf "two\\nthree"', { ...own, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('a script that fails gives its exit code and the end of what it said', async () => {
    const failed = await failure(
      ssh.remote(rig.host).run('stop it', 'echo early >&2; false; echo never', own),
    );
    expect(failed).toMatchObject({ host: 'a1', what: 'stop it', exitCode: 1 });
    expect(failed.stderr).toContain('early');
    const unset = await failure(ssh.remote(rig.host).run('unset', 'echo "$nowhere"', own));
    expect(unset.exitCode).not.toBe(0);
  });

  test('a script that fails before it has read a big input says why', async () => {
    const run = ssh
      .remote(rig.host)
      .run('no room', 'echo "No space left" >&2; exit 7', { ...own, stdin: randomBytes(5_000_000) });
    expect(await failure(run)).toMatchObject({ exitCode: 7 });
  });

  test('what hangs is ended when its time is over', async () => {
    const failed = await failure(ssh.remote(rig.host).run('hang', 'sleep 60', { ...own, timeoutMs: 300 }));
    expect(failed).toMatchObject({ exitCode: null });
    expect(failed.message).toContain('not done after');
  });

  test('an unknown, a changed host key and a refused login each say what to do', async () => {
    const failedWith = async (change: (other: SshdRig) => Promise<void>): Promise<HostError> => {
      await using other = await startSshd();
      await using session = await openSsh();
      await change(other);
      return await failure(session.remote(other.host).run('look', 'true', own));
    };
    const unknown = await failedWith((other) => writeFile(other.knownHosts, ''));
    expect(unknown.message).toMatch(
      /^a1: look: the host key is not known here yet: look at it once: ssh -F/u,
    );
    expect(unknown.exitCode).toBe(255);
    const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl5';
    const changed = await failedWith((other) => writeFile(other.knownHosts, `a1 ssh-ed25519 ${key}\n`));
    expect(changed.message).toContain('ssh-keygen -R a1');
    const denied = await failedWith((other) => writeFile(other.authorized, ''));
    expect(denied.message).toContain('the login was refused');
  });

  test('leaves no socket behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-left-'));
    vi.stubEnv('TMPDIR', folder);
    try {
      await using session = await openSsh();
      await session.remote(rig.host).run('look', 'true', own);
      expect(await readdir(folder)).toHaveLength(1);
      await session[Symbol.asyncDispose]();
      expect(await readdir(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    }
  });
});

async function failure(run: Promise<unknown>): Promise<HostError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
