import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { execProvider } from '../../src/relay/messaging/exec/exec.ts';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import { HandClock } from './hand-clock.ts';

const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'push',
  to: 'siren-1',
  body: '#12 CRITICAL db: disk\u0000 full\non db1 [47]',
  incident: 12,
  answerable: false,
};
const call = { deadlineMs: 8_000, mayStart: () => true };

/** A shell script as the command; `$DIR` in it is a folder of its own. */
async function command(script: string, args: string[] = ['{to}']) {
  const dir = await mkdtemp(join(tmpdir(), 'relay-exec-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const program = join(dir, 'send');
  await writeFile(program, `#!/bin/sh\nDIR=${dir}\n${script}\n`);
  await chmod(program, 0o755);
  const clock = new HandClock();
  const transport = (path = program): Transport =>
    execProvider({
      provider: { name: 'siren', channel: 'push', command: [path, ...args], timeoutSeconds: 5 },
      clock,
    });
  const written = (name: string): Promise<string> => readFile(join(dir, name), 'utf8');
  return { dir, program, clock, transport, written };
}

/** Resolves once that file has something in it. */
async function comes(dir: string, name: string): Promise<string> {
  const watching = new AbortController();
  try {
    return await new Promise<string>((resolve) => {
      const look = (): void => {
        void readFile(join(dir, name), 'utf8').then(
          (text) => text.endsWith('\n') && resolve(text),
          () => undefined,
        );
      };
      watch(dir, { signal: watching.signal }, look);
      look();
    });
  } finally {
    watching.abort();
  }
}

describe('a command of this machine', () => {
  it('gets the text on its standard input and the address as one argument; exit 0 is accepted', async () => {
    const { transport, written } = await command('cat > $DIR/text; printf "%s|" "$@" > $DIR/args', [
      '--to',
      '{to}',
      'n{incident} {code}',
    ]);
    const message = { ...page, to: 'a b; touch "$DIR/x" `id`' };
    expect(await transport().send(message, call)).toEqual({ kind: 'accepted', providerId: 'ana.47' });
    expect(await written('text')).toBe('#12 CRITICAL db: disk full\non db1 [47]\n');
    expect(await written('args')).toBe('--to|a b; touch "$DIR/x" `id`|n12 47|');
  });

  it('that reads nothing of a long text is accepted all the same', async () => {
    const { transport } = await command('exit 0');
    const outcome = await transport().send({ ...page, body: 'x'.repeat(1_000_000) }, call);
    expect(outcome.kind).toBe('accepted');
  });

  it('sees nothing of our environment but what a program needs', async () => {
    process.env['RELAY_MAIL_PASSWORD'] = 'top-secret';
    onTestFinished(() => void delete process.env['RELAY_MAIL_PASSWORD']);
    const { transport, written } = await command('env > $DIR/env');
    await transport().send(page, call);
    expect(await written('env')).not.toMatch(/RELAY|top-secret/);
    expect(await written('env')).toMatch(/^PATH=/m);
  });

  it.each([
    [75, { permanent: false }],
    [69, { permanent: true, account: true }],
    [77, { permanent: true, account: true }],
    [78, { permanent: true, account: true }],
    [64, { permanent: true }],
    [1, { permanent: true }],
    [127, { permanent: true }],
  ])('exit code %i says that nothing was sent', async (code, refused) => {
    const { transport } = await command(`echo "no carrier" >&2; exit ${code}`);
    const outcome = await transport().send(page, call);
    expect(outcome).toEqual({
      kind: 'refused',
      code: String(code),
      error: 'no carrier',
      cure: expect.stringMatching(/\w{4}/) as string,
      ...refused,
    });
  });

  it('that a signal ends may have sent it: doubt', async () => {
    const { transport } = await command('kill -9 $$');
    expect(await transport().send(page, call)).toMatchObject({ kind: 'doubt' });
  });

  it('that goes on at the deadline is killed with all that it started: doubt', async () => {
    const { dir, clock, transport } = await command(
      'sleep 1000 & echo $! > $DIR/child; echo $$ > $DIR/self; wait',
    );
    const sent = transport().send(page, call);
    const [child, self] = [await comes(dir, 'child'), await comes(dir, 'self')];
    clock.pass(4_999);
    clock.pass(1);
    expect(await sent).toMatchObject({ kind: 'doubt', error: 'siren was killed after 5000 ms' });
    for (const pid of [child, self].map(Number)) await gone(pid);
    expect(clock.waiting).toBe(0);
  });

  it('that leaves something behind which holds its output is over when it ends itself', async () => {
    const { dir, transport } = await command('sleep 1000 & echo $! > $DIR/child; exit 0');
    expect((await transport().send(page, call)).kind).toBe('accepted');
    process.kill(Number(await comes(dir, 'child')), 'SIGKILL');
  });

  it('is not started when the claim is too late', async () => {
    const { transport, written } = await command('echo > $DIR/ran');
    expect(await transport().send(page, { ...call, mayStart: () => false })).toEqual({ kind: 'late' });
    await expect(written('ran')).rejects.toThrow(/ENOENT/);
  });

  it('gets no address that would be an option', async () => {
    const { transport } = await command('exit 0');
    expect(await transport().send({ ...page, to: '--all' }, call)).toMatchObject({
      kind: 'refused',
      permanent: true,
      code: 'address',
    });
  });

  it('that is missing, or no program, is a fault of the whole provider, and its check says so', async () => {
    const { program, transport, dir } = await command('exit 0');
    expect(await transport().check()).toBeNull();
    const missing = transport(`${program}-missing`);
    expect(await missing.send(page, call)).toMatchObject({ kind: 'refused', account: true, code: 'ENOENT' });
    expect((await missing.check())?.error).toMatch(/ENOENT/);
    expect((await transport(dir).check())?.error).toMatch(/no program/);
    await chmod(program, 0o644);
    expect(await transport().send(page, call)).toMatchObject({
      kind: 'refused',
      account: true,
      code: 'EACCES',
    });
    expect((await transport().check())?.error).toMatch(/EACCES/);
  });

  it('can’t be asked what it did', async () => {
    const { transport } = await command('exit 0');
    const settled = await transport().settle(page, { claimedAtMs: 0, adopted: new Set() });
    expect(settled).toMatchObject({ kind: 'unclear', retry: false });
    expect(transport().settleMs).toBe(0);
  });
});

/** Resolves once no such process runs any more: a killed one is a zombie until its parent, or init, has seen it. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (state === null || /^\d+ \(.*\) Z/.test(state)) return;
  }
}
