/** A real Alertmanager of the test's own: its configuration and state in a folder that goes with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { alertmanagerHere } from './missing.ts';

export interface Alertmanager {
  /** Its last lines, for a test that fails. */
  tail(): string;
  /** As Prometheus tells of it; `endsAt` in the past: it is over. */
  alert(alert: {
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    endsAt?: string;
  }): Promise<void>;
}

/** Where it listens, in whichever way its version logs it. */
const LISTENS = /msg="?Listening on"? address=(?<address>[\d.]+:\d+)/u;

const TAIL_LINES = 40;

/** `config`: YAML. Rejects with what it said when it ends instead of listening. */
export async function startAlertmanager(config: string): Promise<Alertmanager> {
  const program = alertmanagerHere();
  if (program === null) throw new Error('there is no Alertmanager here: the test should have been left out');
  const dir = await mkdtemp(join(tmpdir(), 'relay-alertmanager-'));
  const file = join(dir, 'alertmanager.yml');
  await writeFile(file, config, { mode: 0o600 });
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${join(dir, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ],
    { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(dir, { recursive: true, force: true });
  });
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const at = LISTENS.exec(line)?.groups?.['address'];
      if (at !== undefined) resolve(at);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Alertmanager ended at once:\n${said.join('\n')}`)));
  });
  return {
    tail: () => said.slice(-TAIL_LINES).join('\n'),
    alert: async (alert) => {
      const response = await fetch(`http://${address}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ generatorURL: 'https://prometheus.example.com/graph', ...alert }]),
      });
      if (!response.ok) throw new Error(`Alertmanager answers ${response.status}: ${await response.text()}`);
    },
  };
}
