import { describe, expect, it } from 'vitest';
import type { StepResult } from '../../../src/relay/engine/effects.ts';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import { Lane } from '../../../src/relay/engine/lane.ts';
import type { Queued } from '../../../src/relay/engine/lane-queue.ts';
import type { Machine } from '../../../src/relay/engine/machine-port.ts';
import type { Change } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';

const KEY = 'i:db/disk';

/** Each `wind` sets an alarm; when it rings, that is counted. */
type Input = { kind: 'wind' } | { kind: 'timer'; name: string };

const step = (rung: number, input: Input): StepResult<number> => ({
  state: input.kind === 'timer' ? rung + 1 : rung,
  effects: {
    handovers: [],
    setTimers: input.kind === 'wind' ? [{ name: 'alarm', atMs: 60_000 }] : [],
    cancelTimers: [],
    rows: [],
    incidents: [],
  },
  reason: '',
});

const machine: Machine<number, Input, null> = {
  mayBeNew: true,
  initial: () => 0,
  context: () => null,
  lookAhead: () => undefined,
  step,
  timer: (name) => ({ kind: 'timer', name }),
  urgent: () => false,
  canTake: () => true,
  committed: () => undefined,
};

/** Two hosts' lanes for one incident, over one store. */
function twoHosts() {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs(), distant: true });
  let ops = 0;
  let ticks = 0;
  const lane = (host: string): Lane<number, Input, null> =>
    new Lane(KEY, machine, {
      store,
      clock,
      ids: {
        op: () => {
          ops += 1;
          return `${host}-${ops}`;
        },
        chance: () => 0.5,
      },
      log: silent,
      nowMs: () => 0,
      held: () => false,
      tick: () => {
        ticks += 1;
        return ticks;
      },
      stopped: () => false,
    });
  const envelope = async (): Promise<Envelope<number>> => (await store.load(KEY)).state as Envelope<number>;
  const alarm = async (): Promise<string> => (await envelope()).timers[0]?.id ?? '';
  /** Takes it to its end; what waits for the clock gets it. */
  const take = async (by: Lane<number, Input, null>, item: Queued<Input>): Promise<void> => {
    const lookout = { over: false };
    const taken = by.submit(item).then(() => {
      lookout.over = true;
    });
    for (await calm(); !lookout.over; await calm()) clock.pass(100);
    await taken;
  };
  return {
    store,
    one: lane('one'),
    other: lane('other'),
    take,
    alarm,
    rung: async () => (await envelope()).domain,
  };
}

const wind = { id: '', input: { kind: 'wind' } as const, rows: [], tick: 1 };
const rings = (timer: string) => ({ id: '', input: { kind: 'fired', timer } as const, rows: [], tick: 1 });

describe('a timer that another host has set takes effect where it fires', () => {
  it('although this host has never read the incident, and takes what it meets first for new', async () => {
    const { one, other, take, alarm, rung } = twoHosts();
    await take(one, wind);
    await take(other, rings(await alarm()));
    expect(await rung()).toBe(1);
  });

  it('although what this host holds of the incident is older', async () => {
    const { one, other, take, alarm, rung } = twoHosts();
    await take(one, wind);
    await take(other, wind);
    await take(one, rings(await alarm()));
    expect(await rung()).toBe(1);
  });
});

it('a timer that is no more changes nothing', async () => {
  const { one, other, take, alarm, rung } = twoHosts();
  await take(one, wind);
  const first = await alarm();
  await take(one, wind);
  await take(other, rings(first));
  expect(await rung()).toBe(0);
});

it('a timer that is over stays so, although the commit that sets it lands only then', async () => {
  const { store, one, other, take, alarm, rung } = twoHosts();
  await take(one, wind);
  const commit = store.commit.bind(store);
  const late = Promise.withResolvers<Change>();
  store.commit = (change) => {
    late.resolve(change);
    store.commit = commit;
    return new Promise(() => undefined);
  };
  void one.submit(wind);
  const change = await late.promise;
  const [timer] = (change.state as Envelope<number>).timers;
  const before = await alarm();
  await take(other, rings(timer?.id ?? ''));
  expect(await commit(change)).toMatchObject({ conflict: { key: KEY } });
  expect(await alarm()).toBe(before);
  expect(await rung()).toBe(0);
});
