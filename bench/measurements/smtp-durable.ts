/** Durable mails over kept connections, as mail servers send them; and one mail a connection, as scripts do. */
import type { Measurement } from '../measurement.ts';
import { rounded } from '../measurement.ts';
import { smtpLoad } from '../load/run.ts';
import { cpuSeconds } from '../rig/proc.ts';
import { DOMAIN, openRelay } from '../rig/relay.ts';

const PER_SECOND = 2_500;

export const smtpDurable: Measurement = {
  name: 'smtp-durable',
  goal: `mails/s by SMTP, durable, 32 kept connections, 1,000 subjects, 20 s: at least ${PER_SECOND}`,
  async run(say) {
    const relay = await openRelay();
    try {
      const target = { port: relay.smtp.port, to: `default@${DOMAIN}`, connections: 32 };
      await smtpLoad({ ...target, seconds: 3, keys: 50 });
      await relay.drained(30_000);
      const cpuBefore = await cpuSeconds(relay.pid);
      const load = await smtpLoad({ ...target, seconds: 20 });
      const cpuShare = ((await cpuSeconds(relay.pid)) - cpuBefore) / load.seconds;
      say(`${load.perSecond}/s one command at a time`);
      const backlogSeconds = rounded((await relay.drained(300_000)) / 1_000, 1);
      const pipelined = await smtpLoad({ ...target, seconds: 10, pipelining: 'yes' });
      await relay.drained(300_000);
      const alone = await smtpLoad({ ...target, seconds: 5, each: 1 });
      return {
        values: {
          perSecond: load.perSecond,
          backlogSeconds,
          refused: load.refused,
          p50Ms: load.p50Ms,
          p99Ms: load.p99Ms,
          pipelinedPerSecond: pipelined.perSecond,
          oneMailAConnectionPerSecond: alone.perSecond,
          oneMailAConnectionP50Ms: alone.p50Ms,
          daemonCpuShare: rounded(cpuShare, 2),
          clientCpuShare: load.clientCpuShare,
        },
        met: load.perSecond >= PER_SECOND && load.refused === 0,
      };
    } finally {
      await relay.close();
    }
  },
};
