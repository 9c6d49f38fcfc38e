import { describe, expect, it } from 'vitest';
import type { Taken } from '../../../src/relay/engine/lane-parts.ts';
import { Contended } from '../../../src/relay/engine/lane-parts.ts';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import { Router, type RouterParts } from '../../../src/relay/engine/router.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import type { Target } from '../../../src/relay/engine/targets.ts';
import { PeerError, type Peers, type TakeRequest } from '../../../src/relay/peers/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';

const NOTHING: Taken = { outgoing: [], due: [] };
const target: Target = { aggregate: 'r:ana', kind: 'responder', id: 'one', input: { kind: 'go' } };

/** This host is a1; b1 owns everything. */
function routing(change: Partial<RouterParts> = {}) {
  const clock = new HandClock();
  const local: { id: string; stays: boolean }[] = [];
  const called: { host: string; method: string; request: unknown }[] = [];
  let fought = true;
  let ownerAnswers = true;
  const peers: Peers = {
    hosts: ['b1', 'c1'],
    call: (host, method, request) => {
      called.push({ host, method, request });
      return ownerAnswers
        ? Promise.resolve(NOTHING as never)
        : Promise.reject(new PeerError('b1: no answer'));
    },
    close: () => Promise.resolve(),
  };
  const router: Router = new Router({
    store: {
      load: (key) => Promise.resolve({ key, op: null, state: null }),
      undone: (ids) => Promise.resolve(new Set(ids)),
    },
    clock,
    log: silent,
    membership: {
      self: 'a1',
      live: () => ['a1', 'b1'],
      owner: () => 'b1',
      atWork: () => false,
      onChange: () => () => undefined,
    },
    peers,
    tick: () => 1,
    local: (one, _rows, _tick, stays) => {
      local.push({ id: one.id, stays });
      if (!fought || stays) return Promise.resolve(NOTHING);
      router.contended(one.aggregate);
      return Promise.reject(new Contended(one.aggregate));
    },
    rowDone: () => undefined,
    ...change,
  });
  return {
    router,
    clock,
    local,
    called,
    peace: () => {
      fought = false;
    },
    ownerIsGone: () => {
      ownerAnswers = false;
    },
  };
}

describe('where an input is taken', () => {
  it('here first; after one conflict by the owner, and for a while at once by the owner', async () => {
    const { router, local, called, clock, peace } = routing();
    await router.submit(target, ['j:x'], 1);
    expect(local).toEqual([{ id: 'one', stays: false }]);
    expect(called.map(({ host, method }) => `${host} ${method}`)).toEqual(['b1 take']);
    await router.submit(target, ['j:y'], 1);
    expect(local).toHaveLength(1);
    expect(called).toHaveLength(2);
    clock.pass(15_000);
    peace();
    await router.submit(target, ['j:z'], 1);
    expect(local).toHaveLength(2);
    expect(called).toHaveLength(2);
  });

  it('by the owner in the order in which one mail brought it', async () => {
    const answers: (() => void)[] = [];
    const asked: string[] = [];
    const peers: Peers = {
      hosts: ['b1'],
      call: (_host, _method, request) => {
        asked.push((request as TakeRequest).id);
        return new Promise((resolve) => void answers.push(() => resolve(NOTHING)));
      },
      close: () => Promise.resolve(),
    };
    const { router } = routing({ peers });
    const stamp = { host: 'a1', seq: 1, atMs: 0, trusted: true };
    const event: AlertEvent = {
      action: 'trigger',
      service: 'db',
      dedupKey: 'disk',
      severity: 'error',
      summary: 'disk full',
      source: 'mail',
    };
    const submit = (id: string, row: string): Promise<Taken> =>
      router.submit(
        { aggregate: 'i:db/disk', kind: 'lineage', id, input: { kind: 'event', event, stamp } },
        [row],
        1,
      );
    router.contended('i:db/disk');
    const [first, second] = ['one', 'two'].map((id) => submit(id, 'j:mail'));
    const third = submit('three', 'j:another');
    await calm();
    expect(asked).toEqual(['one', 'three']);
    answers[0]?.();
    await first;
    await calm();
    expect(asked).toEqual(['one', 'three', 'two']);
    for (const answer of answers) answer();
    await Promise.all([second, third]);
  });

  it('here after all when the owner does not answer', async () => {
    const { router, local, ownerIsGone } = routing();
    ownerIsGone();
    await router.submit(target, ['j:x'], 1);
    expect(local).toEqual([
      { id: 'one', stays: false },
      { id: 'one', stays: true },
    ]);
  });

  it('by the owner from then on when this host has committed often, though nobody came between', async () => {
    const { router, local, called, clock, peace } = routing();
    peace();
    const commit = async (): Promise<void> => {
      await router.submit(target, ['j:x'], 1);
      router.committed('r:ana');
    };
    for (let time = 0; time < 3; time += 1) await commit();
    clock.pass(3_000);
    for (let time = 0; time < 4; time += 1) await commit();
    expect(called).toEqual([]);
    await router.submit(target, ['j:y'], 1);
    expect(local).toHaveLength(7);
    expect(called).toHaveLength(1);
  });

  it("at once by the owner when this host's clock is off", async () => {
    const { router, local, called } = routing({ trusted: () => false });
    await router.submit(target, ['j:x'], 1);
    expect(local).toEqual([]);
    expect(called).toHaveLength(1);
  });

  it('the owner is told of rows that are done, some at a time', async () => {
    const { router, called, clock } = routing();
    await router.submit(target, ['j:x'], 1);
    await router.submit(target, ['j:y'], 1);
    // Of what was taken here nobody need be told, nor twice.
    router.rowDone('r:ana', 'j:z');
    router.rowDone('r:ana', 'j:x');
    router.rowDone('r:ana', 'j:x');
    router.rowDone('r:ana', 'j:y');
    clock.pass(1_000);
    expect(called.at(-1)).toEqual({
      host: 'b1',
      method: 'forget',
      request: [
        { aggregate: 'r:ana', row: 'j:x' },
        { aggregate: 'r:ana', row: 'j:y' },
      ],
    });
  });
});

describe('what an owner takes for others', () => {
  const tell = (number: number): TakeRequest => ({
    aggregate: 'r:ana',
    kind: 'responder',
    id: `tell/${number}`,
    rows: ['j:x'],
    input: {
      kind: 'tell',
      id: `tell/${number}`,
      person: 'ana',
      // By the sender's clock: it means nothing here.
      freshUntilMonoMs: Number.MAX_SAFE_INTEGER,
      ask: {
        number,
        counter: 1,
        lineage: 'i:db/disk',
        service: 'db',
        severity: 'error',
        summary: 'disk full',
        openedAtMs: 0,
        level: 0,
        first: true,
        last: false,
      },
    },
  });

  const taking = (status: 'triggered' | 'acknowledged', undone = true) => {
    const taken: ResponderInput[] = [];
    const { router } = routing({
      store: {
        load: (key) =>
          Promise.resolve({ key, op: 'op', state: { domain: { incident: { number: 7, status } } } }),
        undone: (ids) => Promise.resolve(new Set(undone ? ids : [])),
      },
      local: (one) => {
        taken.push(one.input as ResponderInput);
        return Promise.resolve(NOTHING);
      },
    });
    return { router, taken };
  };

  it('is skipped when its rows are done', async () => {
    const { router, taken } = taking('triggered', false);
    expect(await router.take(tell(7))).toEqual(NOTHING);
    expect(taken).toEqual([]);
  });

  it('is claimed without another look only if the incident was just seen waiting for an answer', async () => {
    const open = taking('triggered');
    await open.router.take(tell(7));
    expect(open.taken[0]).toMatchObject({ freshUntilMonoMs: 1_000 });
    for (const [status, number] of [
      ['acknowledged', 7],
      ['triggered', 8],
    ] as const) {
      const other = taking(status);
      await other.router.take(tell(number));
      expect(other.taken[0]).toMatchObject({ freshUntilMonoMs: Number.NEGATIVE_INFINITY });
    }
  });
});
