/** What a Tab offers: the words themselves, and what real shells make of them. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { completionScript, SHELLS } from '../../../src/cli/completion/scripts.ts';
import { bashWords } from '../../../src/cli/completion/shell-words.ts';
import { TABLE } from '../../../src/cli/completion/table.ts';
import { readTable, wanted } from '../../../src/cli/completion/want.ts';
import { putIncident, standIn, type StandIn } from '../api/stand-in.ts';
import { completionTable } from './completion-model.ts';
import { configFor, runQuick } from './run-quick.ts';

/** A busy machine may take its time: what is offered is looked at here, and not how soon. */
const PATIENT = { RELAY_COMPLETION_WAIT_MS: '20000' };
const ROOT = join(import.meta.dirname, '../../..');
let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
  await runQuick(relay, 'group-add', ['dba', 'ana,ben']);
  await runQuick(relay, 'rotation-add', ['ops', 'ana', 'ben'], { every: '1w', at: '09:00', zone: 'UTC' });
  await putIncident(relay.store, { number: 12 });
  await putIncident(relay.store, { number: 140 });
});
afterEach(async () => {
  await relay.close();
});

/** What is offered at the end of a line, as zsh and fish are told it, without the descriptions. */
async function offered(line: string): Promise<string[]> {
  const words = line.split(' ');
  const config = configFor(relay);
  const all = ['relay', ...words];
  const { quick } = await import('../../../src/cli/quick/completion-words.ts');
  let out = '';
  const io = {
    out: (text: string) => void (out += text),
    err: () => undefined,
    tty: false,
    columns: 80,
    env: { RELAY_CONFIG: config, ...PATIENT },
    cwd: relay.dir,
  };
  await quick.run([String(all.length - 1), ...all], { shell: 'zsh' }, io);
  return out
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => one.split('\t')[0] ?? '');
}

it('goes by the commands as they are: npm run completion-table', async () => {
  const written = readFileSync(join(ROOT, 'src/cli/completion/table.ts'), 'utf8');
  expect(written).toBe(await completionTable());
});

describe('a Tab offers', () => {
  test.each<[string, string[]]>([
    ['incident s', ['show', 'snooze']],
    ['oncall s', ['set', 'swap']],
    ['oncall d', ['default']],
    ['ack ', ['140', '12']],
    ['ack 12 1', ['140', '12']],
    ['incident show 14', ['140']],
    ['incident reassign 12 b', ['ben']],
    ['person show ', ['ana', 'ben']],
    ['person add ', []],
    ['person rule ', ['add', 'list', 'move', 'remove']],
    ['person rule add a', ['ana']],
    ['person rule add ana --now sms,e', ['sms,email']],
    ['person quiet ana 22:00-07:00 --except critical,e', ['critical,error']],
    ['oncall set ', ['ana', 'ben']],
    ['oncall set ana --rotation ', ['ops']],
    ['oncall set ana --rotation=', ['--rotation=ops']],
    ['oncall set ana --se', ['--service']],
    ['oncall swap ana t', ['today', 'tomorrow', 'tue', 'thu']],
    ['oncall swap ana tue b', ['ben']],
    ['oncall calendar o', ['ops']],
    ['group edit dba --add ana,b', ['ana,ben']],
    ['policy show d', ['default']],
    ['policy edit default --add-level gr', ['group:dba']],
    ['policy add x --level ana --severities critical,e', ['critical,error']],
    ['rotation edit ops --zone Europe/Berl', ['Europe/Berlin']],
    ['send disk --severity w', ['warning']],
    ['policy edit x --no', ['--no-handover', '--no-rules']],
    ['roster check ', [':files']],
    ['--config', []],
    ['status --config ', [':files']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['completion b', ['bash']],
    ['store move --to ', ['sqlite', 'cassandra']],
    ['oncall -- --', []],
    ['frobnicate x', []],
  ])('relay %s', async (line, expected) => {
    expect(await offered(line)).toEqual(expected);
  });

  it('every command and topic, each once, and every flag of one', async () => {
    const first = await offered('');
    expect(first).toEqual(
      expect.arrayContaining(['ack', 'incident', 'incidents', 'oncall', 'policy', 'status']),
    );
    expect(new Set(first).size).toBe(first.length);
    expect(await offered('oncall calendar --')).toEqual(
      ['at', 'config', 'debug', 'json', 'month', 'roster', 'service', 'weeks', 'zone', 'help'].map(
        (one) => `--${one}`,
      ),
    );
    expect(await offered('oncall calendar --json --s')).toEqual(['--service']);
    expect(await offered('oncall calendar --json --j')).toEqual([]);
  });

  it('no name, and no error, when the daemon is away or nothing says where it is', async () => {
    await relay.api.close();
    expect(await offered('ack ')).toEqual([]);
    const entries = readTable(TABLE);
    expect(wanted(entries, ['ack'], '')).toMatchObject({ kind: 'incidents', fixed: [] });
  });
});

test.each<[string, number, string[], string, number]>([
  ['relay group edit dba --as = an', 6, ['group', 'edit', 'dba'], '--as=an', 5],
  ['relay group edit dba --as =', 5, ['group', 'edit', 'dba'], '--as=', 5],
  ['relay policy add x --level rotation : op', 7, ['policy', 'add', 'x', '--level'], 'rotation:op', 9],
  ['relay oncall set ana --until 18 : 00 --ro', 8, ['oncall', 'set', 'ana', '--until', '18:00'], '--ro', 0],
])('bash splits "%s"; it is read as it was typed', (line, at, before, current, kept) => {
  expect(bashWords(line.split(' '), at)).toEqual({ before, current, kept });
});

/** Runs a shell in which `relay` is this one, and talks to the stand-in. */
function shell(program: string, args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const bin = join(relay.dir, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(join(ROOT, 'bin/relay'), join(bin, 'relay'));
    for (const name of SHELLS) writeFileSync(join(relay.dir, `relay.${name}`), completionScript(name));
  }
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: relay.dir,
    RELAY_CONFIG: configFor(relay),
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    LC_ALL: 'C.UTF-8',
    ...PATIENT,
  };
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd: relay.dir, env }, (error, out, err) => {
      const code: unknown = error?.code;
      resolve({ exit: error === null ? 0 : typeof code === 'number' ? code : 127, out, err });
    });
    child.stdin?.end();
  });
}

/** What bash would insert: its own split of the line, and the function that it calls. */
const BASH = (line: string): string => `
source ./relay.bash
complete -p relay >/dev/null || exit 9
compopt() { echo "compopt $*"; }
COMP_LINE=${JSON.stringify(line)}
read -ra typed <<< "$(sed -E 's/([=:])/ \\1 /g' <<< "$COMP_LINE")"
COMP_WORDS=("\${typed[@]}")
[[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
_relay_completion
printf '%s\\n' "\${COMPREPLY[@]}"
`;

describe('in bash', () => {
  test.each<[string, string[]]>([
    ['relay incident s', ['show', 'snooze']],
    ['relay ack ', ['140', '12']],
    ['relay oncall set ana --rotation=', ['ops']],
    ['relay policy add x --level rotation:o', ['ops']],
    ['relay policy add x --level ana,b', ['ana,ben']],
    ['relay roster apply ', ['compopt -o default', '']],
  ])('%s', async (line, expected) => {
    const ended = await shell('bash', ['--norc', '-c', BASH(line)]);
    expect(ended).toMatchObject({ exit: 0, err: '' });
    expect(ended.out.trimEnd().split('\n')).toEqual(expected.filter((one) => one !== ''));
  });

  it('is silent when the daemon is away', async () => {
    await relay.api.close();
    expect(await shell('bash', ['--norc', '-c', BASH('relay ack ')])).toEqual({
      exit: 0,
      out: '\n',
      err: '',
    });
  });

  it('is what relay completion bash prints', async () => {
    const ended = await shell('relay', ['completion', 'bash']);
    expect(ended).toEqual({ exit: 0, out: completionScript('bash'), err: '' });
    expect((await shell('relay', ['completion', 'powershell'])).exit).toBe(2);
  });
});

describe.each([
  [
    'zsh',
    ['-f', '-n', 'relay.zsh'],
    [
      '-f',
      '-c',
      'autoload -U compinit; compinit -u -D; source ./relay.zsh; (( $+_comps[relay] )) && echo there',
    ],
    'there\n',
  ],
  [
    'fish',
    ['--no-config', '-n', 'relay.fish'],
    [
      '--no-config',
      '-c',
      'source relay.fish; complete -C "relay oncall set " | string replace -r "\\t.*" ""',
    ],
    'ana\nben\n',
  ],
] as const)('in %s', (program, check, load, expected) => {
  it('is read without a fault, where this shell is installed', async (context) => {
    const there = await shell(program, ['--version']);
    if (there.exit !== 0) {
      process.stderr.write(
        `NOT CHECKED: ${program} is not installed here, so its completion was not tried\n`,
      );
      context.skip(`${program} is not installed`);
    }
    expect(await shell(program, [...check])).toMatchObject({ exit: 0, err: '' });
    expect(await shell(program, [...load])).toMatchObject({ exit: 0, out: expected });
  });
});
