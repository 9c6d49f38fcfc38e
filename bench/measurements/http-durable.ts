/** Durable events by HTTP at full speed, and how long the work they leave takes afterwards. */
import type { IncidentJson } from '../../src/relay/api/wire.ts';
import type { Measurement } from '../measurement.ts';
import { rounded } from '../measurement.ts';
import { httpLoad } from '../load/run.ts';
import { cpuSeconds } from '../rig/proc.ts';
import { openRelay } from '../rig/relay.ts';

const PER_SECOND = 6_000;
const BACKLOG_SECONDS = 15;

export const httpDurable: Measurement = {
  name: 'http-durable',
  goal: `events/s by HTTP, durable, 64 connections, 1,000 keys, 20 s: at least ${PER_SECOND}; backlog done within ${BACKLOG_SECONDS} s`,
  async run(say) {
    const relay = await openRelay();
    try {
      const target = { port: relay.http.port, key: relay.key, connections: 64 };
      // The other keys: the first second of a process is spent on compiling.
      const warmUp = await httpLoad({ ...target, seconds: 2, keys: 50, prefix: 'warm-up' });
      await relay.drained(30_000);
      const cpuBefore = await cpuSeconds(relay.pid);
      const load = await httpLoad({ ...target, seconds: 20 });
      const cpuShare = ((await cpuSeconds(relay.pid)) - cpuBefore) / load.seconds;
      say(`${load.perSecond}/s; working off the backlog`);
      const backlogSeconds = rounded((await relay.drained(300_000)) / 1_000, 1);
      const { texts, mails } = await relay.providers.report();
      // Each accepted event belongs to exactly one incident: what is fast but loses or repeats counts for nothing.
      const incidents = await relay.client.get<IncidentJson[]>('/v1/incidents?all=1');
      const events = incidents.reduce((sum, incident) => sum + incident.events, 0);
      const lost = load.accepted + warmUp.accepted - events;
      return {
        values: {
          perSecond: load.perSecond,
          backlogSeconds,
          refused: load.refused,
          lost,
          p50Ms: load.p50Ms,
          p99Ms: load.p99Ms,
          texts,
          mails,
          daemonCpuShare: rounded(cpuShare, 2),
          clientCpuShare: load.clientCpuShare,
        },
        met:
          load.perSecond >= PER_SECOND &&
          backlogSeconds <= BACKLOG_SECONDS &&
          load.refused === 0 &&
          lost === 0,
      };
    } finally {
      await relay.close();
    }
  },
};
