/** Puts the daemon together; the only place that knows every part. Read pipeline.ts first. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { startApi, type Api } from './api/server.ts';
import { serviceAddresses } from './config/addresses.ts';
import { ownCertificate, tokenKeyFile } from './config/paths.ts';
import { secretsOf } from './config/secrets.ts';
import type { Config, TlsFiles } from './config/types.ts';
import { DutyCache, RELAY_ITSELF } from './daemon/duty.ts';
import { inboundRoutes, openInbound } from './daemon/inbound.ts';
import { FirstCallLatency } from './daemon/latency.ts';
import { openListeners, type Listeners } from './daemon/listeners.ts';
import { takeReplyMail, takeSms, type ReplyParts } from './daemon/replies.ts';
import { statusOf } from './daemon/status.ts';
import { systemClock, systemIds } from './daemon/system.ts';
import { Tally } from './daemon/tally.ts';
import { closeTransports, openTransports, type Channels } from './daemon/transports.ts';
import { Engine } from './engine/engine.ts';
import { CommittedFeed } from './engine/feed.ts';
import type { Clock, Log } from './engine/ports.ts';
import { openRosterBook, type OpenRosterBook } from './engine/roster-book.ts';
import { SteadyClock } from './engine/steady.ts';
import { Acceptor } from './events/accept.ts';
import type { InboundSms } from './messaging/twilio/inbound.ts';
import { MESSAGE, type MessageRow } from './notifications/rows.ts';
import type { IncidentBody } from './incidents/rows.ts';
import { healthRoutes } from './observe/health.ts';
import { PrometheusMetrics } from './observe/metrics.ts';
import { ProblemBoard } from './observe/problems.ts';
import { Readiness } from './observe/readiness.ts';
import { disableContact } from './oncall/edits.ts';
import type { Change, JournalRow, Store, WorkId } from './store/port.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { VERSION } from './version.ts';

export interface DaemonOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** The store is lost: the process should end and be started again. */
  onFatal(error: Error): void;
}

/** One relay on one machine, running. */
export class Daemon {
  readonly #log: Log;
  readonly #env: NodeJS.ProcessEnv;
  readonly #clock: Clock = systemClock;
  readonly #steady: SteadyClock;
  readonly #sinceMs = Date.now();
  readonly #problems: ProblemBoard;
  readonly #metrics = new PrometheusMetrics({ version: VERSION, startedAtMs: Date.now() });
  readonly #feed = new CommittedFeed();
  readonly #tally = new Tally();
  readonly #latency = new FirstCallLatency((durationMs) => this.#metrics.acceptToFirstCall(durationMs));
  readonly #store: Store;
  readonly #roster: OpenRosterBook;
  readonly #tokenKey: Uint8Array;
  readonly #duty: DutyCache;
  readonly #engine: Engine;
  readonly #acceptor: Acceptor;
  readonly #readiness: Readiness;
  #config: Config;
  #channels: Channels;
  #storeTrouble: string | null = null;
  #listeners: Listeners | null = null;
  #inbound: InboundSms | null = null;
  #api: Api | null = null;

  private constructor(
    options: DaemonOptions,
    opened: {
      problems: ProblemBoard;
      store: Store;
      roster: OpenRosterBook;
      tokenKey: Uint8Array;
      channels: Channels;
      lastSeq: number | null;
    },
  ) {
    this.#log = options.log;
    this.#env = options.env;
    this.#config = options.config;
    this.#problems = opened.problems;
    this.#steady = new SteadyClock(this.#clock, this.#problems);
    this.#store = opened.store;
    this.#roster = opened.roster;
    this.#tokenKey = opened.tokenKey;
    this.#channels = opened.channels;
    this.#duty = new DutyCache(
      () => this.#roster.current(),
      () => this.#config.catchAll,
    );
    this.#engine = new Engine({
      store: this.#store,
      clock: this.#clock,
      ids: systemIds,
      log: this.#log,
      problems: this.#problems,
      nowMs: () => this.#steady.nowMs(),
      roster: () => this.#roster.current(),
      duty: (service, atMs) => this.#duty.at(service, atMs),
      transports: this.#channels.transports,
      answerable: this.#channels.answerable,
      disable: async ({ person, channel, address, why }) => {
        await this.#roster.edit('relay', (roster) =>
          disableContact(roster, { person, channel, address, why }),
        );
        this.#problems.raise(
          `optout-${address}`,
          `${person} ${why}: ${channel} to ${address} is off`,
          'ask them to send START, then add the phone again',
        );
      },
      poison: (row, error) => this.#poison(row, error),
      onCommit: (change, nowMs) => this.#committed(change, nowMs),
      onCall: (message) => this.#latency.called(message.thread, Date.now()),
    });
    this.#acceptor = new Acceptor({
      store: this.#store,
      clock: this.#clock,
      host: this.#config.host,
      lastSeq: opened.lastSeq,
      onAccepted: (rows) => this.#accepted(rows),
      onUnread: () => this.#engine.behind(),
    });
    this.#readiness = new Readiness({
      clock: this.#clock,
      store: () => this.#storeTrouble,
      advanced: () => this.#engine.pulse,
    });
  }

  /** Opens the store, takes up what a former life left undone, then opens the doors. Rejects with nothing left open. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { config, env, log } = options;
    const problems = new ProblemBoard({ log, clock: systemClock });
    const warn = (text: string): void => log.warn({}, text);
    const tokenKey = await readFile(tokenKeyFile(config.keyDir));
    const channels = await openTransports({
      config,
      secrets: secretsOf(config, env, warn),
      tokenKey,
      clock: systemClock,
      log,
    });
    const store = await openSqliteStore({ path: config.store.path, log, onFatal: options.onFatal });
    try {
      const roster = await openRosterBook({ store, clock: systemClock, newOp: systemIds.op });
      const lastSeq = await store.lastSeq(config.host);
      const daemon = new Daemon(options, { problems, store, roster, tokenKey, channels, lastSeq });
      await daemon.#open();
      return daemon;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Where it listens, for logs and tests. */
  get addresses(): { http: string | null; smtp: string | null; api: string } {
    const show = (listen: { host: string; port: number } | null | undefined): string | null =>
      listen === null || listen === undefined ? null : `${listen.host}:${listen.port}`;
    return {
      http: show(this.#listeners?.http),
      smtp: show(this.#listeners?.smtp),
      api: this.#config.api.socket,
    };
  }

  /** Ascends while the engine advances: the watchdog is fed by it. */
  get pulse(): number {
    return this.#engine.pulse;
  }

  /**
   * Takes a new configuration into use: channels, secrets, certificates, the catch-all, and listeners that changed.
   * Returns what only a restart can change. Rejects, with the old one kept, when the new one can't be used.
   */
  async reload(config: Config): Promise<string[]> {
    const secrets = secretsOf(config, this.#env, (text) => this.#log.warn({}, text));
    const channels = await openTransports({
      config,
      secrets,
      tokenKey: this.#tokenKey,
      clock: this.#clock,
      log: this.#log,
    });
    const before = this.#config;
    const doorsChanged = !same([before.http, before.smtp], [config.http, config.smtp]);
    if (doorsChanged) await this.#reopen(config);
    else await this.#listeners?.reloadTls(config);
    const former = new Map(this.#channels.transports);
    replaceChannels(this.#channels, channels);
    this.#config = config;
    this.#duty.clear();
    await this.#inbound?.stop();
    this.#inbound = await this.#openInbound(config);
    await closeTransports({ transports: former });
    return ['store', 'api', 'host', 'keyDir'].filter(
      (key) => !same(before[key as keyof Config], config[key as keyof Config]),
    );
  }

  /** Refuses what is new, ends what is under way, keeps the rest for the next start. Bounded by what calls take. */
  async stop(): Promise<void> {
    this.#readiness.closing();
    this.#acceptor.close();
    await this.#inbound?.stop();
    await Promise.all([this.#listeners?.close(), this.#engine.stop()]);
    await this.#api?.close();
    this.#roster.close();
    await closeTransports(this.#channels);
    await this.#store.close();
  }

  async #open(): Promise<void> {
    try {
      await this.#engine.start();
      await this.#tally.start(this.#store);
      this.#inbound = await this.#openInbound(this.#config);
      this.#listeners = await openListeners(this.#listenerParts(this.#config));
      this.#api = await startApi({
        core: {
          accept: this.#acceptor.accept,
          store: this.#store,
          roster: this.#roster,
          feed: this.#feed,
          catchAll: this.#config.catchAll,
          whenDone: (id, timeoutMs) => this.#engine.whenDone(id, timeoutMs),
          status: () => this.#status(),
          addresses: (service, key) => serviceAddresses(this.#config, service, key, this.#listeners?.http ?? null),
          nowMs: () => this.#steady.nowMs(),
        },
        socket: this.#config.api.socket,
        listen: this.#config.api.listen,
        token: await secretsOf(this.#config, this.#env, (text) => this.#log.warn({}, text)).apiToken(),
        log: this.#log,
      });
      this.#readiness.started();
    } catch (error) {
      await this.#listeners?.close();
      await this.#inbound?.stop();
      await this.#engine.stop();
      throw error;
    }
  }

  async #reopen(config: Config): Promise<void> {
    const before = this.#config;
    await this.#listeners?.close();
    try {
      this.#listeners = await openListeners(this.#listenerParts(config));
    } catch (error) {
      this.#listeners = await openListeners(this.#listenerParts(before));
      throw error;
    }
  }

  #listenerParts(config: Config): Parameters<typeof openListeners>[0] {
    return {
      config,
      accept: this.#acceptor.accept,
      roster: () => this.#roster.current(),
      log: this.#log,
      reply: config.mail?.replyWorks === true ? (mail) => takeReplyMail(this.#replyParts(), mail) : null,
      plugins: [
        healthRoutes({
          live: () => [],
          ready: () => this.#readiness.reasons(),
          metrics: () => this.#metricsText(),
        }),
        async (app) => inboundRoutes(app, () => this.#inbound),
      ],
      ownCertificate: existing(ownCertificate(config.keyDir)),
    };
  }

  #openInbound(config: Config): Promise<InboundSms | null> {
    return openInbound({
      config,
      secrets: secretsOf(config, this.#env, (text) => this.#log.warn({}, text)),
      clock: this.#clock,
      log: this.#log,
      problems: this.#problems,
      pageOpen: () => this.#tally.counts.triggered > 0,
      onSms: (sms) => takeSms(this.#replyParts(), sms),
    });
  }

  #replyParts(): ReplyParts {
    return {
      accept: this.#acceptor.accept,
      roster: () => this.#roster.current(),
      tokenKey: this.#tokenKey,
      log: this.#log,
      nowMs: () => this.#steady.nowMs(),
    };
  }

  #accepted(rows: JournalRow[]): void {
    this.#engine.accepted(rows);
    for (const { input } of rows) {
      this.#metrics.accepted(input.kind === 'alert' ? (input.events[0]?.source ?? 'none') : input.kind);
    }
  }

  #committed(change: Pick<Change, 'rows' | 'incidents'>, nowMs: number): void {
    this.#feed.committed(change, nowMs);
    this.#tally.committed(change);
    this.#latency.committed(change);
    for (const { body } of change.incidents) {
      const { status, events } = body as IncidentBody;
      if (status === 'triggered' && events > 1) continue;
      this.#metrics.incident(status === 'triggered' ? 'opened' : status);
    }
    for (const row of change.rows) {
      if (row.kind !== MESSAGE) continue;
      const { channel, status } = row.body as MessageRow;
      this.#metrics.message(channel, status);
    }
  }

  async #poison(row: WorkId, error: unknown): Promise<void> {
    const why = error instanceof Error ? error.message : String(error);
    await this.#acceptor.accept([
      {
        stableId: `poison-${row}`,
        input: {
          kind: 'alert',
          events: [
            {
              action: 'trigger',
              service: RELAY_ITSELF,
              dedupKey: `poison ${row}`,
              severity: 'error',
              summary: `relay could not work on an accepted input (${row}); its raw text is kept`,
              details: `It failed three times: ${why}`,
              source: 'relay',
            },
          ],
        },
        raw: null,
      },
    ]);
  }

  #status(): ReturnType<typeof statusOf> {
    return statusOf({
      config: this.#config,
      store: this.#store,
      channels: this.#channels,
      problems: this.#problems,
      listening: () => this.addresses,
      openCounts: () => this.#tally.counts,
      rosterVersion: () => this.#roster.current().version,
      version: VERSION,
      sinceMs: this.#sinceMs,
      nowMs: () => this.#steady.nowMs(),
    });
  }

  async #metricsText(): Promise<string> {
    const { journal, due, oldestJournalMs } = await this.#store.backlog();
    const oldestMs = oldestJournalMs === null ? 0 : Math.max(0, this.#steady.nowMs() - oldestJournalMs);
    this.#metrics.backlog({ journal, due, oldestMs });
    this.#metrics.problems(this.#problems.list().length);
    return this.#metrics.text();
  }
}

const existing = (files: TlsFiles): TlsFiles | null => (existsSync(files.certFile) ? files : null);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The engine holds these very objects: their contents change, not they. */
function replaceChannels(present: Channels, next: Channels): void {
  present.transports.clear();
  for (const [channel, transport] of next.transports) present.transports.set(channel, transport);
  present.answerable.clear();
  for (const channel of next.answerable) present.answerable.add(channel);
}
