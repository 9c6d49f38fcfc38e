/** What mails with attachments of megabytes take of the daemon's memory, several at once. */
import { randomBytes } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Measurement } from '../measurement.ts';
import { rounded } from '../measurement.ts';
import { mostRssMb, rssMb } from '../rig/proc.ts';
import { DOMAIN, openRelay } from '../rig/relay.ts';

const AT_ONCE = 16;
const ROUNDS = 2;
/** As base64 it is a mail of 9.9 MB, just below the limit of 10 MB. */
const ATTACHMENT_BYTES = 7_200_000;
/** What they weigh themselves: of each Relay keeps half a megabyte, the rest is the streams' garbage between collections. */
const MORE_MB = AT_ONCE * 10;

export const largeMails: Measurement = {
  name: 'large-mails',
  goal: `${AT_ONCE} mails of nearly 10 MB at once: the daemon's memory grows by at most ${MORE_MB} MB`,
  async run() {
    const relay = await openRelay();
    try {
      const transport = createTransport({
        host: relay.smtp.host,
        port: relay.smtp.port,
        ignoreTLS: true,
        pool: true,
        maxConnections: AT_ONCE,
      });
      const content = randomBytes(ATTACHMENT_BYTES);
      const send = (subject: string, large: boolean): Promise<unknown> =>
        transport.sendMail({
          from: 'monitor@example.com',
          to: `default@${DOMAIN}`,
          subject,
          text: 'The data volume has less than 2 % left.',
          attachments: large ? [{ filename: 'log.gz', content }] : [],
        });
      // What the first mails load is no part of it.
      for (let small = 0; small < 50; small += 1) await send(`PROBLEM disk full on small${small}`, false);
      await relay.drained(30_000);
      const beforeMb = Math.max(await rssMb(relay.pid), await mostRssMb(relay.pid));
      const beganMs = performance.now();
      for (let round = 0; round < ROUNDS; round += 1) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, at) => send(`PROBLEM disk full on db${round}-${at}`, true)),
        );
      }
      const perMailMs = (performance.now() - beganMs) / (ROUNDS * AT_ONCE);
      const growthMb = (await mostRssMb(relay.pid)) - beforeMb;
      transport.close();
      return {
        values: {
          beforeMb: rounded(beforeMb, 1),
          growthMb: rounded(growthMb, 1),
          perMailMs: rounded(perMailMs, 1),
        },
        met: growthMb <= MORE_MB,
      };
    } finally {
      await relay.close();
    }
  },
};
