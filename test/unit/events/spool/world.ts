/** Two hosts over one store, driven by steps of which any may be the last before a crash; and what must stay true. */
import type { Spool } from '../../../../src/relay/events/spool/port.ts';
import { pagesOf } from '../../../../src/relay/events/spool/pages.ts';
import type { SpoolPeers } from '../../../../src/relay/events/spool/peer-round.ts';
import type { JournalRow, WorkId } from '../../../../src/relay/store/port.ts';
import { calm } from '../../engine/calm.ts';
import { FakeStore } from './fake-store.ts';
import type { Mood } from './fake-store.ts';
import { Life } from './life.ts';
import { accepted } from './rows.ts';

export type HostName = 'one' | 'two';

export type Step =
  | { do: 'accept'; host: HostName; rows: number; mail: number | null }
  | { do: 'mood'; host: HostName; mood: Mood }
  | { do: 'land' | 'timeOut' | 'haunt'; host: HostName }
  | { do: 'reach'; host: HostName; how: 'well' | 'not' | 'mute' }
  | { do: 'full'; host: HostName; full: boolean }
  | { do: 'down'; host: HostName; down: boolean }
  | { do: 'pass'; host: HostName; ms: number }
  | { do: 'hold' | 'release' | 'crash'; host: HostName }
  /** The engine carries what it was given through; `told`: this host's. */
  | { do: 'carry'; host: HostName; told: boolean }
  | { do: 'burn'; host: HostName };

/** A disk that outlives its host's lives. */
export interface Disk {
  open(): Promise<Spool>;
  fill(full: boolean): void;
  burn(): void;
}

interface Place {
  name: HostName;
  store: FakeStore;
  disk: Disk;
  /** Opened anew for each life. */
  spool: Spool;
  life: Life;
  reach: 'well' | 'not' | 'mute';
  down: boolean;
  seq: number;
}

const other = (name: HostName): HostName => (name === 'one' ? 'two' : 'one');

export class World {
  readonly #places = new Map<HostName, Place>();
  /** What senders were told yes for; `alone`: when one disk had it. */
  readonly #promised = new Map<WorkId, { alone: boolean; host: HostName }>();
  readonly #lost = new Set<WorkId>();
  #burnt = false;
  /** Promises are looked at one after another, each as soon as it is made. */
  #checking: Promise<void> = Promise.resolve();
  #wrong: Error | null = null;
  readonly told = { yes: 0, no: 0, alone: 0 };

  static async open(disks: Record<HostName, Disk>): Promise<World> {
    const world = new World();
    const store = new FakeStore();
    for (const name of ['one', 'two'] as const) {
      const disk = disks[name];
      const spool = await disk.open();
      const place = {
        name,
        store: new FakeStore(store),
        disk,
        spool,
        reach: 'well' as const,
        down: false,
        seq: 0,
      };
      world.#places.set(name, { ...place, life: world.#life(place) });
    }
    for (const place of world.#places.values()) await place.life.keeper.start();
    return world;
  }

  /** Does it, and lets so many turns go by before the next. */
  async step(step: Step, turns: number): Promise<void> {
    const place = this.#place(step.host);
    switch (step.do) {
      case 'accept':
        this.#accept(place, step.rows, step.mail);
        break;
      case 'mood':
        place.store.mood = step.mood;
        break;
      case 'land':
      case 'timeOut':
      case 'haunt':
        place.store[step.do]();
        break;
      case 'reach':
        place.reach = step.how;
        break;
      case 'full':
        place.disk.fill(step.full);
        break;
      case 'down':
        place.down = step.down;
        break;
      case 'pass':
        await this.#pass(place, step.ms);
        break;
      case 'hold':
        void place.life.keeper.hold();
        break;
      case 'release':
        place.life.keeper.release();
        break;
      case 'carry':
        this.#carry(place, step.told);
        break;
      case 'crash':
        await this.#restart(place, false);
        break;
      case 'burn':
        await this.#restart(place, !this.#burnt);
        break;
    }
    if (turns > 20) await calm();
    else for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  }

  /** Faults end, every host starts again, and time passes; then all must be well. */
  async converge(): Promise<void> {
    // Senders have their answers first, while everything is as bad as it is.
    await this.#time(10_000, 250);
    for (const place of this.#places.values()) {
      place.store.mood = 'well';
      place.store.timeOut();
      place.store.haunt();
      place.reach = 'well';
      place.down = false;
      place.disk.fill(false);
    }
    for (const place of this.#places.values()) await this.#restart(place, false);
    const left = new Map<HostName, WorkId[]>();
    for (const place of this.#places.values()) left.set(place.name, await this.#undoneOnDisk(place));
    await this.#time(100_000);
    this.#check(
      [...this.#promised.keys()].filter((id) => !this.#lost.has(id) && !this.#journal.has(id)),
      'not in the journal',
    );
    for (const place of this.#places.values()) {
      this.#check(
        (left.get(place.name) ?? []).filter((id) => !place.life.handedOn.has(id)),
        'left on the disk, not handed on',
      );
    }
    for (const place of this.#places.values()) this.#carry(place, true);
    for (const id of this.#journal.keys()) this.#done.add(id);
    await this.#time(100_000);
    for (const place of this.#places.values()) {
      const { own, waiting } = place.life.keeper.state();
      if (own + waiting > 0)
        throw new Error(`${place.name} remembers ${own} rows, ${waiting} of them waiting, when all is done`);
      const counts = await place.spool.counts();
      if (counts.own + counts.others > 0)
        throw new Error(`${place.name}'s disk holds ${JSON.stringify(counts)} when all is done`);
    }
  }

  /** Nothing that was promised is nowhere. */
  async look(): Promise<void> {
    await this.#checking;
    if (this.#wrong !== null) throw this.#wrong;
    for (const { life } of this.#places.values()) if (life.broken !== null) throw life.broken;
    const somewhere = await this.#onDisks();
    this.#check(
      [...this.#promised.keys()].filter(
        (id) => !this.#lost.has(id) && !this.#journal.has(id) && !somewhere.has(id),
      ),
      'promised and nowhere',
    );
  }

  async close(): Promise<void> {
    for (const { life, spool } of this.#places.values()) {
      life.crash();
      await spool.close();
    }
  }

  get #journal(): Map<WorkId, JournalRow> {
    return this.#place('one').store.journal;
  }

  get #done(): Set<WorkId> {
    return this.#place('one').store.done;
  }

  #place(name: HostName): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`no host ${name}`);
    return place;
  }

  #life(place: Omit<Place, 'life'>): Life {
    const { name, store, spool } = place;
    return new Life({
      name,
      store,
      spool,
      peers: this.#peersOf(name),
      handOn: (rows) =>
        this.#check(
          rows.map(({ id }) => id).filter((id) => !this.#journal.has(id)),
          'handed on before they are in the journal',
        ),
      down: () => this.#place(name).down,
      alive: () => this.#place(other(name)).reach === 'well',
    });
  }

  #peersOf(name: HostName): SpoolPeers {
    const peer = (): Place => this.#place(other(name));
    return {
      hosts: () => [other(name)],
      keep: async (_, rows) => {
        if (peer().reach === 'not') throw new Error('out of reach');
        const answer = await peer().life.keeper.keepFor(name, rows);
        return peer().reach === 'mute' ? new Promise(() => {}) : answer;
      },
      release: async (_, ids) => {
        if (peer().reach === 'not') throw new Error('out of reach');
        peer().life.keeper.releaseFor(name, ids);
      },
    };
  }

  #accept(place: Place, count: number, mail: number | null): void {
    const rows = Array.from({ length: count }, (_, at) => {
      place.seq += 1;
      const more = mail === null ? {} : { stableId: `mail-${mail + at}` };
      return accepted(place.seq, { host: place.name, ...more });
    });
    const { life } = place;
    life.keeper.append(rows).then(
      ({ inJournal }) => {
        if (life.dead) return;
        this.told.yes += 1;
        for (const { id } of rows) {
          if (inJournal && !this.#journal.has(id))
            this.#wrong ??= new Error(`${id} was said to be in the journal`);
        }
        const ids = rows.map(({ id }) => id);
        this.#checking = this.#checking.then(() => this.#promise(place.name, ids, life));
      },
      () => {
        if (!life.dead) this.told.no += 1;
      },
    );
  }

  async #promise(host: HostName, ids: WorkId[], life: Life): Promise<void> {
    const disks = await this.#onDisks();
    for (const id of ids) {
      const alone = !this.#journal.has(id) && disks.get(id) === 1;
      if (alone) this.told.alone += 1;
      // A disk that burnt since the promise was made is no fault of it.
      if (alone && life.keeper.state().totals.oneDisk === 0 && !this.#burnt) {
        this.#wrong ??= new Error(`${id} is on one disk, and nobody counted that`);
      }
      // Or between its keeping and the answer, when one disk was all there was.
      if (this.#burnt && !disks.has(id) && !this.#journal.has(id) && life.keeper.state().totals.oneDisk > 0) {
        this.#lost.add(id);
      }
      const before = this.#promised.get(id);
      this.#promised.set(id, { alone: alone && (before?.alone ?? true), host });
    }
  }

  #carry(place: Place, told: boolean): void {
    const own = [...this.#promised].filter(([, { host }]) => host === place.name).map(([id]) => id);
    const ids = own.filter((id) => this.#journal.has(id) && (place.life.handedOn.has(id) || !told));
    for (const id of ids) this.#done.add(id);
    if (told) place.life.keeper.done(ids);
  }

  async #restart(place: Place, burn: boolean): Promise<void> {
    // Promises of the life that ends are looked at before it does; others' wait until the disk can be read again.
    let checked: Promise<void>;
    do {
      checked = this.#checking;
      await checked;
    } while (checked !== this.#checking);
    place.life.crash();
    this.#checking = this.#begin(place, burn);
    await this.#checking;
  }

  async #begin(place: Place, burn: boolean): Promise<void> {
    await place.spool.close();
    if (burn) {
      this.#burnt = true;
      const before = await this.#onDisks(other(place.name));
      place.disk.burn();
      for (const [id, { alone }] of this.#promised) {
        if (alone && !this.#journal.has(id) && !before.has(id)) this.#lost.add(id);
      }
    }
    place.spool = await place.disk.open();
    place.life = this.#life(place);
    await place.life.keeper.start();
  }

  /** On this host, with things happening on the way. */
  async #pass({ life }: Place, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      life.clock.pass(Math.min(500, ms - passed));
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    }
  }

  async #time(ms: number, stepMs = 2_500): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      for (const { life } of this.#places.values()) {
        life.clock.pass(stepMs);
        life.flush();
      }
      for (const { spool } of this.#places.values()) await spool.counts();
      await calm();
      await calm();
    }
    await this.look();
  }

  /** On how many disks each row is, also those that a life of now has asked to be dropped. */
  async #onDisks(only?: HostName): Promise<Map<WorkId, number>> {
    const disks = new Map<WorkId, number>();
    for (const place of this.#places.values()) {
      if (only !== undefined && place.name !== only) continue;
      const here = new Set<WorkId>();
      for (const of of ['own', 'others'] as const) {
        for await (const page of pagesOf(place.spool, { of, whole: true, limit: 500 })) {
          for (const { row } of page) here.add(row.id);
        }
      }
      for (const id of here) disks.set(id, (disks.get(id) ?? 0) + 1);
    }
    return disks;
  }

  async #undoneOnDisk(place: Place): Promise<WorkId[]> {
    const ids: WorkId[] = [];
    for await (const page of pagesOf(place.spool, { of: 'own', whole: true, limit: 500 })) {
      for (const { row } of page) if (!this.#done.has(row.id)) ids.push(row.id);
    }
    return ids;
  }

  #check(ids: WorkId[], what: string): void {
    if (ids.length > 0) throw new Error(`${what}: ${ids.join(', ')}`);
  }
}
