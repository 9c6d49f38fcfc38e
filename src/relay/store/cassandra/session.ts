/** The four ways of asking the nodes, each at the one consistency that is right for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, types } from 'cassandra-driver';
import type { QueryOptions } from 'cassandra-driver';
import type { Clock } from '../../engine/ports.ts';
import { StoreUnavailableError } from '../port.ts';
import type { Cells } from './cells.ts';
import { isTimeLimit, meaningOf, outageOf } from './failure.ts';
import { Gate } from './gate.ts';
import { Coordinators } from './coordinators.ts';
import type { CassandraAccess, RoundTrip } from './options.ts';
import { driverOptions, READ_TIMEOUT_MS } from './policies.ts';
import { SlowReads } from './slow-reads.ts';

export interface Statement {
  query: string;
  params: unknown[];
}

/** `refused`: the condition didn't hold; `found` are the condition's columns as they are, null for a partition that isn't there. */
export type Decided = { outcome: 'applied' } | { outcome: 'refused'; found: Cells } | { outcome: 'unknown' };

const { quorum, serial } = types.consistencies;

/** A SERIAL read that meets a commit under way fails within milliseconds, and may be repeated. */
const SERIAL_TRIES = 4;
const SERIAL_PAUSE_MS = 40;
const PAGE_ROWS = 1_000;
/**
 * What waits at a node runs into its time limits, and is done all the same: after an outage everything would be asked
 * again and again for nothing. So it waits here. Nodes do more at a time no faster.
 */
const PLAIN_AT_ONCE = 256;
/** Commits and linearizable reads, each some twenty messages and several flushes: five hosts have 160 under way. */
const DECIDED_AT_ONCE = 32;

export class Session {
  readonly client: Client;
  readonly coordinators: Coordinators;
  readonly clock: Clock;
  /** Calls to a coordinator since the start. */
  readonly roundTrips: Record<RoundTrip, number> = { write: 0, read: 0, cas: 0, 'serial-read': 0 };
  readonly #onRoundTrip: (kind: RoundTrip) => void;
  readonly #plainGate = new Gate(PLAIN_AT_ONCE);
  readonly #decidedGate = new Gate(DECIDED_AT_ONCE);
  readonly #slowReads: SlowReads;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(
    access: CassandraAccess & { onRoundTrip?: (kind: RoundTrip) => void },
    keyspace: string | null = access.keyspace,
  ) {
    const { options, nearest } = driverOptions(access, keyspace);
    this.client = new Client(options);
    this.clock = access.clock;
    this.#slowReads = new SlowReads(access.clock);
    this.coordinators = new Coordinators(this.client, nearest, access.clock);
    this.#onRoundTrip = access.onRoundTrip ?? (() => {});
    // The driver prints nothing; its own account of what fails is only here.
    this.client.on('log', (level: string, from: string, text: string) => {
      if (level === 'warning') access.log.warn({ from }, text);
      else if (level === 'error') access.log.error({ from }, text);
    });
  }

  /** Rejects with StoreUnavailableError. */
  async connect(): Promise<void> {
    try {
      await this.client.connect();
    } catch (error) {
      await this.client.shutdown();
      throw outageOf(error);
    }
  }

  /** Plain, at QUORUM, idempotent: resolves when durable. */
  async write(query: string, params: unknown[]): Promise<void> {
    await this.#plain('write', (options) => this.client.execute(query, params, options));
  }

  /** Several plain writes to one partition at once, all or nothing. */
  async writeTogether(statements: Statement[]): Promise<void> {
    const [first] = statements;
    if (first === undefined) return;
    if (statements.length === 1) await this.write(first.query, first.params);
    else
      await this.#plain('write', (options) => this.client.batch(statements, { ...options, logged: false }));
  }

  /** At QUORUM; all rows. */
  async read(query: string, params: unknown[]): Promise<Cells[]> {
    const rows: Cells[] = [];
    for await (const page of this.pages(query, params)) rows.push(...page);
    return rows;
  }

  /** At QUORUM, a page at a time, so that a reader may stop. */
  async *pages(query: string, params: unknown[], fetchSize: number = PAGE_ROWS): AsyncGenerator<Cells[]> {
    let pageState: string | undefined;
    do {
      const paging = { autoPage: false, fetchSize, ...(pageState === undefined ? {} : { pageState }) };
      const result = await this.#read(query, params, paging);
      yield cellsOf(result);
      pageState = result.pageState ?? undefined;
    } while (pageState !== undefined);
  }

  /** One page at QUORUM, for a reader that goes on in another call: the next page's state comes with it. */
  async page(
    query: string,
    params: unknown[],
    fetchSize: number,
    pageState: string | null,
  ): Promise<{ rows: Cells[]; next: string | null }> {
    const paging = { autoPage: false, fetchSize, ...(pageState === null ? {} : { pageState }) };
    const result = await this.#read(query, params, paging);
    return { rows: cellsOf(result), next: result.pageState ?? null };
  }

  /**
   * A conditional write to one partition, all or nothing. `unknown` is a normal answer. Rejects with
   * StoreUnavailableError only when provably nothing happened.
   */
  async decide(statements: Statement[], partition: string): Promise<Decided> {
    const options: QueryOptions = {
      prepare: true,
      consistency: quorum,
      serialConsistency: serial,
      isIdempotent: false,
      routingKey: Buffer.from(partition),
    };
    const [only] = statements;
    try {
      const result = await this.#track('cas', () =>
        statements.length === 1 && only !== undefined
          ? this.client.execute(only.query, only.params, options)
          : this.client.batch(statements, { ...options, logged: false }),
      );
      const [found] = cellsOf(result);
      // The driver's own wasApplied() takes an empty answer for a yes.
      if (found?.['[applied]'] === true) return { outcome: 'applied' };
      if (found?.['[applied]'] === false) return { outcome: 'refused', found };
      return { outcome: 'unknown' };
    } catch (error) {
      if (meaningOf(error) === 'unknown') return { outcome: 'unknown' };
      throw outageOf(error);
    }
  }

  /**
   * The latest there is of one partition, with every conditional write that was under way settled. Rejects with
   * StoreUnavailableError; a collision is answered with a *write* timeout, and asked again here.
   */
  async readLatest(query: string, params: unknown[], partition: string): Promise<Cells[]> {
    const options = {
      prepare: true,
      consistency: serial,
      isIdempotent: false,
      routingKey: Buffer.from(partition),
    };
    return cellsOf(await this.#settled(query, params, options));
  }

  /** About so long, so that those who collided don't meet again. */
  async pause(aboutMs: number): Promise<void> {
    await sleep(aboutMs * (0.5 + Math.random()));
  }

  /** Lets something run on that no caller waits for; `close` does. */
  inBackground(work: Promise<unknown>): void {
    // Only hints are written in the background: what is lost is found again by a walk.
    const kept: Promise<unknown> = work.catch(() => null).finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }

  /** Ends when what is under way has its answer: the driver's own shutdown would fail it. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.coordinators.close();
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.client.shutdown();
  }

  /**
   * For a QUORUM read a coordinator asks the three replicas that it takes for the nearest, and one more in time: for
   * seconds after a datacenter is lost, two of those are dead. A linearizable read asks all five and takes any three.
   * What spans partitions is only asked a second time so, and may fail as before.
   */
  async #read(query: string, params: unknown[], paging: QueryOptions): Promise<types.ResultSet> {
    const options = { ...paging, prepare: true, isIdempotent: true };
    const plain = this.#track('read', () =>
      this.client.execute(query, params, { ...options, consistency: quorum }),
    );
    const again = (): Promise<types.ResultSet> =>
      this.#settled(query, params, { ...options, consistency: serial });
    try {
      return await this.#slowReads.read(plain, { again, isWorthIt: isTimeLimit, limitMs: READ_TIMEOUT_MS });
    } catch (error) {
      throw outageOf(error);
    }
  }

  /** At SERIAL. A collision is answered with a *write* timeout, and asked again here. */
  async #settled(query: string, params: unknown[], options: QueryOptions): Promise<types.ResultSet> {
    for (let attempt = 1; ; attempt += 1) {
      const startedMs = this.clock.monoMs();
      try {
        return await this.#track('serial-read', () => this.client.execute(query, params, options));
      } catch (error) {
        // After a real time limit the caller should hear of it rather than wait for another.
        const quick = this.clock.monoMs() - startedMs < 1_000;
        if (meaningOf(error) !== 'unknown' || !quick || attempt === SERIAL_TRIES) throw outageOf(error);
      }
      await this.pause(SERIAL_PAUSE_MS * attempt);
    }
  }

  async #plain(
    kind: RoundTrip,
    ask: (options: QueryOptions) => Promise<types.ResultSet>,
  ): Promise<types.ResultSet> {
    try {
      return await this.#track(kind, () => ask({ prepare: true, consistency: quorum, isIdempotent: true }));
    } catch (error) {
      throw outageOf(error);
    }
  }

  async #track(kind: RoundTrip, ask: () => Promise<types.ResultSet>): Promise<types.ResultSet> {
    if (this.#closing !== null)
      throw new StoreUnavailableError('the store is closed: relay is shutting down');
    const gate = kind === 'cas' || kind === 'serial-read' ? this.#decidedGate : this.#plainGate;
    const asked = gate.enter().then(() => {
      this.roundTrips[kind] += 1;
      this.#onRoundTrip(kind);
      return ask();
    });
    this.#underWay.add(asked);
    try {
      const result = await asked;
      this.coordinators.answered(result.info);
      return result;
    } catch (error) {
      this.coordinators.failed(error);
      throw error;
    } finally {
      gate.leave();
      this.#underWay.delete(asked);
    }
  }
}

/** The driver's types promise rows always; an answer without any has none. */
const cellsOf = ({ rows }: { rows?: Cells[] }): Cells[] => rows ?? [];
