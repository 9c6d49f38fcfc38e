/** From five bare hosts to the first page in one command; and the same command again. */
import { expect } from 'vitest';
import { mail, post } from '../../cluster/senders.ts';
import { until } from '../../e2e/harness/until.ts';
import { measured, seconds } from '../measured.ts';
import { mailboxOf, RUN, type Stage } from '../stage.ts';

const INSTALLED_WITHIN_MS = 600_000;
const AGAIN_WITHIN_MS = 20_000;
const PAGED_WITHIN_MS = 60_000;

export async function installFromBare(stage: Stage): Promise<void> {
  const startedMs = performance.now();
  const { tookMs } = await stage.done('cluster', 'apply', '--yes');
  await tellsOnce(stage, 'first page ever');
  const tillPageMs = performance.now() - startedMs;
  measured('relay cluster apply on five bare hosts', seconds(tookMs));
  measured('from five bare hosts to the first page', seconds(tillPageMs), {
    text: 'under 10 min',
    met: tillPageMs < INSTALLED_WITHIN_MS,
  });
  const { verdict, hosts } = await stage.cluster();
  expect(verdict).toBe('well');
  expect(hosts.map(({ state }) => state)).toEqual(stage.hosts.map(() => 'live'));
}

export async function applyAgain(stage: Stage): Promise<void> {
  const uptimes = await startTimes(stage);
  const { tookMs, out, err } = await stage.done('cluster', 'apply', '--yes');
  expect(out + err).toMatch(/nothing to do/iu);
  expect(await startTimes(stage)).toEqual(uptimes);
  measured('apply with nothing to do', seconds(tookMs), {
    text: 'under 20 s',
    met: tookMs < AGAIN_WITHIN_MS,
  });
  expect((await stage.relay('cluster', 'plan', '--check')).exit).toBe(0);
}

/** When each unit was started: a restart that nobody needed would show. */
async function startTimes(stage: Stage): Promise<string[]> {
  return Promise.all(
    stage.hosts.map((host) =>
      stage.on(
        host,
        'systemctl show -p Id,ActiveEnterTimestampMonotonic relay.service relay-cassandra.service haproxy.service',
      ),
    ),
  );
}

/** Each host takes an alert by HTTP and by mail, and each is told once. */
export async function tellsOnce(stage: Stage, about: string): Promise<void> {
  const since = stage.standins.twilio.ledger.length;
  const [service] = stage.services;
  if (service === undefined) throw new Error('no service');
  const wanted: string[] = [];
  for (const host of stage.hosts) {
    const door = stage.door(host);
    for (const [way, send] of [
      [
        'posted',
        (summary: string) =>
          post(door, { service: service.id, routingKey: service.routingKey, dedupKey: summary, summary }),
      ],
      ['mailed', (summary: string) => mail(door, { service: mailboxOf(service), summary })],
    ] as const) {
      const summary = `${about} ${way} to ${host.name} in run ${RUN}`;
      expect(await send(summary), `${host.name} takes an alert that is ${way}`).not.toBeNull();
      wanted.push(summary);
    }
  }
  const told = (summary: string): number =>
    stage.standins.twilio.ledger.slice(since).filter(({ body }) => body.includes(summary)).length;
  await until('each alert is told', () => wanted.every((summary) => told(summary) > 0), {
    withinMs: PAGED_WITHIN_MS,
    seen: () => wanted.map((summary) => `${summary}: ${told(summary)}`).join('\n'),
  });
  expect(wanted.map(told)).toEqual(wanted.map(() => 1));
}
