/** The people: what they do when a page reaches them, in time, late, twice, wrongly, or not at all. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { ReplyCommand } from '../../src/relay/events/types.ts';
import type { Taken } from './ledger.ts';
import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface PhonesParts {
  time: VirtualTime;
  draw: Prng;
  profile: Profile;
  /** Faults have stopped: everybody answers everything. */
  helpful(): boolean;
  trueWallMs(): number;
  /** Tries until it is accepted: a webhook that fails is found by the next poll. */
  reply(input: NewInput): void;
  /** Of an incident by its number; null: none is known by it. */
  lineageOf(number: number): string | null;
  /** The person sent STOP: the carrier lets nothing through any more. */
  optOut(address: string): void;
  line(text: string): void;
}

/** What a reply says; `codes` are what came to other phones. */
type Habit =
  | 'code'
  | 'bare'
  | 'resolve'
  | 'escalate'
  | 'service'
  | 'all'
  | 'last'
  | 'late'
  | 'twice'
  | 'wrong-code'
  | 'foreign-code'
  | 'stop'
  | 'garbage';

const USUAL: Habit[] = [
  'code',
  'code',
  'code',
  'code',
  'bare',
  'bare',
  'resolve',
  'escalate',
  'service',
  'all',
  'last',
  'late',
  'twice',
];
const ODD: Habit[] = ['wrong-code', 'wrong-code', 'foreign-code', 'foreign-code', 'stop', 'garbage'];

export class Phones {
  readonly #parts: PhonesParts;
  #replies = 0;
  #codesSeen: number[] = [1];

  constructor(parts: PhonesParts) {
    this.#parts = parts;
  }

  /** A provider took a message: it reaches the person a little later. */
  receives(taken: Taken): void {
    const { time, draw } = this.#parts;
    this.#codesSeen.push(taken.code);
    if (taken.channel === 'voice') return;
    const invites =
      taken.channel === 'sms' ? /Reply \d+a ack/.test(taken.body) : /Reply to this mail/.test(taken.body);
    if (!invites) return;
    time.schedule(draw.int(500, 8_000), () => this.#react(taken));
  }

  /** Somebody opens the link of a message and presses a button, some time later, and perhaps twice. */
  #presses(taken: Taken): void {
    const { time, profile, line } = this.#parts;
    const draw = this.#parts.draw.fork(`link of ${taken.messageId} at ${taken.atMs}`);
    if (!draw.chance(profile.answering * 0.15)) return;
    time.schedule(draw.int(1, 120) * 1_000, () => {
      const sentAtMs = this.#parts.trueWallMs();
      const lineages = [...taken.body.matchAll(/#(\d+) /g)].flatMap(
        ([, number]) => this.#parts.lineageOf(Number(number)) ?? [],
      );
      const command = pressed(draw, taken.code, lineages, sentAtMs);
      const text = `${command.verb} ${command.only?.join() ?? 'all'} (link)`;
      line(`${taken.person} presses on the page of ${taken.messageId}: ${text}`);
      const { person, channel, to: contact } = taken;
      const input: NewInput = {
        stableId: `link.${taken.messageId}.${taken.atMs}`,
        input: { kind: 'reply', person, channel, contact, command, text, sentAtMs, via: 'link' },
        raw: null,
      };
      time.schedule(draw.int(50, 500), () => this.#parts.reply(input));
      if (draw.chance(0.3)) time.schedule(draw.int(50, 6_000), () => this.#parts.reply(input));
    });
  }

  #react(taken: Taken): void {
    const { draw, profile } = this.#parts;
    if (this.#parts.helpful()) {
      this.#say(taken, 'code', draw.int(1, 20) * 1_000);
      return;
    }
    this.#presses(taken);
    if (draw.chance(profile.odd * 0.4)) this.#say(taken, draw.pick(ODD), draw.int(1, 40) * 1_000);
    if (!draw.chance(profile.answering)) return;
    const habit = draw.pick(USUAL);
    this.#say(taken, habit, habit === 'late' ? draw.int(3, 15) * 60_000 : draw.int(1, 40) * 1_000);
    if (habit === 'twice') this.#say(taken, 'code', draw.int(1, 90) * 1_000);
  }

  #say(taken: Taken, habit: Habit, delayMs: number): void {
    const { time, draw, line } = this.#parts;
    time.schedule(delayMs, () => {
      const command = this.#command(taken, habit);
      const text = `${habit} ${command.code ?? ''}`.trim();
      line(`${taken.person} answers by ${taken.channel}: ${text}`);
      if (habit === 'stop' && taken.channel === 'sms') this.#parts.optOut(taken.to);
      this.#replies += 1;
      const whole = Math.floor(this.#parts.trueWallMs() / 1_000) * 1_000;
      const input: NewInput = {
        stableId: `${taken.channel}.${this.#replies}`,
        input: {
          kind: 'reply',
          person: taken.person,
          channel: taken.channel,
          contact: taken.to,
          command,
          text,
          sentAtMs: whole,
        },
        raw: null,
      };
      time.schedule(draw.int(50, 3_000), () => this.#parts.reply(input));
      // The webhook and the poll both bring it, or a poll after a restart brings it once more.
      if (draw.chance(0.4))
        time.schedule(draw.int(50, draw.chance(0.5) ? 6_000 : 400_000), () => this.#parts.reply(input));
    });
  }

  #command(taken: Taken, habit: Habit): ReplyCommand {
    const { draw } = this.#parts;
    const byMail = taken.channel === 'email';
    const own: ReplyCommand = { verb: 'ack', code: taken.code, scope: 'message' };
    switch (habit) {
      case 'bare':
        return byMail ? own : { verb: 'ack', code: null, scope: 'bare' };
      case 'all':
        return byMail ? own : { verb: 'ack', code: null, scope: 'all' };
      case 'last':
        return byMail ? own : { verb: 'ack', code: null, scope: 'last' };
      case 'service':
        return { verb: 'ack', code: taken.code, scope: 'service' };
      case 'resolve':
        return { verb: 'resolve', code: taken.code, scope: 'message' };
      case 'escalate':
        return { verb: 'escalate', code: taken.code, scope: 'message' };
      // A code that will be given out soon, or never was; a mail's token can't be guessed.
      case 'wrong-code':
        return byMail ? own : { verb: 'ack', code: taken.code + draw.int(1, 3), scope: 'message' };
      case 'foreign-code':
        return byMail ? own : { verb: 'ack', code: draw.pick(this.#codesSeen), scope: 'message' };
      case 'stop':
        return byMail ? own : { verb: 'optout', code: null, scope: 'bare' };
      case 'garbage':
        return { verb: draw.chance(0.5) ? 'unclear' : 'help', code: null, scope: 'bare' };
      default:
        return own;
    }
  }
}

/** What a button says: of all of them, or of one; a snooze may be over before it is taken. */
function pressed(draw: Prng, code: number, lineages: readonly string[], nowMs: number): ReplyCommand {
  const verb = draw.pick(['ack', 'ack', 'resolve', 'escalate'] as const);
  const command: ReplyCommand = { verb, code, scope: 'message' };
  if (lineages.length === 0 || (verb === 'ack' && draw.chance(0.3))) return { ...command, verb: 'ack' };
  const only = [draw.pick(lineages)];
  if (verb !== 'ack' || draw.chance(0.5)) return { ...command, only };
  const untilMs = nowMs + draw.int(0, 16) * 30_000;
  return { ...command, only, snooze: { untilMs, until: new Date(untilMs).toISOString() } };
}
