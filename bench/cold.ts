/**
 * How long `relay status` takes cold beside an empty Node start, run in turns so that a busy machine slows both.
 * Prints JSON: medians in milliseconds and their ratio. Goal: at most 4.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { StatusJson } from '../src/relay/api/wire.ts';

export interface ColdStart {
  rounds: number;
  cores: number;
  emptyNodeMs: number;
  relayStatusMs: number;
  ratio: number;
  goal: number;
}

const relay = join(import.meta.dirname, '../bin/relay');

/** Measures `rounds` pairs after `warmUp` unmeasured ones, which fill the compile cache. */
export async function measureColdStart(rounds: number, warmUp = 3): Promise<ColdStart> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-cold-'));
  const server = await answerStatus(join(dir, 'relay.sock'));
  try {
    const config = join(dir, 'relay.yaml');
    await writeFile(config, 'store: sqlite:relay.db\napi:\n  socket: relay.sock\n');
    const env = { ...process.env, NODE_COMPILE_CACHE: join(dir, 'cache') };
    const empty: number[] = [];
    const status: number[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const emptyMs = await timed(process.execPath, ['-e', '0'], process.env);
      const statusMs = await timed(relay, ['status', '--config', config], env);
      if (round < 0) continue;
      empty.push(emptyMs);
      status.push(statusMs);
    }
    const emptyNodeMs = median(empty);
    const relayStatusMs = median(status);
    return {
      rounds,
      cores: availableParallelism(),
      emptyNodeMs,
      relayStatusMs,
      ratio: Math.round((relayStatusMs / emptyNodeMs) * 100) / 100,
      goal: 4,
    };
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Stands in for the daemon: what is measured is the command. */
async function answerStatus(socket: string): Promise<Server> {
  const body: StatusJson = {
    version: '0.1.0',
    host: 'cold',
    pid: process.pid,
    since: new Date(0).toISOString(),
    store: 'sqlite',
    channels: [
      { channel: 'email', transport: 'mail', providers: ['mail'], text: 'mail by smtp://127.0.0.1:25' },
    ],
    notes: ['no SMS: pages go by mail only'],
    listening: { http: '127.0.0.1:8080', smtp: '127.0.0.1:2525', api: socket },
    open: { triggered: 0, acknowledged: 0 },
    cluster: { text: 'one machine, spool empty', ok: true },
    backlog: { journal: 0, due: 0, oldestSeconds: null },
    rosterVersion: 1,
    problems: [],
  };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socket, resolve);
  await promise;
  return server;
}

/** Milliseconds from start to exit; rejects when it exits other than 0, for then it measured something else. */
function timed(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedMs = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  child.once('error', reject);
  child.once('close', (code) => {
    if (code === 0) resolve(performance.now() - startedMs);
    else reject(new Error(`${command} ${args.join(' ')} exited ${code}: ${told}`));
  });
  return promise;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return Math.round(middle * 10) / 10;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
  console.log(JSON.stringify(await measureColdStart(Number(values.rounds)), null, 2));
}
