/** A whole installation on a disk with the real daemon, started as people start it, and its providers. */
import { openSync, closeSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clientFor } from '../../src/cli/client.ts';
import type { Client } from '../../src/cli/client.ts';
import type { ServiceJson, StatusJson } from '../../src/relay/api/wire.ts';
import { parseListen } from '../../src/relay/config/listen.ts';
import type { Listen } from '../../src/relay/config/types.ts';
import { init } from '../../src/relay/setup/init.ts';
import { startChild } from './children.ts';
import { diskFolder } from './disk.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/relay');
const UP_WITHIN_MS = 30_000;
export const DOMAIN = 'alerts.example.com';

export interface Relay {
  dir: string;
  pid: number;
  http: Listen;
  smtp: Listen;
  /** Routing key of the service `default`, which pages Ana by SMS and mail. */
  key: string;
  client: Client;
  providers: Providers;
  /** A service with a person of its own; returns its routing key. */
  addService(id: string, contacts: { email?: string; phone?: string }, afterMs: number): Promise<string>;
  status(): Promise<StatusJson>;
  /** Resolves when every accepted input is done, with how long that took from now; rejects after `limitMs`. */
  drained(limitMs: number): Promise<number>;
  close(): Promise<void>;
}

/** `compileCache`: where compiled code is kept; by default a new folder, as on a first start. */
export async function openRelay(options: { compileCache?: string } = {}): Promise<Relay> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).toReversed()) await one();
  };
  try {
    const { dir, remove } = await diskFolder();
    closing.push(remove);
    const providers = await startProviders();
    closing.push(() => providers.stop());
    const { config, socket, services } = await install(dir, providers);
    // Each alert is a page of its own here: what is measured is how soon.
    await appendFile(config, 'paging:\n  atOnce: 1000000\n  everySeconds: 1\n');
    const key = services[0]?.routingKey;
    if (key === undefined || key === null) throw new Error('the installation came without a routing key');
    const daemon = await startDaemon(config, dir, options.compileCache ?? join(dir, 'cache'));
    closing.push(() => daemon.stop());
    const client = clientFor({ kind: 'socket', socket });
    const status = (): Promise<StatusJson> => client.get<StatusJson>('/v1/status');
    return {
      dir,
      pid: daemon.pid,
      http: daemon.http,
      smtp: daemon.smtp,
      key,
      client,
      providers,
      status,
      close,
      addService: async (id, contacts, afterMs) => {
        await client.post('/v1/people', { id: `on-${id}`, name: `On ${id}`, ...contacts, by: 'bench' });
        const levels = [{ people: [`on-${id}`], afterMs }];
        await client.post('/v1/policies', { id: `for-${id}`, levels, repeat: 0, by: 'bench' });
        const made = await client.post<ServiceJson>('/v1/services', { id, policy: `for-${id}`, by: 'bench' });
        if (made.routingKey === null) throw new Error(`the service ${id} came without a key`);
        return made.routingKey;
      },
      drained: async (limitMs) => {
        const startMs = performance.now();
        for (;;) {
          const { backlog } = await status();
          const tookMs = performance.now() - startMs;
          if (backlog?.journal === 0) return tookMs;
          if (tookMs > limitMs)
            throw new Error(`${backlog?.journal} inputs are still undone after ${Math.round(tookMs)} ms`);
          await delay(250);
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function install(dir: string, providers: Providers): ReturnType<typeof init> {
  const tokenFile = join(dir, 'twilio-token');
  await writeFile(tokenFile, `${providers.authToken}\n`, { mode: 0o600 });
  return init({
    dir: join(dir, 'relay'),
    typed: {
      http: '127.0.0.1:0',
      smtp: '127.0.0.1:0',
      domain: DOMAIN,
      mail: providers.mailUrl,
      mailReplyWorks: true,
      twilioAccountSid: providers.accountSid,
      twilioTokenFile: tokenFile,
      twilioFrom: '+15550100',
      twilioBaseUrl: providers.baseUrl,
      people: ['ana=Ana,ana@example.com,+15550101'],
    },
    terminal: null,
    skipChecks: true,
    cwd: dir,
    env: {},
    warn: () => {},
  });
}

/** `relay start`, its log in a file as the journal would keep it. Resolves when it says that it is up. */
async function startDaemon(
  config: string,
  dir: string,
  compileCache: string,
): Promise<{ pid: number; http: Listen; smtp: Listen; stop(): Promise<void> }> {
  const logFile = join(dir, 'relay.log');
  const log = openSync(logFile, 'a');
  const { child, ended, stop } = startChild(LAUNCHER, ['start', '--config', config], {
    cwd: dir,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'],
      HOME: dir,
      RELAY_LOG_JSON: '1',
      NODE_COMPILE_CACHE: compileCache,
      // For profiles of the daemon alone, such as `--cpu-prof --cpu-prof-dir=DIR`.
      ...(process.env['BENCH_NODE_OPTIONS'] === undefined
        ? {}
        : { NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] }),
    },
  });
  closeSync(log);
  let over = false;
  void ended.then(() => (over = true));
  for (const startMs = performance.now(); ; ) {
    const text = await readFile(logFile, 'utf8');
    const up = text.split('\n').find((line) => line.includes('"msg":"relay is up"'));
    if (up !== undefined && child.pid !== undefined) {
      const said = JSON.parse(up) as { http: string; smtp: string };
      const http = parseListen(said.http);
      const smtp = parseListen(said.smtp);
      if (http === null || smtp === null) throw new Error(`the daemon listens at no address: ${up}`);
      return { pid: child.pid, http, smtp, stop };
    }
    if (over || performance.now() - startMs > UP_WITHIN_MS) {
      await stop();
      throw new Error(`the daemon did not start\n${text}`);
    }
    await delay(50);
  }
}
