import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missingHaproxy } from '../../../../network/missing.ts';
import { serverStates, startProxied } from '../../../../network/proxied-hosts.ts';
import type { ProxiedHosts } from '../../../../network/proxied-hosts.ts';
import { until } from '../../../../e2e/harness/until.ts';
import { SmtpClient } from '../../../events/smtp-client.ts';
import { certificatesFor } from '../network-hosts.ts';

interface Pair {
  cert: string;
  key: string;
}

/** Enough for a steady stream on both sides of a change. */
const MANY = 10;

/** Daemons that were away are asked every few seconds whether they are back, by every host. */
const BACK_WITHIN_MS = 60_000;
const LONG_MS = 3 * 60_000;

// Without HAProxy there is nothing to try; say-missing.ts says so at the end of the run.
describe.skipIf(missingHaproxy() !== null)('alerts on their way through HAProxy', () => {
  let cluster: ProxiedHosts;
  beforeAll(async () => {
    cluster = await startProxied(['a1', 'a2', 'b1']);
  });
  afterAll(() => cluster?.close());

  /** A host of these; its names are known here. */
  const host = (name: string): ProxiedHosts['hosts'][string] => {
    const found = cluster.hosts[name];
    if (found === undefined) throw new Error(name);
    return found;
  };
  const allUp = (): Promise<unknown> =>
    until(
      'everybody is in again',
      async () => {
        const states = await Promise.all(
          Object.values(cluster.hosts).map(({ layout }) => serverStates(layout)),
        );
        return states.every((one) => [...one.values()].every((state) => /^(?:UP|no check)/.test(state)));
      },
      { withinMs: BACK_WITHIN_MS },
    );
  beforeEach(() => {
    cluster.taken.length = 0;
  });

  const mail = async (text: string, door: 'smtp' | 'submission' = 'smtp'): Promise<void> => {
    const { address, layout } = host('a1');
    const client = await SmtpClient.hello({ host: address, port: layout.world[door] ?? 0 }, cluster.sender);
    const { code } = await client.send('shop@example.com', Buffer.from(`Subject: ${text}\r\n\r\nhelp\r\n`));
    if (code !== 250) throw new Error(`${text}: ${code}`);
    await client.say('QUIT');
  };
  interface Answer {
    code: number;
    text: string;
    location: string | undefined;
  }
  const http = (path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const { address, layout } = host('a1');
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: address,
          port: layout.world.http,
          path,
          method: body === undefined ? 'GET' : 'POST',
          localAddress: cluster.sender,
          agent: false,
          headers,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({ code: response.statusCode ?? 0, text, location: response.headers.location }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  };
  const post = async (text: string): Promise<void> => {
    const { code } = await http('/e/key', text);
    if (code !== 202) throw new Error(`${text}: ${code}`);
  };
  /** A mail, a submission and a request after the other; `middle` happens on the way. */
  const steadily = async (middle: () => Promise<void>): Promise<void> => {
    let during: Promise<void> | undefined;
    for (let index = 0; index < MANY; index += 1) {
      if (index === 3) during = middle();
      await Promise.all([
        mail(`mail ${index}`),
        mail(`submission ${index}`, 'submission'),
        post(`post ${index}`),
      ]);
    }
    await during;
  };
  const whoTook = (from = 0): Set<string> => new Set(cluster.taken.slice(from).map((one) => one.host));

  test('the local daemon takes all, and knows who sent it', async () => {
    await steadily(async () => {});
    expect(cluster.taken).toHaveLength(3 * MANY);
    expect(whoTook()).toEqual(new Set(['a1']));
    expect(new Set(cluster.taken.map(({ from }) => from))).toEqual(new Set([cluster.sender]));
  });

  test('the local daemon dies: nothing is refused, the host beside it takes over, then the next provider; and back', {
    timeout: LONG_MS,
  }, async () => {
    await steadily(() => host('a1').daemon.stop());
    const left = cluster.taken.length;
    expect(left).toBe(3 * MANY);
    await steadily(async () => {});
    expect(whoTook(left)).toEqual(new Set(['a2']));
    expect(new Set(cluster.taken.map(({ from }) => from))).toEqual(new Set([cluster.sender]));

    await host('a2').daemon.stop();
    await until('a2 is seen to be away', async () => {
      const states = await serverStates(host('a1').layout);
      return states.get('web_ready/a2')?.startsWith('DOWN') === true;
    });
    const before = cluster.taken.length;
    await steadily(async () => {});
    expect(whoTook(before)).toEqual(new Set(['b1']));

    await host('a2').daemon.start();
    await host('a1').daemon.start();
    await allUp();
    const last = cluster.taken.length;
    await steadily(async () => {});
    expect(whoTook(last)).toEqual(new Set(['a1']));
  });

  const saysReady = (name: string, of: string, isReady: boolean): Promise<unknown> =>
    until(`${name} sees ${of} ${isReady ? 'ready' : 'not ready'}`, async () => {
      const states = await serverStates(host(name).layout);
      // Each door asks for itself, and not at the same moment.
      const doors = [...states].filter(([server]) => server.endsWith(`_ready/${of}`));
      return doors.length > 0 && doors.every(([, state]) => state.startsWith('UP') === isReady);
    });

  test('a host without a quorum leaves alerts to those who have one; when nobody has, it takes its own', {
    timeout: LONG_MS,
  }, async () => {
    const { a1, a2, b1 } = cluster.hosts;
    const all = [a1, a2, b1].flatMap((one) => (one === undefined ? [] : [one.daemon]));
    host('a1').daemon.health.ready = false;
    await saysReady('a1', 'a1', false);
    await steadily(async () => {});
    expect(whoTook()).toEqual(new Set(['a2']));

    for (const { health } of all) health.ready = false;
    await saysReady('a1', 'a2', false);
    await saysReady('a1', 'b1', false);
    const nobodyReady = cluster.taken.length;
    await steadily(async () => {});
    expect(whoTook(nobodyReady)).toEqual(new Set(['a1']));

    // Too busy to say that they live, all of them: asked all the same.
    for (const { health } of all) health.alive = false;
    await until('nobody is seen to live', async () => {
      const states = await serverStates(host('a1').layout);
      return ['a1', 'a2', 'b1'].every((name) => states.get(`web_alive/${name}`)?.startsWith('DOWN') === true);
    });
    const before = cluster.taken.length;
    await Promise.all([mail('mail'), mail('submission', 'submission'), post('post')]);
    expect(cluster.taken.length - before).toBe(3);

    for (const { health } of all) Object.assign(health, { ready: true, alive: true });
    await allUp();
  });

  test('a request that a daemon dies over, or says it cannot take, is sent again', {
    timeout: LONG_MS,
  }, async () => {
    const { daemon } = host('a1');
    daemon.spoiled.push('cut', 503);
    await post('twice in vain');
    expect(cluster.taken.map(({ text }) => text)).toEqual(['twice in vain']);
    // An error of its own is the answer: to send it again would make a second alert of it.
    daemon.spoiled.push(500);
    expect((await http('/e/key', 'poison')).code).toBe(500);
    await allUp();
  });

  test('a body too large to keep gets through too', async () => {
    const large = 'x'.repeat(400_000);
    await post(large);
    expect(cluster.taken.map(({ text }) => text.length)).toEqual([large.length]);
  });

  test('nobody can say that they speak for somebody else', async () => {
    const said = { 'X-Forwarded-For': '10.0.0.1', 'X-Forwarded-Proto': 'https', Forwarded: 'for=10.0.0.1' };
    await http('/e/key', 'text', said);
    expect(cluster.taken).toMatchObject([{ from: cluster.sender, proto: 'http' }]);
  });

  test('the world sees no numbers, and of health only whether this door works', async () => {
    for (const path of ['/metrics', '/metrics/', '/%6Detrics?x=1'])
      expect((await http(path)).code, path).toBe(404);
    expect(await http('/readyz')).toMatchObject({ code: 200, text: '{"status":"ok"}' });
    expect(await http('/healthz')).toMatchObject({ code: 200 });
  });

  test('pages are opened with TLS; programs that send alerts without it are not sent away', async () => {
    expect(await http('/a/secret')).toMatchObject({
      code: 302,
      location: 'https://alerts.example.com/a/secret',
    });
    expect(await http('/e/key?summary=help')).toMatchObject({ code: 202, text: 'GET /e/key?summary=help' });
    expect(await http('/v2/enqueue', '{}')).toMatchObject({ code: 202 });
  });

  test('doors for peers open to hosts of this cluster only', async () => {
    const { layout, address } = host('a1');
    const strangers = await certificatesFor(['b1']);
    const own = (name: string): Pair => ({
      cert: readFileSync(host(name).layout.tls.host, 'utf8'),
      key: readFileSync(host(name).layout.tls.host, 'utf8'),
    });
    const opens = async (port: number, pair: Pair | undefined): Promise<boolean> => {
      const socket = connectTls({
        host: address,
        port,
        ca: cluster.ca,
        ...pair,
        checkServerIdentity: () => undefined,
      });
      socket.on('error', () => {});
      socket.on('secureConnect', () => socket.write('GET /readyz HTTP/1.1\r\nHost: relay\r\n\r\n'));
      const heard = await new Promise<boolean>((resolve) => {
        socket.once('data', () => resolve(true));
        socket.once('close', () => resolve(false));
      });
      socket.destroy();
      return heard;
    };
    const { http: door } = layout.handed;
    expect(await opens(door, own('a2'))).toBe(true);
    expect(await opens(door, undefined)).toBe(false);
    expect(await opens(door, strangers.certificates['b1'])).toBe(false);
    // Of the authority, but none of the others: as one that was removed.
    expect(await opens(door, own('a1'))).toBe(false);
    for (const port of [layout.handed.smtp, layout.handed.submission])
      expect(await opens(port, strangers.certificates['b1'])).toBe(false);
  });
});
