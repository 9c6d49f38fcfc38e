import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { healthRoutes } from '../../../src/relay/observe/health.ts';
import { Readiness, STALLED_AFTER_MS } from '../../../src/relay/observe/readiness.ts';
import { HandClock } from './hand-clock.ts';

async function host(options: { live?: string[] } = {}) {
  const clock = new HandClock();
  const state: { store: string | null; rounds: number } = { store: null, rounds: 0 };
  const readiness = new Readiness({ clock, store: () => state.store, advanced: () => state.rounds });
  const app = fastify();
  await app.register(
    healthRoutes({
      live: () => options.live ?? [],
      ready: () => readiness.reasons(),
      metrics: () => 'relay_up 1\n',
    }),
  );
  const ask = (url: string) => app.inject({ method: 'GET', url });
  /** The status code, then the reasons if any. */
  const ready = async (): Promise<unknown[]> => {
    const response = await ask('/readyz');
    return [response.statusCode, ...(response.json<{ reasons?: string[] }>().reasons ?? [])];
  };
  return { clock, state, readiness, ask, ready };
}

describe('/readyz', () => {
  it('says no while starting, yes once started, no while shutting down', async () => {
    const { readiness, ready } = await host();
    expect(await ready()).toEqual([503, 'starting']);
    readiness.started();
    expect(await ready()).toEqual([200]);
    readiness.draining();
    expect(await ready(), 'alerts are taken, but should go elsewhere').toEqual([503, 'draining']);
    readiness.closing();
    expect(await ready()).toEqual([503, 'shutting down']);
  });

  it('says no while the store is out of reach, and why', async () => {
    const { readiness, ready, state } = await host();
    readiness.started();
    state.store = 'store full';
    expect(await ready()).toEqual([503, 'store full']);
    state.store = null;
    expect(await ready()).toEqual([200]);
  });

  it('says no when the engine stops advancing, and yes when it goes on', async () => {
    const { clock, readiness, ready, state } = await host();
    readiness.started();
    clock.advance(STALLED_AFTER_MS);
    expect(await ready()).toEqual([200]);
    clock.advance(1_000);
    expect(await ready()).toEqual([503, 'the engine has not advanced for 31 s']);
    state.rounds += 1;
    expect(await ready()).toEqual([200]);
  });

  it("doesn't count a long start against the engine", async () => {
    const { clock, readiness, ready } = await host();
    clock.advance(10 * STALLED_AFTER_MS);
    readiness.started();
    expect(await ready()).toEqual([200]);
  });

  it('tells a load balancer when to ask again, and caches not to keep the answer', async () => {
    const { ask } = await host();
    const response = await ask('/readyz');
    expect(response.headers['retry-after']).toBe('5');
    expect(response.headers['cache-control']).toBe('no-store');
  });
});

describe('/healthz', () => {
  it('is well while not ready: a restart would not help', async () => {
    const { ask, ready } = await host();
    expect(await ready()).toEqual([503, 'starting']);
    const response = await ask('/healthz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says what is wrong when the process should be replaced', async () => {
    const { ask } = await host({ live: ['the engine stopped on an assertion'] });
    const response = await ask('/healthz');
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('the engine stopped on an assertion');
  });
});

describe('/metrics', () => {
  it("answers in Prometheus' text format", async () => {
    const { ask } = await host();
    const response = await ask('/metrics');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body).toBe('relay_up 1\n');
  });
});
