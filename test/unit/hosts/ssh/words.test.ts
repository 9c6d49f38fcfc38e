import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { framed } from '../../../../src/relay/hosts/ssh/bootstrap.ts';
import { openSsh } from '../../../../src/relay/hosts/ssh/session.ts';
import { sshArguments } from '../../../../src/relay/hosts/ssh/target.ts';
import { cureOf } from '../../../../src/relay/hosts/ssh/words.ts';
import { hostOf } from './rig.ts';

const host = hostOf({ host: '192.0.2.7', user: 'ops', port: 2222, identityFile: '/keys/ops' });

describe('what ssh says when it fails, and what to do', () => {
  test.each([
    ['ssh: connect to host 192.0.2.7 port 22: Connection refused', 'nothing listens for ssh'],
    ['ssh: connect to host 192.0.2.7 port 22: Connection timed out', 'no answer within 10 s'],
    ['ssh: connect to host 192.0.2.7 port 22: No route to host', 'no answer within 10 s'],
    ['ssh: Could not resolve hostname a9: Name or service not known', 'check ssh.host of a1'],
    ['ops@192.0.2.7: Permission denied (publickey).', 'ssh -p 2222 -i /keys/ops ops@192.0.2.7'],
    ['No ED25519 host key is known for 192.0.2.7\nHost key verification failed.', 'not known here yet'],
    ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'ssh-keygen -R'],
    ['Connection closed by 192.0.2.7 port 22', 'the connection broke'],
    ['something new', 'try ssh -p 2222'],
  ])('%s', (stderr, words) => {
    expect(cureOf(host, 255, stderr)).toContain(words);
  });

  test.each([
    ['sudo: a password is required', 'put the line "ops ALL=(root) NOPASSWD: ALL"'],
    ['ops is not in the sudoers file.', 'may not become root'],
    ['sh: 1: exec: sudo: not found', 'log in as root'],
  ])('%s', (stderr, words) => {
    expect(cureOf(host, 1, stderr)).toContain(words);
  });

  test("a script's own failure stands for itself", () => {
    expect(cureOf(host, 1, 'E: Unable to locate package haproxy')).toBeNull();
  });

  test('without an ssh on this machine it says so', async () => {
    await using session = await openSsh('/nowhere/ssh');
    await expect(session.remote(host).run('look', 'true')).rejects.toThrow('there is no ssh here');
  });
});

describe('what ssh is called with', () => {
  test("only what cluster.yaml says; the rest is ssh's own configuration", () => {
    const plain = hostOf({ host: 'a1.example.com' });
    expect(sshArguments(plain.ssh, null).slice(-3)).toEqual(['-T', '--', 'a1.example.com']);
    expect(sshArguments(plain.ssh, null)).not.toContain('-l');
    expect(sshArguments(host.ssh, '/run/x').slice(0, 6)).toEqual([
      '-l',
      'ops',
      '-p',
      '2222',
      '-i',
      '/keys/ops',
    ]);
    expect(sshArguments(host.ssh, null)).toContain('ControlPath=none');
  });

  test('the command names the length of the script and nothing of it', () => {
    const { command, script } = framed('echo "it\'s secret"', { root: true, timeoutMs: 1000, dataBytes: 0 });
    expect(command).not.toContain('secret');
    expect(command).toContain(`head -c ${script.length}`);
    expect(command.split("'")).toHaveLength(5);
  });

  const whole = 'echo ran; cat';
  const runsOn = (input: string, data: string | null): { status: number | null; stdout: string } => {
    const { command, script } = framed(whole, {
      root: false,
      timeoutMs: 10_000,
      dataBytes: data === null ? null : data.length,
    });
    const all = `${Buffer.from(script).toString()}${input}`;
    return spawnSync('sh', ['-c', command], { input: all, encoding: 'utf8' });
  };

  test("a connection that breaks while data comes runs nothing; a stream is the script's own to judge", () => {
    expect(runsOn('12345', '12345')).toMatchObject({ status: 0, stdout: 'ran\n12345' });
    const broken = runsOn('123', '12345');
    expect(broken.status).not.toBe(0);
    expect(broken.stdout).toBe('');
    expect(runsOn('123', null)).toMatchObject({ status: 0, stdout: 'ran\n123' });
  });

  test('of a script that came half nothing is run, wherever it broke', () => {
    const { command, script } = framed('echo one\necho two', {
      root: false,
      timeoutMs: 10_000,
      dataBytes: null,
    });
    for (let length = 0; length < script.length; length++) {
      const { status, stdout } = spawnSync('sh', ['-c', command], {
        input: script.subarray(0, length),
        encoding: 'utf8',
      });
      expect(status, `after ${length} bytes`).not.toBe(0);
      expect(stdout, `after ${length} bytes`).toBe('');
    }
  });
});
