/** Slots of jobs that run once over all hosts. */
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../port.ts';
import { textOf } from './cells.ts';
import { SLOT_S } from './lifetimes.ts';
import type { Session } from './session.ts';

const ATTEMPTS = 3;
const TAKE = 'INSERT INTO slots (job, slot, taker) VALUES (?, ?, ?) IF NOT EXISTS USING TTL ?';
const FIND = 'SELECT taker FROM slots WHERE job = ? AND slot = ?';

/** True for one caller only; what is unknown is settled by the token in the slot. Rejects with StoreUnavailableError. */
export async function takeSlot(session: Session, job: string, slot: string): Promise<boolean> {
  const token = randomUUID();
  const partition = `${job}/${slot}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const decided = await session.decide([{ query: TAKE, params: [job, slot, token, SLOT_S] }], partition);
    if (decided.outcome === 'applied') return true;
    if (decided.outcome === 'refused') return textOf(decided.found, 'taker') === token;
    const [cells] = await session.readLatest(FIND, [job, slot], partition);
    if (cells !== undefined) return textOf(cells, 'taker') === token;
  }
  throw new StoreUnavailableError(`Cassandra gives no certain answer who runs ${job}: it is asked again`);
}
