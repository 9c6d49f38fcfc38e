/**
 * The daemons: started all at once where none runs, else changed one after the other, each seen to work before the
 * next. So no alert is refused by all, and a release that doesn't work stops at one host.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterJson } from '../../cluster/wire.ts';
import { PLACES } from '../places.ts';
import type { UnitChange } from '../plan/types.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { isReady, lookAtAll, lookAtRelay, safeWithout } from './health.ts';
import { relayJson } from './relay-command.ts';
import { changeUnit } from './units.ts';
import type { HostWork, WholePhase, Work } from './work.ts';

type Say = (host: string | null, line: string) => void;

const { unit } = PLACES.relay;
const READY_WITHIN_MS = 2 * 60_000;
const LOOK_AGAIN_MS = 3_000;
/** A canary is sent once a minute, and the first one within that. */
const CANARY_WITHIN_MS = 4 * 60_000;
const CANARY_LOOK_AGAIN_MS = 5_000;

const changeOf = ({ plan }: HostWork): UnitChange | null =>
  plan.units.find(({ name, action }) => name === unit && action !== 'stop') ?? null;

export const relaysUp: WholePhase = {
  name: 'relay',
  wanted: ({ hosts }) => hosts.some((one) => changeOf(one) !== null),
  whole: async ({ hosts }, say) => {
    const runs = ({ facts }: HostWork): boolean => facts.units[unit]?.active === true;
    const resting = hosts.filter((one) => !runs(one));
    // Nobody is taken away from, so all may start; but a first one shows whether the release works at all.
    const [first, ...others] = resting;
    const alone = hosts.some(runs) && first !== undefined;
    if (alone) await changeRelay(first, say);
    await together(alone ? others : resting, (one) => changeRelay(one, say));
    const running = hosts.filter((one) => runs(one) && changeOf(one) !== null);
    if (running.length === 0) return;
    // Who takes no alerts is missed by nobody, and the change may be its cure.
    const healths = await lookAtAll(running);
    const idle = running.filter(({ host }) => !isReady(healths.get(host.name) ?? null));
    for (const one of idle) await changeRelay(one, say);
    for (const one of running.filter((host) => !idle.includes(host))) {
      await mayGo(hosts, one);
      await changeRelay(one, say);
    }
  },
};

/** Rejects with HostError while another of them doesn't take alerts. */
async function mayGo(hosts: readonly HostWork[], one: HostWork): Promise<void> {
  if (changeOf(one)?.action === 'enable') return;
  const { why } = await safeWithout(hosts, one.host.name);
  if (why === null) return;
  throw new HostError(one.host.name, 'take relay out', null, `not now: ${why}; cure that first`);
}

/** What the plan wants of a host's daemon, until it works again. Rejects with HostError. */
export async function changeRelay(one: HostWork, say: Say): Promise<void> {
  const change = changeOf(one);
  if (change === null) return;
  const { name } = one.host;
  say(name, `${WORDS[change.action]} relay (${change.because.join(', ')})`);
  await changeUnit(one.remote, change);
  if (change.action === 'enable') return;
  await works(one.remote);
  say(name, 'relay works');
}

const WORDS = {
  start: 'starting',
  restart: 'restarting',
  reload: 'reloading',
  enable: 'enabling',
  stop: 'stopping',
} as const;

/** Resolves when the daemon takes alerts and sees the quorum. Rejects with HostError that says what it lacks. */
export async function works(remote: Remote): Promise<void> {
  const untilMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const lacks = await lackOf(remote);
    if (lacks === null) return;
    if (performance.now() > untilMs) {
      throw new HostError(
        remote.host.name,
        'wait until relay works',
        null,
        `${lacks}: see journalctl -u ${unit} there`,
      );
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

/** Null: nothing. */
async function lackOf(remote: Remote): Promise<string | null> {
  const { active, ready, told } = await lookAtRelay(remote);
  if (!isReady({ ready })) return `relay isn't ready (${active}, /readyz says ${ready})`;
  if (told === null) return 'relay answers no commands';
  return told.verdict === 'no-quorum' || told.verdict === 'unknown' ? told.text : null;
}

/** What broken things it names is for later: codes 1 and 3 come with an answer too. */
const clusterOf = (remote: Remote): Promise<ClusterJson> =>
  relayJson<ClusterJson>(remote, ['cluster', 'status'], { answers: [1, 3] });

/** A test alert has come all the way through each host, since its daemon started. Rejects with HostError. */
export async function canariesThrough(hosts: readonly HostWork[], say: Say): Promise<void> {
  const [first] = hosts;
  if (first === undefined) return;
  const untilMs = performance.now() + CANARY_WITHIN_MS;
  let told = '';
  for (;;) {
    const { hosts: seen } = await clusterOf(first.remote);
    const waiting = hosts.map(({ host }) => host.name).filter((name) => !isThrough(name, seen));
    const [one] = waiting;
    if (one === undefined) return;
    if (performance.now() > untilMs) {
      throw new HostError(
        one,
        'wait for its first test alert',
        null,
        'no test alert came through: see relay status there',
      );
    }
    const line = `no test alert has come through yet on ${waiting.join(', ')}`;
    if (line !== told) say(null, line);
    told = line;
    await sleep(CANARY_LOOK_AGAIN_MS);
  }
}

const isThrough = (name: string, seen: ClusterJson['hosts']): boolean =>
  seen.some((host) => host.name === name && host.state === 'live' && host.canaryAgeSeconds !== null);

/** Once daemons were changed. */
export const canaries: WholePhase = {
  name: 'first test alerts',
  wanted: relaysUp.wanted,
  whole: async ({ hosts }: Work, say) => {
    await canariesThrough(hosts, say);
    say(null, 'a test alert came all the way through each host');
  },
};

/** Side by side; all have ended when it rejects with the first failure. */
async function together(hosts: readonly HostWork[], work: (one: HostWork) => Promise<void>): Promise<void> {
  const done = await Promise.allSettled(hosts.map(work));
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
