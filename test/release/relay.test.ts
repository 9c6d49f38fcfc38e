/** The file that hosts are given, unpacked where no checkout is, pages somebody. It is built once for all of these. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mailbox, startMailbox } from '../../src/standins/mailbox.ts';
import { until } from '../e2e/harness/until.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);
const BUILD_WITHIN_MS = 600_000;
/** A first start, nothing compiled yet, on a machine whose cores are all busy. */
const WITHIN_MS = 120_000;

interface Built {
  file: string;
  version: string;
  arch: string;
  node: string;
  builtFrom: string;
  sha256: string;
  sizeBytes: number;
}

let scratch: string;
let built: Built;
/** The unpacked release. */
let top: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'relay-on-a-host-'));
  const { stdout } = await execute(
    'sh',
    [join(root, 'bin/runtime'), join(root, 'release/main.ts'), '--json', '--as', '9.8.7', '--out', scratch],
    { cwd: scratch },
  );
  built = JSON.parse(stdout) as Built;
  await mkdir(join(scratch, 'opt'));
  await execute('tar', ['-xzf', built.file, '-C', join(scratch, 'opt')]);
  top = join(scratch, 'opt/relay-9.8.7');
}, BUILD_WITHIN_MS);
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Nothing of the checkout, nor of npm: what a bare host has. */
const hostEnvironment = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', HOME: scratch });
const relay = async (...words: string[]): Promise<string> => {
  const { stdout } = await execute(join(top, 'bin/relay'), words, { cwd: scratch, env: hostEnvironment() });
  return stdout;
};

describe('the release', () => {
  test('lies beside a checksum that sha256sum takes, under one folder of its name', async () => {
    expect(basename(built.file)).toBe(`relay-9.8.7-linux-${built.arch}.tar.gz`);
    const sum = createHash('sha256')
      .update(await readFile(built.file))
      .digest('hex');
    expect(built.sha256).toBe(sum);
    expect(await readFile(`${built.file}.sha256`, 'utf8')).toBe(`${sum}  ${basename(built.file)}\n`);
    expect(await readdir(join(scratch, 'opt'))).toEqual(['relay-9.8.7']);
  });

  test('says what it is, by itself and by its command, also through a link', async () => {
    const commit = (await execute('git', ['-C', root, 'rev-parse', 'HEAD'])).stdout.trim();
    expect(built.builtFrom.replace('+edits', '')).toBe(commit);
    expect(JSON.parse(await readFile(join(top, 'release.json'), 'utf8'))).toMatchObject({
      name: 'relay',
      version: '9.8.7',
      builtFrom: built.builtFrom,
    });
    expect(await relay('--version')).toMatch(`relay 9.8.7 (${built.builtFrom} of `);
    await symlink(join(top, 'bin/relay'), join(scratch, 'relay'));
    const linked = await execute(join(scratch, 'relay'), ['--version', '--json'], { env: hostEnvironment() });
    expect(JSON.parse(linked.stdout)).toMatchObject({ version: '9.8.7', node: built.node });
  });

  test('holds compiled code, its own Node, and no package that only developers need', async () => {
    const names = await readdir(top, { recursive: true });
    expect(names.filter((name) => /\.ts$|\.map$/u.test(name))).toEqual([]);
    expect(names).toContain('src/relay/store/sqlite/worker.js');
    expect(names).toContain('systemd/relay.service');
    expect(names).toContain('config/relay.yaml');
    const packages = await readdir(join(top, 'node_modules'));
    expect(packages).toContain('fastify');
    for (const name of ['vitest', 'typescript', 'oxlint', `node-linux-${built.arch}`, '.bin']) {
      expect(packages, name).not.toContain(name);
    }
    expect((await execute(join(top, 'runtime/bin/node'), ['--version'])).stdout).toBe(`v${built.node}\n`);
    expect(existsSync(join(top, 'runtime/LICENSE'))).toBe(true);
    // A bare Debian lacks it, and Node doesn't start without.
    expect(existsSync(join(top, 'runtime/lib/libatomic.so.1'))).toBe(true);
  });

  test('explains each of its commands, and knows what was meant by a slip', async () => {
    expect(await relay('--help')).toContain('relay-pager/9.8.7');
    expect(await relay('oncall', 'set', '--help')).toContain('--until');
    await expect(relay('incidnts')).rejects.toThrow(/Did you mean relay incidents\?/u);
  });
});

describe('a host with the release', () => {
  let mailbox: Mailbox;
  let daemon: ChildProcess;
  afterAll(async () => {
    if (daemon.exitCode === null) daemon.kill('SIGKILL');
    await mailbox.close();
  });

  test(
    'is set up, started, alerted by HTTP and by mail, and pages',
    async () => {
      mailbox = await startMailbox();
      const told = JSON.parse(
        await relay(
          'init',
          '--yes',
          '--json',
          '--skip-checks',
          '--dir=r',
          '--domain=alerts.example.com',
          '--http=127.0.0.1:0',
          '--smtp=127.0.0.1:0',
          `--mail=smtp://127.0.0.1:${mailbox.port}`,
          '--person=ana=Ana,ana@example.com',
        ),
      ) as { config: string; services: { emailWithKey: string; routingKey: string }[] };
      const service = told.services[0];

      daemon = spawn(join(top, 'bin/relay'), ['start', '--config', told.config], {
        cwd: scratch,
        env: hostEnvironment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let up: { http: string; smtp: string } | null = null;
      if (daemon.stdout !== null) {
        createInterface({ input: daemon.stdout }).on('line', (line) => {
          if (line.includes('relay is up')) up = JSON.parse(line) as NonNullable<typeof up>;
        });
      }
      const { http, smtp } = await until(
        'the daemon is up',
        () => {
          if (daemon.exitCode !== null) throw new Error(`it ended with ${daemon.exitCode}`);
          return up ?? undefined;
        },
        { withinMs: WITHIN_MS },
      );

      const posted = await fetch(`http://${http}/v2/enqueue`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          routing_key: service?.routingKey,
          event_action: 'trigger',
          payload: { summary: 'disk full on db1', source: 'db1', severity: 'critical' },
        }),
      });
      expect(posted.status).toBe(202);
      const sender = createTransport({ url: `smtp://${smtp}`, tls: { rejectUnauthorized: false } });
      await sender.sendMail({
        from: 'cron@example.com',
        to: service?.emailWithKey,
        subject: 'PROBLEM: backup failed on db2',
        text: 'exit code 1',
      });
      const texts = (): string => mailbox.mails.map(({ text }) => text).join('\n');
      await until(
        'Ana is told of both',
        () =>
          texts().includes('disk full on db1') && texts().includes('backup failed on db2') ? true : undefined,
        { withinMs: WITHIN_MS },
      );

      const status = JSON.parse(await relay('status', '--json', '--config', told.config)) as object;
      expect(status).toMatchObject({ version: '9.8.7', pid: daemon.pid, open: { triggered: 2 } });
      daemon.kill('SIGTERM');
      await until('the daemon has ended', () => (daemon.exitCode === null ? undefined : true), {
        withinMs: WITHIN_MS,
      });
      expect(daemon.exitCode).toBe(0);
    },
    3 * WITHIN_MS,
  );
});
