/** An alert is taken by the relay of the host that it was sent to; when that stops, by another, and nobody notices. */
import { expect } from 'vitest';
import { until } from '../../e2e/harness/until.ts';
import { expectPromiseKept, underLoad } from '../load-verdict.ts';
import { measured, seconds } from '../measured.ts';
import type { TestHost } from '../setting.ts';
import { PER_SECOND, type Stage } from '../stage.ts';

const REROUTED_WITHIN_MS = 2_000;
const BACK_WITHIN_MS = 90_000;

export async function localFirst(stage: Stage): Promise<void> {
  const [first, second] = stage.hosts;
  if (first === undefined || second === undefined) throw new Error('two hosts are needed');

  const before = await taken(stage);
  const calm = await underLoad(stage, { hosts: [first], perSecond: PER_SECOND }, async () => {});
  expectPromiseKept(calm);
  const after = await taken(stage);
  expect(after[first.name] ?? 0).toBe((before[first.name] ?? 0) + calm.sent.length);

  for (const [how, stop] of [
    ['stopped', 'systemctl stop relay'],
    ['killed', 'systemctl kill -s KILL relay; systemctl stop relay'],
  ] as const) {
    const own = await taken(stage);
    const load = await underLoad(stage, { hosts: [first], perSecond: PER_SECOND }, () =>
      stage.on(first, stop),
    );
    expectPromiseKept(load);
    const slowestMs = Math.max(...load.sent.map((one) => (one.taken?.atMs ?? Infinity) - one.sentMs));
    const failures = load.sent.reduce((sum, one) => sum + one.failures, 0);
    measured(`relay ${how} on the host that gets ${PER_SECOND} alerts/s: tries refused`, String(failures), {
      text: '0',
      met: failures === 0,
    });
    measured(`relay ${how}: the slowest answer to a sender`, seconds(slowestMs), {
      text: 'within 2 s',
      met: slowestMs < REROUTED_WITHIN_MS,
    });
    // Its neighbour at the same provider goes before the others.
    const now = await taken(stage, [second]);
    expect(now[second.name] ?? 0).toBeGreaterThan(own[second.name] ?? 0);
    await stage.on(first, 'systemctl start relay');
    await backIn(stage, first);
    await stage.resolveAll();
  }
}

/** Resolves when alerts that are sent to the host are taken by its own relay again. */
export async function backIn(stage: Stage, host: TestHost): Promise<void> {
  await until(
    `${host.name} is in again`,
    async () =>
      (await stage.on(
        host,
        'curl -fsS -o /dev/null -w %{http_code} http://127.0.0.1:8080/readyz || true',
      )) === '200',
    { withinMs: BACK_WITHIN_MS },
  );
}

/** How many alerts each host's relay itself has taken. */
async function taken(stage: Stage, hosts = stage.hosts): Promise<Record<string, number>> {
  const counts = await Promise.all(
    hosts.map(async (host) => {
      const text = await stage.on(host, 'curl -fsS http://127.0.0.1:8080/metrics || true');
      const lines = [
        ...text.matchAll(/^relay_inputs_accepted_total\{[^}]*source="(?:mail|pagerduty-v2)"[^}]*\} (\d+)/gmu),
      ];
      return [host.name, lines.reduce((sum, [, count]) => sum + Number(count), 0)] as const;
    }),
  );
  return Object.fromEntries(counts);
}
