/** Who watches the watcher: a dead man's switch that is pinged while alerts come through, relays that watch each other. */
import { execFileSync } from 'node:child_process';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';

const SECRET = 'c0ffee00-ping-key';

/** The switch: counts its pings. */
async function deadMansSwitch(): Promise<{ url: string; pings: string[] }> {
  const pings: string[] = [];
  const server = createServer((request, response) => {
    pings.push(request.url ?? '');
    response.end('OK');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${SECRET}`, pings };
}

/** The name under which a relay is known, as a proxy before it has it: the daemon's port is another after each start. */
async function nameOf(relay: () => Relay | null): Promise<string> {
  const server = createServer((request, response) => {
    const target = relay();
    if (target === null) {
      request.socket.destroy();
      return;
    }
    get(`${target.http}${request.url ?? ''}`, { agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502);
      answer.pipe(response);
    }).on('error', () => request.socket.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
}

const watch = (lines: string) => (yaml: string) => `${yaml}\nwatch:\n  everySeconds: 1\n${lines}`;

async function metric(relay: Relay, name: string): Promise<number> {
  const text = await (await fetch(`${relay.http}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

test('the dead man’s switch hears of relay only while alerts get through, and nobody else hears of the test alerts', async () => {
  const service = await deadMansSwitch();
  const relay = await startRelay({
    config: watch(`  pingUrl: ${service.url}\n`),
    // Without the signal that goes with the limit, writing fails like on a full disk.
    wrap: ['sh', '-c', `trap '' XFSZ; exec "$@"`, 'sh'],
  });
  const limit = (bytes: string): void =>
    void execFileSync('prlimit', [`--pid=${relay.daemon.pid}`, `--fsize=${bytes}`]);
  await until('it is pinged twice', () => service.pings.length >= 2);
  expect(new Set(service.pings)).toEqual(new Set([`/${SECRET}`]));
  await until('it is alive', async () => (await metric(relay, 'relay_alive')) === 1);
  expect(await metric(relay, 'relay_canary_last_success_timestamp_seconds')).toBeGreaterThan(
    Date.now() / 1_000 - 10,
  );
  expect(await metric(relay, 'relay_canary_first_call_seconds')).toBeGreaterThan(0);

  limit('4096:unlimited');
  const before = service.pings.length;
  await until(
    'its test alerts no longer get through',
    async () => (await metric(relay, 'relay_alive')) === 0,
  );
  // The ping of one that had got through may have been on its way.
  expect(service.pings.length).toBeLessThanOrEqual(before + 1);
  expect(await metric(relay, 'relay_canary_age_seconds')).toBeGreaterThan(2);
  limit('unlimited');
  const silence = service.pings.length;
  await until('it is pinged again', () => service.pings.length > silence);
  await until('it is alive again', async () => (await metric(relay, 'relay_alive')) === 1);

  expect((await relay.sender.posts('real trouble')).status).toBe(202);
  await relay.phone('ana').receives(/real trouble/);
  const incidents = await relay.incidents();
  expect(incidents.map(({ number, summary }) => [number, summary])).toEqual([[1, 'real trouble']]);
  expect(relay.phone('ana').all).toHaveLength(1);
  expect((await relay.status()).open).toEqual({ triggered: 1, acknowledged: 0 });
  const text = await (await fetch(`${relay.http}/metrics`)).text();
  expect(text).toMatch(/^relay_incidents_total\{change="opened"\} 1$/m);
  expect(text).not.toMatch(/channel="canary"/);
  const shown = await relay.command('status');
  expect(shown.out).toMatch(/canary +a test alert came through (?:now|\d+ s ago), called after \d+ ms/);
  expect(relay.daemon.text + relay.daemon.errors + shown.out + text).not.toContain(SECRET);
});

test('two relays that watch each other: one is killed, and the other pages its people until it is back', async () => {
  const up: Record<'berlin' | 'paris', Relay | null> = { berlin: null, paris: null };
  const peer = (name: 'berlin' | 'paris', readyUrl: string): string =>
    `  peers:\n    - name: ${name}\n      readyUrl: ${readyUrl}\n`;
  const names = { berlin: await nameOf(() => up.berlin), paris: await nameOf(() => up.paris) };
  const berlin = await startRelay({ people: ['ana'], config: watch(peer('paris', names.paris)) });
  up.berlin = berlin;
  const paris = await startRelay({ people: ['zoe'], config: watch(peer('berlin', names.berlin)) });
  up.paris = paris;

  await berlin.kill();
  await paris.phone('zoe').receives(/berlin can't take alerts/);
  const [incident] = await paris.incidents();
  expect(incident).toMatchObject({ service: 'relay', dedupKey: 'peer berlin', severity: 'critical' });

  await berlin.start();
  await paris.shows(/berlin can't take alerts/, 'resolved');
  expect(paris.phone('zoe').all.filter(({ body }) => body.includes('berlin'))).toHaveLength(1);
  expect(await paris.incidents()).toHaveLength(1);
});
