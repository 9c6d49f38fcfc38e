/** The monitors and the people at the command line: alerts, repeats, recoveries, storms, commands, orders, tests. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { AlertEvent } from '../../src/relay/events/types.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import { MEANT } from './group-check.ts';
import { drawOrder } from './orders.ts';
import type { Prng } from './prng.ts';
import type { Key, Profile } from './profile.ts';
import type { VirtualTime } from './virtual-time.ts';
import { policyInKey } from './routed.ts';

export interface TrafficParts {
  time: VirtualTime;
  draw: Prng;
  profile: Profile;
  /** One try of a sender; resolves true when it was accepted. */
  accept(inputs: NewInput[]): Promise<boolean>;
  /** What the daemon's API does before a command is journalled. */
  lineageOf(number: number): string | null;
  highestNumber(): number;
  roster(): Roster;
  trueWallMs(): number;
}

const SEVERITIES = ['critical', 'error', 'warning', 'unknown'] as const;

export class Traffic {
  readonly #parts: TrafficParts;
  #mails = 0;
  readonly #byHand: Key[] = [];

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  /** Plans everything that comes in the active time. */
  plan(): void {
    const { profile, draw } = this.#parts;
    for (let index = 0; index < profile.alerts; index += 1) this.#at(() => this.#one());
    if (profile.storm > 0) this.#at(() => this.#storm());
    if (profile.many > 0) this.#at(() => this.many());
    for (let index = draw.int(0, 4); index > 0; index -= 1) this.#at(() => this.#command());
    for (let index = profile.orders; index > 0; index -= 1) this.#at(() => this.#order());
    if (draw.chance(0.3)) this.#at(() => this.#test());
    this.#planByHand();
  }

  /** Somebody pages one person, and repeats the command when its answer was lost. A stream of its own. */
  #planByHand(): void {
    const { profile, time, roster } = this.#parts;
    const draw = this.#parts.draw.fork('pages by hand');
    for (let count = draw.int(0, 2); count > 0; count -= 1) {
      const key = { service: draw.pick(profile.services), dedupKey: `page ${count}` };
      time.schedule(draw.int(0, profile.activeMs), () => {
        const { people, version } = roster();
        const tell = { people: [draw.pick(people).id], by: 'root', rosterVersion: version };
        const paged = { ...event(key, 'trigger', 'please call me', draw.pick(SEVERITIES)), tell };
        const input: NewInput = {
          stableId: `page-${count}`,
          input: { kind: 'alert', events: [paged] },
          raw: null,
        };
        this.#byHand.push(key);
        this.#try(input, 3);
        if (draw.chance(0.5)) time.schedule(draw.int(100, 30_000), () => this.#try(input, 0));
      });
    }
  }

  /** Sometimes something comes and goes just then, on hosts that have heard of the edit and on others. */
  afterEdit(): void {
    const { time, profile } = this.#parts;
    const draw = this.#parts.draw.fork(`edit at ${time.nowMs}`);
    if (!draw.chance(0.3) || time.nowMs > profile.activeMs) return;
    const key = draw.pick(profile.keys);
    (['trigger', 'resolve', 'trigger'] as const).forEach((action, index) => {
      const delayMs = index * 900 + draw.int(0, 600);
      time.schedule(delayMs, () => this.#send([event(key, action, `${action} after an edit`)], 0));
    });
  }

  /** Everything is well again: a recovery for each key. */
  allWell(): void {
    for (const key of this.#keys()) this.#send([event(key, 'resolve', 'all is well')], 5);
  }

  /** Of groups whose service groups otherwise by now: recoveries come under other keys, and a person closes them. */
  leftByHand(incidents: readonly { number: number; lineage: string }[]): void {
    for (const { number, lineage } of incidents)
      void this.#parts.accept([
        { input: { kind: 'command', action: 'resolve', number, lineage, actor: 'root' }, raw: null },
      ]);
  }

  /** Within the active time, as far as it goes. */
  #at(run: () => void): void {
    const { time, draw, profile } = this.#parts;
    time.schedule(draw.int(0, profile.activeMs), run);
  }

  #one(): void {
    const { draw, profile } = this.#parts;
    const key = draw.pick(profile.keys);
    const action = draw.pick([
      'trigger',
      'trigger',
      'trigger',
      'trigger',
      'resolve',
      'acknowledge',
      'none',
    ] as const);
    const severity = draw.pick(SEVERITIES);
    const read = event(key, action, `${action} of ${key.dedupKey}`, severity);
    // What somebody wrote at the monitor; by what is drawn anyway, so that seeds stay what they were.
    const isNoted = (action === 'none' || action === 'acknowledge') && severity !== 'warning';
    const events = [isNoted ? { ...read, note: `seen at the monitor: ${key.dedupKey}` } : read];
    while (draw.chance(0.2)) {
      const other = draw.pick(profile.keys);
      events.push(event(other, draw.pick(['trigger', 'resolve'] as const), `also ${other.dedupKey}`));
    }
    this.#send(events, draw.int(0, 3));
  }

  #storm(): void {
    const { draw, profile, time } = this.#parts;
    const key = draw.pick(profile.keys);
    for (let index = 0; index < profile.storm; index += 1) {
      time.schedule(draw.int(0, 3_000), () => this.#send([event(withoutExpiry(key), 'trigger', 'storm')], 0));
    }
  }

  /** All at once, each key an incident of its own. */
  many(): void {
    const { draw, time } = this.#parts;
    for (const key of this.#keys().filter((one) => one.dedupKey.startsWith('many'))) {
      time.schedule(draw.int(0, 500), () =>
        this.#send([event(key, 'trigger', `all at once: ${key.dedupKey}`)], 0),
      );
    }
  }

  #keys(): Key[] {
    const { profile } = this.#parts;
    const [service = 'svc0'] = profile.services;
    const many = Array.from({ length: profile.many }, (_, index): Key => {
      const key = { service, dedupKey: `many-${index}` };
      return profile.manyRack === null ? key : { ...key, rack: profile.manyRack };
    });
    return [...profile.keys, ...many, ...this.#byHand];
  }

  #command(): void {
    const { draw } = this.#parts;
    const number = draw.int(1, Math.max(1, this.#parts.highestNumber() + 1));
    const lineage = this.#parts.lineageOf(number);
    if (lineage === null) return;
    const action = draw.pick(['ack', 'resolve'] as const);
    void this.#parts.accept([
      { input: { kind: 'command', action, number, lineage, actor: 'root' }, raw: null },
    ]);
  }

  /** About an incident there is, or was: the daemon refuses a number that nobody has. */
  #order(): void {
    const { draw, highestNumber, lineageOf, roster, trueWallMs } = this.#parts;
    const number = draw.int(1, Math.max(1, highestNumber()));
    const order = drawOrder(draw, roster(), trueWallMs());
    const lineage = lineageOf(number);
    if (lineage === null || order === null) return;
    void this.#parts.accept([{ input: { kind: 'order', number, lineage, actor: 'root', order }, raw: null }]);
  }

  #test(): void {
    const { draw, profile } = this.#parts;
    const person = draw.pick(profile.roster.people).id;
    void this.#parts.accept([{ input: { kind: 'test', person, actor: 'root' }, raw: null }]);
  }

  /** A mail keeps its id when it is sent again (rule 11); a request is a new event. */
  #send(read: AlertEvent[], retries: number): void {
    const { draw, roster } = this.#parts;
    const { version: rosterVersion } = roster();
    const events = read.map((one) => (one.policy === undefined ? one : { ...one, rosterVersion }));
    this.#mails += 1;
    const stableId = draw.chance(0.5) ? `mail.${this.#mails}` : undefined;
    const raw = new Uint8Array([1]);
    const input: NewInput = {
      input: { kind: 'alert', events },
      raw,
      ...(stableId === undefined ? {} : { stableId }),
    };
    this.#try(input, retries);
    // Its sender never saw our yes and sends the same mail again, perhaps after we have been restarted.
    if (stableId !== undefined && draw.chance(0.3)) {
      this.#parts.time.schedule(draw.int(100, draw.chance(0.5) ? 5_000 : 400_000), () => this.#try(input, 0));
    }
  }

  #try(input: NewInput, retries: number): void {
    void this.#parts.accept([input]).then((accepted) => {
      if (!accepted && retries > 0) this.#parts.time.schedule(20_000, () => this.#try(input, retries - 1));
    });
  }
}

function event(
  { service, dedupKey, expiresAfterMs, rack }: Key,
  action: AlertEvent['action'],
  summary: string,
  severity: AlertEvent['severity'] = 'error',
): AlertEvent {
  const expiry = action === 'trigger' && expiresAfterMs !== undefined ? { expiresAfterMs } : {};
  const policy = policyInKey(dedupKey);
  const routed = policy === null ? {} : { policy };
  const labels = { [MEANT]: dedupKey, ...(rack === undefined ? {} : { rack }) };
  return { service, dedupKey, action, severity, summary, source: 'monitor', labels, ...expiry, ...routed };
}

/** As a source would tell it that says itself when things are well. */
const withoutExpiry = ({ expiresAfterMs: _never, ...key }: Key): Key => key;
