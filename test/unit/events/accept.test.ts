import { describe, expect, it } from 'vitest';
import { Acceptor, plainJournal, type NewInput } from '../../../src/relay/events/accept.ts';
import { StoreUnavailableError, type JournalRow } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from '../engine/calm.ts';
import { alertRow } from '../engine/rows.ts';

const { input } = alertRow(1);
const posted: NewInput = { input, raw: null };
const mailed = (stableId: string): NewInput => ({ stableId, input, raw: null });

function accepting() {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs() });
  const grouping: { by: string | null } = { by: null };
  const handed: number[] = [];
  const unread: number[] = [];
  const seqs = (rows: JournalRow[]): number[] => rows.map((row) => row.stamp.seq);
  const acceptor = new Acceptor({
    journal: plainJournal(store),
    store,
    clock,
    host: 'one',
    life: 'a',
    lastSeq: null,
    grouped: (event) =>
      grouping.by === null ? event : { ...event, dedupKey: `group/${grouping.by}`, member: event.dedupKey },
    onAccepted: (rows) => void handed.push(...seqs(rows)),
    onUnread: (rows) => void unread.push(...seqs(rows)),
  });
  return { store, acceptor, handed, unread, grouping };
}

describe('what is journalled', () => {
  it('has the key of its group already, also what comes again under another grouping', async () => {
    const { store, acceptor, grouping } = accepting();
    const [row] = await acceptor.accept([mailed('first'), posted]);
    const own = row?.input.kind === 'alert' ? row.input.events[0]?.dedupKey : undefined;
    grouping.by = 'rack';
    await acceptor.accept([mailed('first'), mailed('second')]);
    const keyOf = async (id: string): Promise<unknown> => {
      const kept = (await store.journalRow(id))?.input;
      return kept?.kind === 'alert' ? kept.events[0] : null;
    };
    expect(await keyOf('j:first')).toMatchObject({ dedupKey: own });
    expect(await keyOf('j:first')).not.toHaveProperty('member');
    expect(await keyOf('j:second')).toMatchObject({ dedupKey: 'group/rack', member: own });
  });
});

describe('what was accepted is handed on', () => {
  it('in the order of acceptance, also when a mail has to be looked up first', async () => {
    const { store, acceptor, handed } = accepting();
    const lookUp = store.undone.bind(store);
    const looks: (() => void)[] = [];
    store.undone = (ids) => new Promise((resolve) => void looks.push(() => void lookUp(ids).then(resolve)));
    // Both mails have come before, in a life that ended in the middle of them.
    await store.append([alertRow(101, { stableId: 'first' }), alertRow(102, { stableId: 'second' })]);
    await acceptor.accept([posted]);
    expect(handed, 'nothing before it: at once').toEqual([1]);
    await acceptor.accept([mailed('first')]);
    await acceptor.accept([mailed('second')]);
    await acceptor.accept([posted]);
    looks[1]?.();
    await calm();
    expect(handed).toEqual([1]);
    looks[0]?.();
    await calm();
    expect(handed, 'mails as they were stamped the first time').toEqual([1, 101, 102, 4]);
    await acceptor.accept([posted]);
    expect(handed).toEqual([1, 101, 102, 4, 5]);
  });

  it('once: a mail that is done when it comes again is not', async () => {
    const { store, acceptor, handed } = accepting();
    await acceptor.accept([mailed('cron')]);
    await calm();
    await store.markDone(['j:cron']);
    await acceptor.accept([mailed('cron')]);
    await calm();
    expect(handed).toEqual([1]);
  });

  it('to the walk when it could not be looked up; the others go on', async () => {
    const { store, acceptor, handed, unread } = accepting();
    await store.append([alertRow(1, { stableId: 'lost' })]);
    store.undone = () => Promise.reject(new StoreUnavailableError('out of reach'));
    await acceptor.accept([mailed('lost')]);
    await acceptor.accept([posted]);
    await calm();
    expect(unread).toEqual([1]);
    expect(handed).toEqual([2]);
  });
});
