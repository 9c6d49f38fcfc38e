/** `relay roster …` as it is typed: what is asked, what is told, which exit code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quickCall } from '../../../src/cli/fast.ts';
import { commandFile } from '../../../src/cli/command-file.ts';
import { applyRoster, diffRoster, wishOf } from '../../../src/cli/roster/apply.ts';
import { checkRoster } from '../../../src/cli/roster/from-file.ts';
import { exportRoster, rosterHistory } from '../../../src/cli/roster/look.ts';
import { quickCommands } from '../../../src/cli/quick-commands.ts';
import type { Io } from '../../../src/cli/quick-command.ts';
import type { OncallJson } from '../../../src/relay/api/wire.ts';
import { standIn } from '../api/stand-in.ts';
import type { StandIn } from '../api/stand-in.ts';
import { capture, configFor, runQuick } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(() => relay.close());

const run = (what: (io: Io) => Promise<number>) => capture(relay, what);
const values = () => ({ config: configFor(relay) });
const exported = async (): Promise<string> => (await run((io) => exportRoster(values(), io))).out;
const write = (text: string): void => writeFileSync(join(relay.dir, 'roster.yaml'), text);

async function apply(answer: boolean | null, more: Record<string, boolean | string> = {}) {
  const asked: string[] = [];
  const ran = await run(async (io) =>
    applyRoster(await wishOf('roster.yaml', io), { ...values(), ...more }, io, async (question) => {
      asked.push(question);
      return answer;
    }),
  );
  return { ...ran, asked };
}

describe('relay roster apply', () => {
  beforeEach(async () => {
    write((await exported()).replace('name: Ana', 'name: Ana Lopez'));
  });
  const version = (): number => relay.core.roster.current().version;

  test('shows the plan, asks, and does it after a yes', async () => {
    const ran = await apply(true);
    expect(ran.exit).toBe(0);
    expect(ran.asked).toEqual(['Make this version 2 of the roster? [y/N] ']);
    expect(ran.out).toMatch(/Lines that change from version 1:\n[\s\S]*\+ +ana: \{name: Ana Lopez/);
    expect(ran.out).toMatch(/Nobody is on call differently in the next four weeks\./);
    expect(ran.out).toMatch(/The roster is at version 2\./);
    expect(version()).toBe(2);
  });

  test.each([
    ['a no', false, {}, 1],
    ['nobody there', null, {}, 2],
    ['--json without --yes', true, { json: true }, 2],
    ['--dry-run', true, { 'dry-run': true }, 0],
    ['a base that is no version', true, { base: 'twelve' }, 2],
  ] as const)('%s changes nothing', async (_what, answer, more, exit) => {
    const ran = await apply(answer, { ...more });
    expect(ran.exit).toBe(exit);
    expect(version()).toBe(1);
  });

  test('--yes asks nobody; nothing to do is told', async () => {
    expect(await apply(null, { yes: true })).toMatchObject({ exit: 0, asked: [] });
    expect(version()).toBe(2);
    write(await exported());
    const again = await apply(null);
    expect(again).toMatchObject({ exit: 0, asked: [] });
    expect(again.out).toMatch(/Nothing changes: the roster is like this at version 2\./);
    expect(version()).toBe(2);
  });

  test('names each problem of the file with its line', async () => {
    write('people:\n  ana: {phone: 12}\n  ben: {nam: x}\n');
    const ran = await apply(true);
    expect(ran.exit).toBe(2);
    expect(ran.err).toMatch(
      /^\S+ things in roster\.yaml must be put right:\n {2}roster\.yaml:2:16: people\.ana\.phone: .*\n {2}roster\.yaml:3:/m,
    );
  });

  test('a file that is not there is told', async () => {
    const ran = await run(async (io) => diffRoster(await wishOf('nowhere.yaml', io), values(), io));
    expect(ran).toMatchObject({ exit: 2 });
    expect(ran.err).toMatch(/nowhere\.yaml can't be read \(ENOENT\)/);
  });
});

describe('relay roster export', () => {
  test('tells comments that could not be kept, and what the text leaves out', async () => {
    const whole = await exported();
    write(
      `${whole.replace('  ben:', '  # on loan\n  ben:').replace(/# version.*\n/, '')}groups:\n  # the night\n  night: [ben]\n`,
    );
    expect((await apply(null, { yes: true })).exit).toBe(0);
    await relay.core.roster.edit('ana', (base) => ({ ...base, groups: [] }));
    const ran = await run((io) => exportRoster(values(), io));
    expect(ran.out).toMatch(/^ {2}# on loan$/m);
    expect(ran.err).toMatch(/the comment in line \d+ could not be kept: # the night/);
    expect(ran.err).toMatch(/this is version 3; .*--base 3/);
  });

  test('history says who, and what changed', async () => {
    write((await exported()).replace('name: Ana', 'name: Ana Lopez'));
    await apply(null, { yes: true, as: 'ben' });
    const ran = await run((io) => rosterHistory({ ...values(), limit: '5' }, io));
    expect(ran.out).toMatch(/^version 2 .* by ben\n {2}~ person ana, name: Ana -> Ana Lopez\nversion 1 /);
  });
});

describe('without a daemon', () => {
  test('check exits with 0, or 1 and all problems; --strict also for warnings', async () => {
    write(await exported());
    const check = (more: Record<string, boolean> = {}) =>
      run((io) => checkRoster('roster.yaml', more, io, 0));
    expect(await check()).toMatchObject({ exit: 0, out: 'roster.yaml: a roster that can be applied.\n' });
    write((await exported()).replace('keys: [', 'keys: [x'));
    expect(await check()).toMatchObject({ exit: 1 });
    write((await exported()).replace(/, keys: \[.*\]/, ''));
    expect((await check()).out).toMatch(
      /^roster\.yaml:\d+:\d+: warning: services\.default: service default has no key/,
    );
    expect(await check({ strict: true })).toMatchObject({ exit: 1 });
    const json = (await check({ strict: true, json: true })).json();
    expect(json).toMatchObject({
      file: 'roster.yaml',
      ok: false,
      problems: [],
      warnings: [{ at: 'services.default' }],
    });
  });

  test('oncall answers from a file as the daemon does', async () => {
    write(await exported());
    const at = { at: '2026-12-24T18:00:00Z', json: true };
    const byDaemon = (await runQuick(relay, 'oncall', [], at)).json() as OncallJson[];
    const byFile = await runQuick(relay, 'oncall', ['default'], { ...at, roster: 'roster.yaml' });
    expect(byFile.json()).toEqual(byDaemon);
    expect(byDaemon).toMatchObject([
      { service: 'default', levels: [{ level: 1, people: [{ person: 'ana' }] }, {}] },
    ]);
    const unknown = await runQuick(relay, 'oncall', ['web'], { roster: 'roster.yaml' });
    expect(unknown).toMatchObject({ exit: 4 });
    expect(unknown.err).toMatch(/Services are: default/);
  });
});

describe('relay oncall', () => {
  const isOther = (words: readonly string[]): boolean => commandFile(words) !== null;

  test('takes a service, but never the name of a command of its own for one', async () => {
    const call = await quickCall(['oncall', 'db', '--at', '2h'], quickCommands, isOther);
    expect(call).toMatchObject({ args: ['db'], values: { at: '2h' } });
    expect(await quickCall(['oncall', 'set'], quickCommands, isOther)).toBeNull();
    expect(await quickCall(['oncall', 'set', 'ana'], quickCommands, isOther)).toBeNull();
    expect(await quickCall(['oncall', 'db', 'web'], quickCommands, isOther)).toBeNull();
  });
});
