import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putIncident, standIn } from '../api/stand-in.ts';
import type { StandIn } from '../api/stand-in.ts';

const RELAY = join(import.meta.dirname, '../../../bin/relay');

let relay: StandIn;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  relay = await standIn();
  const config = join(relay.dir, 'relay.yaml');
  writeFileSync(config, 'store: sqlite:relay.db\napi:\n  socket: relay.sock\n');
  env = { PATH: process.env['PATH'], RELAY_CONFIG: config, NODE_COMPILE_CACHE: join(relay.dir, 'cache') };
  await putIncident(relay.store, { number: 7 });
});
afterAll(() => relay.close());

interface Ended {
  exit: number;
  out: string;
  err: string;
}

/** Runs the command as somebody would who calls it from a script. */
function run(args: string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(
    'sh',
    [RELAY, ...args],
    { env: { ...env, ...more }, cwd: relay.dir },
    (error, out, err) => {
      resolve({ exit: error === null ? 0 : Number(error.code), out, err });
    },
  );
  child.stdin?.end();
  return promise;
}

describe('the relay command as a process', () => {
  test('each --after goes with the --level before it, whatever stands between', async () => {
    const line =
      'policy add ops --level ana,ben --after 2s --repeat 1 --level ben --level ana --after=10m --json';
    const ended = await run(line.split(' '));
    expect(ended).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(ended.out)).toMatchObject({
      id: 'ops',
      levels: [
        { people: ['ana', 'ben'], afterMs: 2_000 },
        { people: ['ben'], afterMs: 300_000 },
        { people: ['ana'], afterMs: 600_000 },
      ],
      repeat: 1,
      notYetOn: [],
    });
  });

  test.each([
    ['0', ['incidents', '--json']],
    ['0', ['ack', '7', '--as', 'ana']],
    ['0', ['--json']],
    ['0', ['person', 'edit', 'ana', '--phone', '']],
    ['2', ['person', 'edit', 'ben', '--email', '']],
    ['2', ['policy', 'add', 'x', '--after', '5m', '--level', 'ana']],
    ['2', ['policy', 'add', 'x']],
    ['2', ['ack']],
    ['2', ['incidents', '--al']],
    ['2', ['oncall', 'set', 'ana', '--for', '8h', '--until', '18:00']],
    ['2', ['oncall', 'set', 'ana', '--until', 'teatime']],
    ['4', ['incident', 'show', '99']],
    // Behind -- it is the name of a service, and no command.
    ['4', ['oncall', '--', 'next']],
    ['2', ['policy', 'edit', 'default', '--level', 'ana', '--remove-level', '1']],
    ['2', ['policy', 'edit', 'default', '--add', 'ana']],
    ['0', ['policy', 'show', 'default']],
    ['5', ['policy', 'add', 'default', '--level', 'ana']],
  ])('exits with %s for relay %j, and says why', async (exit, args) => {
    const ended = await run(args);
    expect(ended.exit, ended.err).toBe(Number(exit));
    if (exit === '0') expect(ended.err).toBe('');
    else expect(ended.err).toMatch(/^relay: \S.*\n/);
    expect(ended.err).not.toMatch(/\n\s+at /);
    // oxlint-disable-next-line no-control-regex -- no colours in a pipe
    expect(ended.out + ended.err).not.toMatch(/\u001b/);
  });

  test('takes `help page` as `page --help`', async () => {
    const ended = await run(['help', 'page']);
    expect(ended.exit).toBe(0);
    expect(ended.out).toContain('$ relay page ana');
  });

  test('exits with 3 when no daemon answers, and says how to start one', async () => {
    const other = join(relay.dir, 'other.yaml');
    writeFileSync(other, 'store: sqlite:other/relay.db\n');
    for (const args of [['status'], ['policy', 'list'], ['tail']]) {
      const ended = await run([...args, '--config', other]);
      expect(ended.exit).toBe(3);
      expect(ended.err).toContain(join(relay.dir, 'other', 'relay.sock'));
      expect(ended.err).toContain('relay start');
    }
  });

  test.each([
    ['incident show'],
    ['incidents'],
    ['ack'],
    ['resolve'],
    ['send'],
    ['oncall'],
    ['oncall set'],
    ['person add'],
    ['person edit'],
    ['person list'],
    ['service add'],
    ['service key'],
    ['service list'],
    ['policy add'],
    ['policy edit'],
    ['policy show'],
    ['policy list'],
    ['status'],
    ['tail'],
    ['test'],
  ])('relay %s --help shows an example', async (words) => {
    const ended = await run([...words.split(' '), '--help']);
    expect(ended.exit).toBe(0);
    expect(ended.out).toContain(`$ relay ${words}`);
    expect(ended.out).toContain('--json');
  });
});
