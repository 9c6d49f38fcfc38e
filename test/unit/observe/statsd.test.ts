import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { PrometheusMetrics } from '../../../src/relay/observe/metrics.ts';
import { Statsd, type StatsdParts } from '../../../src/relay/observe/statsd.ts';
import { StatsdSocket } from '../../../src/relay/observe/statsd-socket.ts';
import { Thinned } from '../../../src/relay/observe/thinned.ts';
import { HandClock } from './hand-clock.ts';

/** What a StatsD server is told, line by line. */
class Server {
  readonly #socket: Socket = createSocket('udp4');
  readonly #lines: string[] = [];
  #wake = (): void => undefined;

  async listen(): Promise<void> {
    this.#socket.on('message', (packet) => {
      this.#lines.push(...packet.toString().split('\n'));
      this.#wake();
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** All lines up to the first that is this one; they are told once. */
  async until(line: string): Promise<string[]> {
    for (;;) {
      const at = this.#lines.indexOf(line);
      if (at !== -1) return this.#lines.splice(0, at + 1);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.#socket.close(resolve));
  }
}

const servers: Server[] = [];
async function server(): Promise<Server> {
  const made = new Server();
  await made.listen();
  servers.push(made);
  return made;
}

const to = (port: number, more: Partial<NonNullable<Config['metrics']>> = {}): Config['metrics'] => ({
  statsd: { host: '127.0.0.1', port },
  prefix: 'relay',
  tags: 'none',
  latencies: 'ms',
  constantTags: {},
  ...more,
});

let clock: HandClock;
let metrics: PrometheusMetrics;
let warned: string[];
let statsd: Statsd;

function make(more: Partial<StatsdParts> = {}): Statsd {
  return new Statsd({
    families: metrics.families,
    clock,
    log: { info: () => {}, error: () => {}, warn: (_, text) => void warned.push(text) },
    refresh: () => metrics.problems(2),
    onLost: (packets) => metrics.statsdLost(packets),
    ...more,
  });
}

beforeEach(() => {
  clock = new HandClock();
  metrics = new PrometheusMetrics({ version: '0.1.0', startedAtMs: 0 });
  warned = [];
  statsd = make();
});

afterEach(async () => {
  await statsd.stop();
  await Promise.all(servers.splice(0).map((one) => one.close()));
});

const lost = (): number =>
  Number(/^relay_statsd_lost_total (?<packets>\d+)$/mu.exec(metrics.text())?.groups?.['packets']);

describe('StatsD is told', () => {
  it('each second by how much counters have grown and how long things took, every ten seconds how things stand', async () => {
    const one = await server();
    metrics.accepted('mail', 5);
    await statsd.change(to(one.port));
    metrics.accepted('mail', 2);
    metrics.claimToAnswer('sms', 420);
    clock.advance(1_000);
    const first = await one.until('relay.claim_answer.sms:420|ms');
    expect(first).toContain('relay.inputs_accepted.mail:2|c');
    expect(first, 'asked for its gauges first').toContain('relay.problems:2|g');
    metrics.problems(7);
    metrics.accepted('mail', 1);
    clock.advance(1_000);
    expect(await one.until('relay.inputs_accepted.mail:1|c')).toEqual(['relay.inputs_accepted.mail:1|c']);
    clock.advance(8_000);
    metrics.incident('opened');
    clock.advance(1_000);
    expect(await one.until('relay.incidents.opened:1|c')).toContain('relay.problems:2|g');
  });

  it('labels and the host as tags where it knows tags', async () => {
    const one = await server();
    await statsd.change(to(one.port, { tags: 'dogstatsd', constantTags: { host: 'a1' }, prefix: 'pager' }));
    metrics.message('sms', 'delivered');
    clock.advance(1_000);
    await one.until('pager.messages:1|c|#host:a1,channel:sms,outcome:delivered');
  });

  it('somewhere else after a reload, and nothing twice', async () => {
    const [one, two] = [await server(), await server()];
    await statsd.change(to(one.port));
    metrics.accepted('mail');
    clock.advance(1_000);
    await one.until('relay.inputs_accepted.mail:1|c');
    metrics.accepted('mail', 3);
    await statsd.change(to(two.port));
    clock.advance(1_000);
    await two.until('relay.inputs_accepted.mail:3|c');
    await statsd.change(undefined);
    expect(clock.waiting, 'and nobody when it was taken out').toBe(0);
  });

  it('the last numbers when relay stops', async () => {
    const one = await server();
    await statsd.change(to(one.port));
    clock.advance(1_000);
    metrics.incident('resolved');
    await statsd.stop();
    await one.until('relay.incidents.resolved:1|c');
    expect(clock.waiting).toBe(0);
  });
});

describe('a StatsD server that is not there', () => {
  it('is nobody’s trouble when nothing listens', async () => {
    const gone = await server();
    await statsd.change(to(gone.port));
    await Promise.all(servers.splice(0).map((one) => one.close()));
    for (let second = 0; second < 30; second++) {
      metrics.accepted('mail');
      clock.advance(1_000);
    }
    await statsd.stop();
    expect(metrics.text()).toContain('relay_inputs_accepted_total{source="mail"} 30\n');
  });

  it('is looked up again now and then, and the address that it had does when that fails', async () => {
    const one = await server();
    const answers = [
      () => Promise.resolve({ address: '127.0.0.1', family: 4 }),
      () => Promise.reject(new Error('no such name')),
    ];
    const asked: string[] = [];
    const socket = new StatsdSocket({
      to: { host: 'statsd.example.com', port: one.port },
      clock,
      log: { info: () => {}, error: () => {}, warn: (_, text) => void warned.push(text) },
      onLost: () => {},
      lookUp: (host) => {
        asked.push(host);
        return answers.shift()?.() ?? Promise.reject(new Error('asked too often'));
      },
    });
    for (const name of ['a', 'b', 'c']) {
      await socket.send([`${name}:1|c`]);
      await one.until(`${name}:1|c`);
      clock.advance(31_000);
    }
    await socket.close();
    expect(asked).toEqual(['statsd.example.com', 'statsd.example.com']);
    expect(warned).toEqual([]);
  });

  it('makes nothing pile up while its name is looked up, and nobody waits for that to stop', async () => {
    const answer = Promise.withResolvers<{ address: string; family: number }>();
    statsd = make({ lookUp: () => answer.promise });
    await statsd.change({ ...to(1), statsd: { host: 'statsd.example.com', port: 1 } } as NonNullable<
      Config['metrics']
    >);
    for (let second = 0; second < 300; second++) {
      metrics.accepted('mail');
      clock.advance(1_000);
    }
    expect(lost()).toBe(300 - 256);
    await statsd.stop();
    answer.reject(new Error('no such name'));
  });

  it('is named once in the log when its name leads nowhere', async () => {
    const failed = Promise.withResolvers<void>();
    statsd = make({
      lookUp: () => Promise.reject(new Error('no such name')),
      onLost: () => failed.resolve(),
    });
    await statsd.change({ ...to(1), statsd: { host: 'nowhere.example.com', port: 1 } } as NonNullable<
      Config['metrics']
    >);
    metrics.accepted('mail');
    clock.advance(1_000);
    await failed.promise;
    expect(warned).toHaveLength(1);
    expect(warned[0]).toContain('metrics.statsd');
  });
});

describe('durations in a storm', () => {
  it('are told as a sample that says of how many', () => {
    const thinned = new Thinned(200);
    for (let at = 0; at < 10_000; at++) thinned.add(at);
    const { values, rate } = thinned.take();
    expect(values.length).toBeLessThanOrEqual(200);
    expect(values.length / rate).toBeGreaterThan(9_900);
    expect(values.length / rate).toBeLessThan(10_100);
    expect(Math.max(...values), 'from all of the time').toBeGreaterThan(9_000);
    expect(thinned.take()).toEqual({ values: [], rate: 1 });
  });

  it('are all told while they are few', () => {
    const thinned = new Thinned(3);
    for (const value of [5, 6, 7]) thinned.add(value);
    expect(thinned.take()).toEqual({ values: [5, 6, 7], rate: 1 });
  });
});
