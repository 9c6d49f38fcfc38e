/**
 * Relay's own numbers, counted once for Prometheus (/metrics) and StatsD alike. Written by hand: the usual client
 * libraries cost more memory in an idle daemon (3.3 MB beside fastify, 18 MB alone) than these dozen series are worth, or
 * bring a package that is compiled when it is installed.
 */
import { CounterFamily, GaugeFamily, HistogramFamily, type Family } from './series.ts';

/** What the rest of relay reports. Every label value comes from a small fixed set, never from an alert. */
export interface Metrics {
  /** Durable inputs; `source` is what read them: `mail`, `pagerduty-v2`, `plain`, `sms-reply`, … */
  accepted(source: string, count?: number): void;
  /** Inputs turned away; `reason`: `full`, `unavailable`, `closing`, `rate`, `too-large`, `invalid`, `unknown-key`, … */
  refused(reason: string): void;
  incident(change: 'opened' | 'acknowledged' | 'resolved'): void;
  /** What became of a message; `outcome`: a MessageStatus, or `refused`, `doubt`, `late`, `absent` for one call. */
  message(channel: string, outcome: string): void;
  /** Undone work rows; `oldestMs`: the age of the oldest journal row among them. */
  backlog(rows: { journal: number; due: number; oldestMs: number }): void;
  /** How many problems stand. */
  problems(count: number): void;
  /** From an intake's last byte in until the store said durable. */
  acceptToDurable(durationMs: number): void;
  /** From the stamp of acceptance until the first provider call for it began. */
  acceptToFirstCall(durationMs: number): void;
  /** From an alert durable until the step that opened its incident was committed. */
  durableToOpened(durationMs: number): void;
  /** From there until the first message about the incident was claimed. */
  openedToClaim(durationMs: number): void;
  /** From a message claimed until its provider had answered. */
  claimToAnswer(channel: string, durationMs: number): void;
  /** One commit of one aggregate. */
  storeCommit(durationMs: number): void;
}

/** For places where nobody scrapes: the simulation, tests, commands. */
export const noMetrics: Metrics = {
  accepted: () => {},
  refused: () => {},
  incident: () => {},
  message: () => {},
  backlog: () => {},
  problems: () => {},
  acceptToDurable: () => {},
  acceptToFirstCall: () => {},
  durableToOpened: () => {},
  openedToClaim: () => {},
  claimToAnswer: () => {},
  storeCommit: () => {},
};

/** Upper bounds in seconds: fine around the goals (15 ms, 60 ms), coarse up to a provider's minute. */
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** The numbers of one daemon; `text()` is what /metrics answers. */
export class PrometheusMetrics implements Metrics {
  readonly #accepted = new CounterFamily('relay_inputs_accepted_total', 'Inputs made durable.', ['source']);
  readonly #refused = new CounterFamily('relay_inputs_refused_total', 'Inputs turned away.', ['reason']);
  readonly #incidents = new CounterFamily('relay_incidents_total', 'Changes of incidents.', ['change']);
  readonly #messages = new CounterFamily('relay_messages_total', 'What became of messages.', [
    'channel',
    'outcome',
  ]);
  readonly #backlog = new GaugeFamily('relay_backlog_rows', 'Work rows not done yet.', ['kind']);
  readonly #oldest = new GaugeFamily(
    'relay_backlog_oldest_seconds',
    'Age of the oldest journal row not done yet.',
    [],
  );
  readonly #alive = new GaugeFamily(
    'relay_alive',
    'Whether a test alert came through all of relay of late: 1 while the last is younger than three rounds.',
    [],
  );
  readonly #canaryThrough = new GaugeFamily(
    'relay_canary_last_success_timestamp_seconds',
    'When a test alert last came through, since the epoch; 0: none has since the start.',
    [],
  );
  readonly #canaryAge = new GaugeFamily(
    'relay_canary_age_seconds',
    'How long ago that was; since the start while none has.',
    [],
  );
  readonly #canaryCall = new GaugeFamily(
    'relay_canary_first_call_seconds',
    'From accepting that test alert until its call.',
    [],
  );
  readonly #problems = new GaugeFamily('relay_problems', 'Problems that stand.', []);
  readonly #heartbeats = new GaugeFamily('relay_heartbeats', 'Heartbeats by how they are.', ['state']);
  readonly #toDurable = new HistogramFamily(
    'relay_accept_durable_seconds',
    'From an input read until it is durable.',
    LATENCY_BOUNDS,
  );
  readonly #toFirstCall = new HistogramFamily(
    'relay_accept_first_call_seconds',
    'From an alert accepted until the first provider call for it.',
    LATENCY_BOUNDS,
  );
  readonly #toOpened = new HistogramFamily(
    'relay_durable_opened_seconds',
    'From an alert durable until the step that opened its incident was committed.',
    LATENCY_BOUNDS,
  );
  readonly #toClaim = new HistogramFamily(
    'relay_opened_claim_seconds',
    'From an incident opened until the first message about it was claimed.',
    LATENCY_BOUNDS,
  );
  readonly #toAnswer = new HistogramFamily(
    'relay_claim_answer_seconds',
    'From a message claimed until its provider had answered.',
    LATENCY_BOUNDS,
    ['channel'],
  );
  readonly #commit = new HistogramFamily(
    'relay_store_commit_seconds',
    'One commit to the store.',
    LATENCY_BOUNDS,
  );
  readonly #roundTrips = new CounterFamily(
    'relay_store_round_trips_total',
    "Calls to the store's machines, where it is on others.",
    ['kind'],
  );
  readonly #certificates = new GaugeFamily(
    'relay_certificate_expires_timestamp_seconds',
    'Until when each certificate in use is valid, since the epoch.',
    ['use'],
  );
  readonly #diskFree = new GaugeFamily(
    'relay_disk_free_bytes',
    'What may still be written where relay keeps things, and to watch.disks.',
    ['folder'],
  );
  readonly #clockSkew = new GaugeFamily(
    'relay_clock_skew_seconds',
    "How far this host's clock is ahead of the middle of the store's machines; absent where nobody knows.",
    [],
  );
  readonly #lost = new CounterFamily(
    'relay_statsd_lost_total',
    'Packets for metrics.statsd that could not be sent.',
    [],
  );
  readonly #memory = new GaugeFamily('process_resident_memory_bytes', 'Resident memory of this process.', []);
  readonly #cpu = new CounterFamily('process_cpu_seconds_total', 'User and system time of this process.', []);
  readonly #start = new GaugeFamily(
    'process_start_time_seconds',
    'Start of this process, since the epoch.',
    [],
  );
  readonly #build = new GaugeFamily('relay_build_info', 'Always 1; the version is a label.', ['version']);
  /** In the order in which they are written. */
  readonly families: readonly Family[] = [
    this.#build,
    this.#alive,
    this.#canaryThrough,
    this.#canaryAge,
    this.#canaryCall,
    this.#accepted,
    this.#refused,
    this.#incidents,
    this.#messages,
    this.#backlog,
    this.#oldest,
    this.#problems,
    this.#heartbeats,
    this.#toDurable,
    this.#toOpened,
    this.#toClaim,
    this.#toAnswer,
    this.#toFirstCall,
    this.#commit,
    this.#roundTrips,
    this.#certificates,
    this.#diskFree,
    this.#clockSkew,
    this.#lost,
    this.#memory,
    this.#cpu,
    this.#start,
  ];

  constructor(build: { version: string; startedAtMs: number }) {
    this.#build.set([build.version], 1);
    this.#start.set([], build.startedAtMs / 1000);
  }

  accepted(source: string, count = 1): void {
    this.#accepted.add([source], count);
  }

  refused(reason: string): void {
    this.#refused.add([reason], 1);
  }

  incident(change: 'opened' | 'acknowledged' | 'resolved'): void {
    this.#incidents.add([change], 1);
  }

  message(channel: string, outcome: string): void {
    this.#messages.add([channel, outcome], 1);
  }

  backlog(rows: { journal: number; due: number; oldestMs: number }): void {
    this.#backlog.set(['journal'], rows.journal);
    this.#backlog.set(['due'], rows.due);
    this.#oldest.set([], rows.oldestMs / 1000);
  }

  problems(count: number): void {
    this.#problems.set([], count);
  }

  /** How many are in which state. */
  heartbeats(states: Readonly<Record<string, number>>): void {
    this.#heartbeats.clear();
    for (const [state, count] of Object.entries(states)) this.#heartbeats.set([state], count);
  }

  /** What is known of the test alerts at this moment. */
  canary(state: {
    throughAtMs: number | null;
    ageMs: number;
    acceptToCallMs: number | null;
    alive: boolean;
  }): void {
    this.#alive.set([], state.alive ? 1 : 0);
    this.#canaryThrough.set([], (state.throughAtMs ?? 0) / 1_000);
    this.#canaryAge.set([], state.ageMs / 1_000);
    this.#canaryCall.set([], (state.acceptToCallMs ?? 0) / 1_000);
  }

  acceptToDurable(durationMs: number): void {
    this.#toDurable.observe(durationMs / 1000);
  }

  acceptToFirstCall(durationMs: number): void {
    this.#toFirstCall.observe(durationMs / 1000);
  }

  durableToOpened(durationMs: number): void {
    this.#toOpened.observe(durationMs / 1000);
  }

  openedToClaim(durationMs: number): void {
    this.#toClaim.observe(durationMs / 1000);
  }

  claimToAnswer(channel: string, durationMs: number): void {
    this.#toAnswer.observe(durationMs / 1000, [channel]);
  }

  storeCommit(durationMs: number): void {
    this.#commit.observe(durationMs / 1000);
  }

  /** Totals since the start, by kind of call. */
  storeRoundTrips(totals: Readonly<Record<string, number>>): void {
    for (const [kind, total] of Object.entries(totals)) this.#roundTrips.setTotal([kind], total);
  }

  /** By what each certificate is for. */
  certificates(expiries: ReadonlyMap<string, number>): void {
    this.#certificates.clear();
    for (const [use, expiresAtMs] of expiries) this.#certificates.set([use], expiresAtMs / 1000);
  }

  /** Bytes left, by folder. */
  disks(freeBytes: ReadonlyMap<string, number>): void {
    this.#diskFree.clear();
    for (const [folder, bytes] of freeBytes) this.#diskFree.set([folder], bytes);
  }

  clockOff(offMs: number | null): void {
    this.#clockSkew.clear();
    if (offMs !== null) this.#clockSkew.set([], offMs / 1000);
  }

  /** Packets for StatsD that could not be sent. */
  statsdLost(packets: number): void {
    this.#lost.add([], packets);
  }

  /** Takes the process' own numbers at this moment. */
  lookAtProcess(): void {
    this.#memory.set([], process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    this.#cpu.setTotal([], (user + system) / 1e6);
  }

  /** Everything, as Prometheus reads it. */
  text(): string {
    this.lookAtProcess();
    return this.families.map((family) => family.text()).join('');
  }
}
