/** Numbers are pushed to a StatsD server while alerts go their way; a reload sends them elsewhere. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';

async function statsdServer(): Promise<{ port: number; lines: string[] }> {
  const socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (packet) => void lines.push(...packet.toString().split('\n')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, lines };
}

test('StatsD hears of each stage of an alert, by a name or by tags', async () => {
  const [plain, tagged] = [await statsdServer(), await statsdServer()];
  const relay = await startRelay({
    config: (yaml) =>
      `${yaml}\nmetrics:\n  statsd: 127.0.0.1:${plain.port}\n  prefix: pager.{host}\n  tags: none\nhost: a1\n`,
  });
  expect((await relay.sender.posts('real trouble')).status).toBe(202);
  await relay.phone('ana').receives(/real trouble/);
  const stages = [
    /^pager\.a1\.inputs_accepted\.\w+:1\|c$/,
    /^pager\.a1\.incidents\.opened:1\|c$/,
    /^pager\.a1\.messages\.sms\.accepted:1\|c$/,
    /^pager\.a1\.accept_durable:[\d.]+\|ms$/,
    /^pager\.a1\.durable_opened:[\d.]+\|ms$/,
    /^pager\.a1\.opened_claim:[\d.]+\|ms$/,
    /^pager\.a1\.claim_answer\.sms:[\d.]+\|ms$/,
    /^pager\.a1\.accept_first_call:[\d.]+\|ms$/,
    /^pager\.a1\.store_commit:[\d.]+\|ms$/,
    /^pager\.a1\.alive:[01]\|g$/,
    /^pager\.a1\.process_resident_memory_bytes:\d+\|g$/,
  ];
  await until('every stage was told', () =>
    stages.every((stage) => plain.lines.some((line) => stage.test(line))),
  );
  // The certificate that init made for STARTTLS.
  const metrics = await (await fetch(`${relay.http}/metrics`)).text();
  const expires = /^relay_certificate_expires_timestamp_seconds\{use="smtp"\} (?<at>\d+)$/m.exec(metrics);
  expect(Number(expires?.groups?.['at'])).toBeGreaterThan(Date.now() / 1_000);

  const free = await until('how much room is left is told', async () =>
    /^relay_disk_free_bytes\{folder="(?<folder>[^"]+)"\} (?<bytes>\d+)$/m.exec(
      await (await fetch(`${relay.http}/metrics`)).text(),
    ),
  );
  expect(free.groups?.['folder']).toContain(relay.dir);

  const { msg } = await relay.reconfigure((yaml) =>
    yaml.replace(/metrics:[^]*?tags: none/, `metrics:\n  statsd: 127.0.0.1:${tagged.port}`),
  );
  expect(msg).toMatch(/is in use/);
  await relay.sender.posts('RESOLVED: real trouble');
  await until('the other server was told', () =>
    tagged.lines.includes('relay.incidents:1|c|#host:a1,change:resolved'),
  );
  expect(
    tagged.lines.filter((line) => line.startsWith('relay.incidents:') && line.includes('opened')),
  ).toEqual([]);
});
