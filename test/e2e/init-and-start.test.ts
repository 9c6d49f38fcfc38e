import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Installation } from '../../src/relay/setup/installation.ts';
import { startMailbox } from '../../src/standins/mailbox.ts';

const relay = join(import.meta.dirname, '../../bin/relay');

let cwd: string;
const started: ChildProcess[] = [];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'relay-cli-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(cwd, { recursive: true, force: true });
});

const environment = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: cwd,
  ...extra,
});

function run(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ exit: number | null; out: string; err: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    exit: number | null;
    out: string;
    err: string;
  }>();
  const child = spawn(relay, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard.err += text));
  child.once('error', reject);
  child.once('close', (exit) => resolve({ exit, ...heard }));
  return promise;
}

const init = (...more: string[]) =>
  run([
    'init',
    '--yes',
    '--dir',
    'r',
    '--http',
    '127.0.0.1:0',
    '--smtp',
    '127.0.0.1:0',
    '--domain',
    'alerts.example',
    ...more,
  ]);
const ANA = ['--person', 'ana=Ana,ana@example.com,+15550100'];

describe('relay init', () => {
  test('prints JSON that scripts can count on, and a second time that nothing changed', async () => {
    const told = await init('--mail', 'smtp://127.0.0.1:1', ...ANA, '--skip-checks', '--json');
    expect({ exit: told.exit, err: told.err }).toEqual({ exit: 0, err: '' });
    const done = JSON.parse(told.out) as Installation;
    expect(Object.keys(done)).toEqual(['config', 'socket', 'services', 'changed', 'notes']);
    expect(Object.keys(done.services[0] ?? {})).toEqual([
      'name',
      'email',
      'emailWithKey',
      'routingKey',
      'url',
    ]);
    const again = await init('--json');
    expect(JSON.parse(again.out)).toMatchObject({ config: done.config, changed: false });
    const other = await init('--mail', 'smtp://192.0.2.1');
    expect(other.out).toMatch(/^Nothing changed: /u);
    expect(other.err).toMatch(
      /^relay: --http, --smtp, --domain, --mail ignored: \S+relay\.yaml is there already/u,
    );
    expect((await init('--json')).exit).toBe(0);
  });

  test('is found again by a terminal that knows nothing of it', async () => {
    const flags = ['--http', '127.0.0.1:0', '--smtp', '127.0.0.1:0', '--domain', 'alerts.example'];
    const mail = ['--mail', 'smtp://127.0.0.1:1', '--skip-checks'];
    await run(['init', '--yes', '--dir', 'relay-data', ...flags, ...mail, ...ANA]);
    const told = await run(['status']);
    expect(told.exit).toBe(3);
    expect(told.err).toMatch(
      /There is one that relay init made: export RELAY_CONFIG=\S+relay-data\/relay\.yaml\n/u,
    );
  });

  test('refuses when there is nobody to page, and names every flag that is missing', async () => {
    const told = await init('--mail', 'nonsense', '--skip-checks');
    expect(told.exit).toBe(2);
    expect(told.err).toMatch(
      /relay: --mail: expected a mail server.*\n(?:.*\n)*relay: --person: expected somebody to page/u,
    );
  });

  test('exits 1 when a check fails, having written nothing', async () => {
    const mailbox = await startMailbox();
    await mailbox.close();
    const told = await init('--mail', 'smtp://127.0.0.1:1', ...ANA);
    expect(told.exit).toBe(1);
    expect(told.err).toContain('the mail server 127.0.0.1');
    expect(told.err).toContain('--skip-checks');
    expect((await run(['status', '--config', 'r/relay.yaml'])).err).toContain('no such file');
  });

  test('takes no secret on the command line', async () => {
    const told = await init('--mail-password', 'hunter2', ...ANA);
    expect(told.exit).toBe(2);
    expect(told.err).toContain('--mail-password');
  });
});

/** Starts the daemon by `relay start`; `said(text)` resolves with the first log line that holds it. */
function start(): {
  child: ChildProcess;
  said: (text: string) => Promise<string>;
  ended: Promise<number | null>;
} {
  const child = spawn(relay, ['start', '--config', 'r/relay.yaml'], {
    cwd,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (exit) => resolve(exit)));
  const said = (text: string): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      const line = lines.find((one) => one.includes(text));
      if (line !== undefined) resolve(line);
    };
    waiting.add(look);
    look();
    void ended.then(() => reject(new Error(`ended without saying "${text}":\n${lines.join('\n')}`)));
    return promise.finally(() => waiting.delete(look));
  };
  return { child, said, ended };
}

describe('relay start', () => {
  beforeEach(async () => {
    const told = await init('--mail', 'smtp://127.0.0.1:1', ...ANA, '--skip-checks');
    expect(told.err).toBe('');
  });

  test('becomes the daemon: the same process answers, reloads, and ends', async () => {
    expect((await run(['status', '--config', 'r/relay.yaml'])).exit).toBe(3);
    const { child, said, ended } = start();
    expect(JSON.parse(await said('relay is up'))).toMatchObject({ pid: child.pid });
    const status = await run(['status', '--json'], { RELAY_CONFIG: 'r/relay.yaml' });
    expect(JSON.parse(status.out)).toMatchObject({ pid: child.pid });

    const file = join(cwd, 'r/relay.yaml');
    const before = await readFile(file, 'utf8');
    await appendFile(file, 'htpp: {}\n');
    child.kill('SIGHUP');
    expect(await said('the old one stays in use')).toMatch(
      /relay\.yaml:\d+: htpp: expected one of .*did you mean http\?/u,
    );
    await writeFile(file, before);
    child.kill('SIGHUP');
    await said('is in use');
    expect((await run(['status', '--config', 'r/relay.yaml'])).exit).toBe(0);

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect((await run(['status', '--config', 'r/relay.yaml'])).exit).toBe(3);
  });

  test('without the database that it worked with: refused with what to do, as is relay init, until that is done', async () => {
    const first = start();
    await first.said('relay is up');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const [database, away] = [join(cwd, 'r/relay.db'), join(cwd, 'away.db')];
    await rename(database, away);
    const refused = start();
    expect(await refused.said('relay.db is not there')).toMatch(/put a backup in \(relay restore FILE\)/u);
    expect(await refused.ended).toBe(1);
    const told = await init();
    expect({ exit: told.exit, out: told.out }).toEqual({ exit: 2, out: '' });
    expect(told.err).toContain('relay.db is not there, and relay worked with it');
    await rename(away, database);
    const back = start();
    await back.said('relay is up');
    back.child.kill('SIGTERM');
    await back.ended;
    await rm(database);
    const [, note = ''] = /delete (\S+) and run relay init/u.exec(told.err) ?? [];
    await rm(note);
    const anew = await init('--mail', 'smtp://127.0.0.1:1', ...ANA, '--skip-checks');
    expect(anew).toMatchObject({ exit: 0, out: expect.stringMatching(/^Written: /u) });
    await start().said('relay is up');
  });

  test('with a port that is taken, a folder for a file, or without its key: which, and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const file = join(cwd, 'r/relay.yaml');
    const before = await readFile(file, 'utf8');
    for (const door of ['http', 'smtp']) {
      const listen = new RegExp(`(^${door}:\\n(?: .*\\n)*?  listen: )\\S+`, 'mu');
      await writeFile(
        file,
        before.replace(listen, (_all, head: string) => `${head}127.0.0.1:${port}`),
      );
      const refused = start();
      expect(await refused.said(`port ${port} is held by `)).toMatch(
        new RegExp(`relay: ${door}\\.listen: 127\\.0\\.0\\.1:${port} can't be had, .*name another`, 'u'),
      );
      expect(await refused.ended).toBe(1);
    }
    taken.close();
    await writeFile(file, before);
    const folder = await run(['start', '--config', 'r']);
    expect(folder).toMatchObject({
      exit: 1,
      err: expect.stringMatching(/\/r: not a file \(named by --config\).*\/r\/relay\.yaml/u),
    });
    await rm(join(cwd, 'r/keys/token.key'));
    const keyless = start();
    expect(await keyless.said('token.key is not there')).toMatch(
      /relay restore FILE --unpack DIR.*relay init/u,
    );
    expect(await keyless.ended).toBe(1);
  });

  test('with a broken configuration: file, line, key and what was expected', async () => {
    await appendFile(join(cwd, 'r/relay.yaml'), 'twilio:\n  from: nobody at all\n');
    const { said, ended } = start();
    await said('twilio.accountSid: expected an account SID');
    expect(await said('twilio.from')).toMatch(
      /r\/relay\.yaml:\d+: twilio\.from: expected the sending number/u,
    );
    expect(await ended).not.toBe(0);
  });
});
