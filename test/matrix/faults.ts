/** What goes wrong with each channel, and what has to come of it. */
import type { GatewayFault, GatewayStandin } from '../../src/standins/gateway.ts';
import type { Mailbox } from '../../src/standins/mailbox.ts';
import type { Siren } from './subjects.ts';
import { throttled, type TwilioFault, type TwilioStandin } from '../../src/standins/twilio.ts';

/** What becomes of the first way. `arrives`: the contact gets it; `at once`, or so late at most, the next way is used. */
export interface Expected {
  arrives: boolean;
  /** Within so long after the alert the next way is used; null: not before its own time. */
  fallbackMs: number | null;
}

export interface Fault<Standin> {
  name: string;
  befall(standin: Standin): void | Promise<void>;
  expected: Expected;
}

const PHONE = '+15550101';
/** One step of the clock that is moved by hand, and the one after. */
const AT_ONCE_MS = 1_000;
/** What is abandoned has had its eight seconds. */
const DEADLINE_MS = 8_000 + AT_ONCE_MS;
const GOOD: Expected = { arrives: true, fallbackMs: null };
/** In doubt: the next way at once, while the first is settled; it may well have arrived, or arrive then. */
const doubt = (withinMs: number): Expected => ({ arrives: true, fallbackMs: withinMs });
const REFUSED: Expected = { arrives: false, fallbackMs: AT_ONCE_MS };

/** The same for texts and calls, which differ in what a request is called. */
function twilio(kind: 'send' | 'call', list: 'list' | 'calls'): Fault<TwilioStandin>[] {
  const next = (name: string, fault: TwilioFault, expected: Expected): Fault<TwilioStandin> => ({
    name,
    befall: (standin) => standin.failNext(fault, kind),
    expected,
  });
  const error = (code: number, status = 400): TwilioFault => ({ kind: 'error', status, code });
  return [
    { name: 'nothing', befall: () => {}, expected: GOOD },
    next('taken, then reset', { kind: 'reset', accept: true }, doubt(AT_ONCE_MS)),
    next('reset, not taken', { kind: 'reset', accept: false }, doubt(AT_ONCE_MS)),
    next('taken, no answer', { kind: 'hang', accept: true }, doubt(DEADLINE_MS)),
    next('no answer, not taken', { kind: 'hang', accept: false }, doubt(DEADLINE_MS)),
    next('taken, 500', { kind: 'error', status: 500, code: 20500, accept: true }, doubt(AT_ONCE_MS)),
    next('503, not taken', error(20503, 503), doubt(AT_ONCE_MS)),
    next('taken, a gateway says 502', { kind: 'status', status: 502, accept: true }, doubt(AT_ONCE_MS)),
    next('taken, half an answer', { kind: 'garbage', accept: true }, doubt(AT_ONCE_MS)),
    {
      name: 'taken, then reset; listed 20 s late',
      befall: (standin) => {
        standin.listLagMs = 20_000;
        standin.failNext({ kind: 'reset', accept: true }, kind);
      },
      expected: doubt(AT_ONCE_MS),
    },
    {
      name: 'taken, then reset; the list fails twice',
      befall: (standin) => {
        standin.failNext({ kind: 'reset', accept: true }, kind);
        standin.failNext({ kind: 'status', status: 503, accept: false }, list, 2);
      },
      expected: doubt(AT_ONCE_MS),
    },
    {
      name: '429 once',
      befall: (standin) => standin.failNext(throttled(2), kind),
      expected: GOOD,
    },
    {
      name: '429 eight times',
      befall: (standin) => standin.failNext(throttled(5), kind, 8),
      expected: { arrives: true, fallbackMs: 7_000 },
    },
    {
      name: 'account suspended',
      befall: (standin) => {
        standin.accountStatus = 'suspended';
      },
      expected: REFUSED,
    },
    next('credentials refused', error(20003, 401), REFUSED),
    next('no such number', error(21211), REFUSED),
    next('country not enabled', error(21408), REFUSED),
    next('an error nobody knows', error(39_999), REFUSED),
  ];
}

/** By receipts, which are asked for: the stand-in can't call us here. */
const ASKED_MS = 25_000;

export const SMS: Fault<TwilioStandin>[] = [
  ...twilio('send', 'list'),
  {
    name: 'opted out at the carrier',
    befall: (standin) => standin.failNumber(PHONE, { kind: 'error', status: 400, code: 21610 }),
    expected: REFUSED,
  },
  {
    name: 'undelivered',
    befall: (standin) => standin.phone(PHONE, { status: 'undelivered', code: 30003 }),
    expected: { arrives: false, fallbackMs: ASKED_MS },
  },
  {
    name: 'not registered (30034)',
    befall: (standin) => standin.phone(PHONE, { status: 'undelivered', code: 30034 }),
    expected: { arrives: false, fallbackMs: ASKED_MS },
  },
];

export const VOICE: Fault<TwilioStandin>[] = [
  ...twilio('call', 'calls'),
  ...(['busy', 'no-answer', 'failed'] as const).map(
    (how): Fault<TwilioStandin> => ({
      name: how,
      befall: (standin) => standin.calls.answering(PHONE, how),
      expected: { arrives: false, fallbackMs: ASKED_MS },
    }),
  ),
];

export const EMAIL: Fault<Mailbox>[] = [
  { name: 'nothing', befall: () => {}, expected: GOOD },
  mail('refused at the greeting', { at: 'connect', do: 'refuse', code: 554 }, REFUSED),
  mail('not now (421 at the greeting)', { at: 'connect', do: 'refuse', code: 421 }, GOOD),
  mail('no such mailbox', { at: 'rcpt', do: 'refuse', code: 550 }, REFUSED),
  mail('not now (451 at the recipient)', { at: 'rcpt', do: 'refuse', code: 451 }, GOOD),
  mail('refused after the final dot', { at: 'dot', do: 'refuse', code: 554 }, REFUSED),
  mail('cut off at the greeting', { at: 'connect', do: 'drop' }, GOOD),
  mail('cut off at the recipient', { at: 'rcpt', do: 'drop' }, GOOD),
  mail('cut off at DATA', { at: 'data', do: 'drop' }, GOOD),
  mail('taken, then cut off after the final dot', { at: 'dot', do: 'drop', accept: true }, doubt(AT_ONCE_MS)),
  mail(
    'cut off after the final dot, not taken',
    { at: 'dot', do: 'drop', accept: false },
    { arrives: false, fallbackMs: AT_ONCE_MS },
  ),
  mail('no answer to the greeting', { at: 'connect', do: 'hang' }, GOOD),
  mail('no answer after the final dot, taken', { at: 'dot', do: 'hang', accept: true }, doubt(DEADLINE_MS)),
  mail(
    'no answer after the final dot, not taken',
    { at: 'dot', do: 'hang', accept: false },
    { arrives: false, fallbackMs: DEADLINE_MS },
  ),
];

function mail(name: string, fault: Parameters<Mailbox['failNext']>[0], expected: Expected): Fault<Mailbox> {
  return { name, befall: (standin) => standin.failNext(fault), expected };
}

const gateway = (name: string, fault: GatewayFault, expected: Expected): Fault<GatewayStandin> => ({
  name,
  befall: (standin) => standin.failNext(fault),
  expected,
});

/** What nobody can be asked about is unknown, and not tried again while there is another way. */
const unasked = (accept: boolean, withinMs: number): Expected => ({ arrives: accept, fallbackMs: withinMs });

function gatewayFaults(isAsked: boolean): Fault<GatewayStandin>[] {
  const inDoubt = (accept: boolean, withinMs: number): Expected =>
    isAsked ? doubt(withinMs) : unasked(accept, withinMs);
  return [
    { name: 'nothing', befall: () => {}, expected: GOOD },
    gateway('taken, then reset', { kind: 'reset', accept: true }, inDoubt(true, AT_ONCE_MS)),
    gateway('reset, not taken', { kind: 'reset', accept: false }, inDoubt(false, AT_ONCE_MS)),
    gateway('taken, no answer', { kind: 'hang', accept: true }, inDoubt(true, DEADLINE_MS)),
    gateway('no answer, not taken', { kind: 'hang', accept: false }, inDoubt(false, DEADLINE_MS)),
    gateway('taken, 500', { kind: 'status', status: 500, accept: true }, inDoubt(true, AT_ONCE_MS)),
    gateway('502, not taken', { kind: 'status', status: 502 }, inDoubt(false, AT_ONCE_MS)),
    gateway('taken, an answer without end', { kind: 'endless', accept: true }, inDoubt(true, AT_ONCE_MS)),
    gateway('429 once', { kind: 'status', status: 429, retryAfterSeconds: 2 }, GOOD),
    gateway('no such address', { kind: 'status', status: 404 }, REFUSED),
    gateway('credentials refused', { kind: 'status', status: 401 }, REFUSED),
    gateway('sent elsewhere (307)', { kind: 'status', status: 307 }, inDoubt(false, AT_ONCE_MS)),
    {
      name: 'account suspended',
      befall: (standin) => {
        standin.suspended = true;
      },
      expected: REFUSED,
    },
  ];
}

export const PUSH = gatewayFaults(true);
export const PUSH_UNASKED = gatewayFaults(false);

const siren = (name: string, script: string, expected: Expected): Fault<Siren> => ({
  name,
  befall: (standin) => standin.next(script),
  expected,
});

export const EXEC: Fault<Siren>[] = [
  { name: 'nothing', befall: () => {}, expected: GOOD },
  siren('exit code 75: not now', 'exit 75', GOOD),
  siren('exit code 1', 'exit 1', REFUSED),
  siren('exit code 78: set up wrong', 'exit 78', REFUSED),
  siren('ended by a signal', 'kill -9 $$', unasked(false, AT_ONCE_MS)),
];
