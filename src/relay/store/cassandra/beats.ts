/** Hosts' signs of life, and how far the nodes' clocks are off. */
import { types } from 'cassandra-driver';
import type { Host } from 'cassandra-driver';
import { toJson } from '../arguments.ts';
import { BEATS_KEPT_MS } from '../beats.ts';
import type { Beat, ClockReading } from '../port.ts';
import { numberOf, textOf } from './cells.ts';
import type { Session } from './session.ts';

const KEPT_S = BEATS_KEPT_MS / 1_000;
const PART = 'hosts';
/** The quickest of a few answers tells a clock best. */
const READINGS = 3;
const READING_TIMEOUT_MS = 1_500;

/**
 * The time stamp of a beat's write is its own count: with the host's clock, a beat after the clock jumped back would
 * lose against the one before, and the host would look dead.
 */
const BEAT = `INSERT INTO beats (part, host, life, count, first_seq, info) VALUES (?, ?, ?, ?, ?, ?)
  USING TTL ? AND TIMESTAMP ?`;

/** Rejects with StoreUnavailableError. */
export async function writeBeat(
  session: Session,
  { host, life, count, firstSeq, info }: Beat,
): Promise<void> {
  await session.write(BEAT, [PART, host, life, count, firstSeq, toJson(info), KEPT_S, count]);
}

/** Rejects with StoreUnavailableError. */
export async function readBeats(session: Session): Promise<Beat[]> {
  const rows = await session.read('SELECT host, life, count, first_seq, info FROM beats WHERE part = ?', [
    PART,
  ]);
  return rows.map((row) => ({
    host: textOf(row, 'host'),
    life: textOf(row, 'life'),
    count: numberOf(row, 'count'),
    firstSeq: numberOf(row, 'first_seq'),
    info: JSON.parse(textOf(row, 'info')) as unknown,
  }));
}

/** Asks every node that answers for its time; those that are down are left out. */
export async function readClocks(session: Session): Promise<ClockReading[]> {
  const hosts = session.client.hosts.values().filter((host) => host.isUp());
  const readings = await Promise.all(hosts.map((host) => readClock(session, host)));
  return readings.filter((reading) => reading !== null);
}

async function readClock({ client, clock }: Session, host: Host): Promise<ClockReading | null> {
  const options = {
    host,
    prepare: true,
    consistency: types.consistencies.localOne,
    readTimeout: READING_TIMEOUT_MS,
  };
  let best: ClockReading | null = null;
  for (let reading = 0; reading < READINGS; reading += 1) {
    const beforeMs = clock.wallMs();
    const startedMs = clock.monoMs();
    try {
      const { rows } = await client.execute('SELECT now() AS time FROM system.local', [], options);
      const errorMs = (clock.monoMs() - startedMs) / 2;
      const time: unknown = rows[0]?.['time'];
      if (!(time instanceof types.TimeUuid)) return best;
      const offsetMs = time.getDate().getTime() - (beforeMs + errorMs);
      if (best === null || errorMs < best.errorMs) best = { machine: host.address, offsetMs, errorMs };
    } catch {
      // A node that doesn't answer has no clock to show; `checkCassandra` says that it is down.
      return best;
    }
  }
  return best;
}
