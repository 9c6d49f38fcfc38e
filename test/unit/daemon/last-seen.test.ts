/** What a host keeps to start without a quorum: never a seq that it may have stamped, and only of the store in use. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { forgetLastSeen, LastSeen, WITHOUT_FROM, WITHOUT_SEQS } from '../../../src/relay/daemon/last-seen.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { SEQS_OF_AN_EPOCH } from '../../../src/relay/store/cassandra/numbers.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { team } from '../oncall/rosters.ts';
import { configWith, silent } from './moving-config.ts';

const EPOCH = 5 * SEQS_OF_AN_EPOCH;
const roster = (version: number): Roster => ({ ...team(), version });

let dir: string;
let raised: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-last-seen-'));
  raised = [];
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const opened = (change: Partial<Config> = {}): Promise<LastSeen> =>
  LastSeen.read({
    config: configWith(dir, 'relay.db', change),
    clock: new HandClock(),
    log: silent,
    problems: { raise: (id) => raised.push(id), clear: () => {} },
  });
const file = (): string => join(dir, 'spool', 'last-seen.json');

describe('what a host keeps', () => {
  it('is the newest roster, for its owner alone, whole or not at all', async () => {
    const first = await opened();
    expect(first.former).toBeNull();
    await first.begin(EPOCH, roster(1));
    first.saw(roster(2));
    first.saw(roster(3));
    await first.settled();
    expect((await opened()).former?.roster).toEqual(roster(3));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'spool'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(dir, 'spool'))).toEqual(['last-seen.json']);
  });

  it('is nothing to start from while there is nobody in it', async () => {
    await (await opened()).begin(null, roster(0));
    expect((await opened()).former).toBeNull();
  });

  it('says nothing of another store, of another host, or when it is damaged', async () => {
    await (await opened()).begin(EPOCH, roster(1));
    expect((await opened({ host: 'relay-2' })).former).toBeNull();
    expect((await opened({ store: { kind: 'sqlite', path: 'another.db' } })).former).toBeNull();
    expect((await opened()).former).not.toBeNull();
    await writeFile(file(), '{"format":1,"seq"');
    expect((await opened()).former).toBeNull();
  });

  it('is forgotten where there are no other hosts: they may have worked on since', async () => {
    await (await opened()).begin(EPOCH, roster(1));
    await forgetLastSeen({ spool: join(dir, 'spool') });
    expect((await opened()).former).toBeNull();
  });
});

describe('seqs without a quorum', () => {
  it('never meet those of a life before or after', async () => {
    const begun = await opened();
    await begun.begin(EPOCH, roster(1));
    const starts: number[] = [];
    for (let life = 0; life < 4; life += 1) starts.push(await (await opened()).beginWithout(null));
    expect(starts).toEqual([0, 1, 2, 3].map((life) => EPOCH + WITHOUT_FROM + life * WITHOUT_SEQS));
    // What the next life with a quorum is given lies above them all.
    expect(Math.max(...starts) + WITHOUT_SEQS).toBeLessThan(6 * SEQS_OF_AN_EPOCH);
    await (await opened()).begin(6 * SEQS_OF_AN_EPOCH, roster(1));
    expect(await (await opened()).beginWithout(null)).toBe(6 * SEQS_OF_AN_EPOCH + WITHOUT_FROM);
  });

  it('begin behind what lies on the disk, however often the host was started', async () => {
    const begun = await opened();
    await begun.begin(EPOCH, roster(1));
    const far = EPOCH + WITHOUT_FROM + 7 * WITHOUT_SEQS + 3;
    expect(await (await opened()).beginWithout(far)).toBe(far);
    await writeFile(file(), JSON.stringify({ ...JSON.parse(await readText()), without: 5_000 }));
    expect(await (await opened()).beginWithout(null)).toBe(EPOCH + SEQS_OF_AN_EPOCH - WITHOUT_SEQS);
  });

  it('are not begun where that can not be noted', async () => {
    await (await opened()).begin(EPOCH, roster(1));
    const without = await opened();
    // The folder's place is taken by a file: nothing can be written there, whoever runs this.
    await rm(join(dir, 'spool'), { recursive: true });
    await writeFile(join(dir, 'spool'), '');
    await expect(without.beginWithout(null)).rejects.toThrow();
  });

  it('can not be had any more once a life could not note where it began', async () => {
    await (await opened()).begin(EPOCH, roster(1));
    const next = await opened();
    const unwritable = { ...roster(2), defaultService: 1n as unknown as string };
    await next.begin(6 * SEQS_OF_AN_EPOCH, unwritable);
    expect(raised).toEqual(['last-seen']);
    expect((await opened()).former).toBeNull();
  });

  it('stay those of a life whose newer roster could not be kept', async () => {
    const life = await opened();
    await life.begin(EPOCH, roster(1));
    life.saw({ ...roster(2), defaultService: 1n as unknown as string });
    await life.settled();
    expect(raised).toEqual(['last-seen']);
    const next = await opened();
    expect(next.former?.roster).toEqual(roster(1));
    expect(await next.beginWithout(null)).toBe(EPOCH + WITHOUT_FROM);
  });
});

const readText = (): Promise<string> => readFile(file(), 'utf8');
