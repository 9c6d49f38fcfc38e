import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseListen } from '../../../src/relay/config/listen.ts';
import type { Peers } from '../../../src/relay/peers/port.ts';
import { ClusterOfHosts, DOWN, UP } from './cluster-of-hosts.ts';

let hosts: ClusterOfHosts;
beforeEach(async () => {
  hosts = await ClusterOfHosts.make();
});
afterEach(() => hosts.close());

const roster = async ({ version }: { version: number }): Promise<{ version: number }> => ({ version });
const ask = (peers: Peers, timeoutMs = 1_000) => peers.call('b1', 'roster', { version: 1 }, timeoutMs);
const NEVER = new Promise<never>(() => {});

describe('a host that does not answer', () => {
  test('is waited for no longer than was said, and its late answer is nobody else’s', async () => {
    const { promise: finish, resolve } = Promise.withResolvers<void>();
    const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>();
    const server = await hosts.serve('b1', {
      roster: async ({ version }) => {
        if (version === 1) {
          hasAsked();
          await finish;
        }
        return { version };
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const late = ask(peers);
    await asked;
    hosts.clock.advance(999);
    hosts.clock.advance(1);
    await expect(late).rejects.toThrow('b1: roster was not answered within 1000 ms; it may have been done');
    resolve();
    expect(await peers.call('b1', 'roster', { version: 2 }, 1_000)).toEqual({ version: 2 });
  });

  test('after two calls in vain others fail at once, until it answers a ping', async () => {
    const server = await hosts.serve('b1', {
      roster: ({ version }) => (version === 1 ? NEVER : roster({ version })),
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    await peers.call('b1', 'roster', { version: 2 }, 1_000);
    const inVain = [ask(peers), ask(peers)].map((call) => expect(call).rejects.toThrow('1000 ms'));
    hosts.clock.advance(1_000);
    await Promise.all(inVain);
    await expect(ask(peers)).rejects.toThrow('b1: roster was not sent: it does not answer');
    // Only its calls hang: it answers the ping, and calls go out again.
    await untilServed(peers);
  });

  test('a frozen host is given up in time, and taken up again when it goes on', async () => {
    const child = await hostApart(await hosts.tls('b1'));
    try {
      const peers = await hosts.link('a1', 'b1', child.address);
      expect(await ask(peers)).toEqual({ version: 1 });
      child.process.kill('SIGSTOP');
      const inVain = [ask(peers), ask(peers)].map((call) => expect(call).rejects.toThrow('1000 ms'));
      hosts.clock.advance(1_000);
      await Promise.all(inVain);
      await expect(ask(peers)).rejects.toThrow('it does not answer');
      const down = hosts.linkLog.next(DOWN);
      hosts.clock.advance(1_500);
      await down;
      expect(hosts.linkLog.of(DOWN)).toEqual([
        { host: 'b1', why: 'it did not answer a ping within 1500 ms' },
      ]);
      await expect(ask(peers)).rejects.toThrow('no connection: it did not answer a ping');
      const up = hosts.linkLog.next(UP);
      child.process.kill('SIGCONT');
      hosts.clock.advance(500);
      await up;
      expect(await ask(peers)).toEqual({ version: 1 });
    } finally {
      child.process.kill('SIGKILL');
      await once(child.process, 'close');
    }
  });

  test('a line that has been quiet is asked whether it still is one', async () => {
    const child = await hostApart(await hosts.tls('b1'));
    try {
      const peers = await hosts.link('a1', 'b1', child.address);
      await ask(peers);
      child.process.kill('SIGSTOP');
      const down = hosts.linkLog.next(DOWN);
      hosts.clock.advance(5_000);
      hosts.clock.advance(1_500);
      await down;
      await expect(ask(peers)).rejects.toThrow('no connection');
    } finally {
      child.process.kill('SIGKILL');
      await once(child.process, 'close');
    }
  });

  test('one that nobody listens for makes no call wait, once that is known', async () => {
    const server = await hosts.serve('b1', { roster });
    await server.close();
    const peers = await hosts.link('a1', 'b1', server.address);
    await expect(ask(peers)).rejects.toThrow(/b1: .*ECONNREFUSED/u);
    await expect(ask(peers)).rejects.toThrow(/not sent: no connection: .*ECONNREFUSED/u);
    expect(hosts.linkLog.of(DOWN)).toHaveLength(1);
  });
});

describe('a host that was restarted', () => {
  test('is called again, without anybody asking for it', async () => {
    const first = await hosts.serve('b1', { roster });
    const peers = await hosts.link('a1', 'b1', first.address);
    await ask(peers);
    const down = hosts.linkLog.next(DOWN);
    await first.close();
    await down;
    await expect(ask(peers)).rejects.toThrow('no connection');
    const up = hosts.linkLog.next(UP);
    await hosts.serve('b1', { roster }, { port: parseListen(first.address)?.port ?? 0 });
    hosts.clock.advance(500);
    await up;
    expect(await ask(peers)).toEqual({ version: 1 });
  });

  test('fails the calls that it took with it', async () => {
    const child = await hostApart(await hosts.tls('b1'));
    const peers = await hosts.link('a1', 'b1', child.address);
    await ask(peers);
    child.process.kill('SIGSTOP');
    const lost = expect(ask(peers)).rejects.toThrow('what was sent may have been done');
    child.process.kill('SIGKILL');
    await Promise.all([lost, once(child.process, 'close')]);
  });
});

describe('closing', () => {
  test('leaves nothing open: no connection, no timer, no call', async () => {
    const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>();
    const server = await hosts.serve('b1', {
      roster: () => {
        hasAsked();
        return NEVER;
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const unserved = await hosts.link('a2', 'b1', '127.0.0.1:1');
    const ended = expect(ask(peers)).rejects.toThrow('this host is shutting down');
    await asked;
    await Promise.all([peers.close(), unserved.close()]);
    await ended;
    await server.close();
    expect(hosts.clock.waiting).toBe(0);
    // The system's handles go some turns of the event loop later; one that stayed would hold this up for ever.
    while (openSockets().length > 0) await new Promise((resolve) => setImmediate(resolve));
    await expect(ask(peers)).rejects.toThrow('this host is shutting down');
  });

  test('a server lets calls under way finish and takes no new ones', async () => {
    const { promise: finish, resolve } = Promise.withResolvers<void>();
    const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>();
    const server = await hosts.serve('b1', {
      roster: async ({ version }) => {
        hasAsked();
        await finish;
        return { version };
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const underWay = ask(peers);
    await asked;
    const closed = server.close();
    await expect(ask(peers)).rejects.toThrow('is shutting down');
    resolve();
    expect(await underWay).toEqual({ version: 1 });
    await closed;
  });

  test('a server is not held open by whoever connects and says nothing', async () => {
    const server = await hosts.serve('b1', { roster });
    const socket = connectPlain(parseListen(server.address) ?? { port: 0 });
    socket.on('error', () => {});
    await once(socket, 'connect');
    // A whole round trip later the server knows of the silent one too.
    await ask(await hosts.link('a1', 'b1', server.address));
    await Promise.all([server.close(), once(socket, 'close')]);
  });
});

const openSockets = (): string[] =>
  process.getActiveResourcesInfo().filter((kind) => /^(?:TCP|TLS)/u.test(kind));

/** The answer to the ping is on its way: a call that is let through comes right after it. */
async function untilServed(peers: Peers): Promise<void> {
  for (;;) {
    try {
      await peers.call('b1', 'roster', { version: 2 }, 1_000);
      return;
    } catch (error) {
      expect(String(error)).toContain('it does not answer');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function hostApart(tls: object): Promise<{ process: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'served-host.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(tls));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, address: line.toString().trim() };
}
