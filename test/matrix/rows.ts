/** One row: a channel, what goes wrong with it, and what came of the page. */
import type { Expected, Fault } from './faults.ts';
import { EMAIL, EXEC, PUSH, PUSH_UNASKED, SMS, VOICE } from './faults.ts';
import { NEXT_STEP_MS, Rig } from './rig.ts';
import { email, exec, push, sms, voice, type Subject } from './subjects.ts';

export interface RowResult {
  /** The channel, and by what where that may differ. */
  way: string;
  fault: string;
  /** How often the contact got the page by this channel, and how many of these were repeats. */
  got: number;
  repeats: number;
  /** The page reached Ana by no way at all. */
  lost: boolean;
  /** When the next way was used, since the alert. */
  fallbackMs: number | null;
  /** How the first message ended. */
  status: string;
  expected: Expected;
  /** What is not as it has to be; empty: all is. */
  wrong: string[];
}

export interface MatrixRow {
  way: string;
  fault: string;
  run(): Promise<RowResult>;
}

/** Within this everything has come to rest, and the next step is long over. */
const WATCHED_MS = NEXT_STEP_MS + 60_000;

export const MATRIX: MatrixRow[] = [
  ...SMS.map((fault) => row('sms', fault, sms)),
  ...VOICE.map((fault) => row('voice', fault, voice)),
  ...EMAIL.map((fault) => row('email', fault, email)),
  ...PUSH.map((fault) => row('push', fault, () => push(true))),
  ...PUSH_UNASKED.map((fault) => row('push, not asked', fault, () => push(false))),
  ...EXEC.map((fault) => row('push by command', fault, exec)),
];

function row<Standin>(
  way: string,
  fault: Fault<Standin>,
  open: (nowMs: () => number) => Promise<Subject<Standin>>,
): MatrixRow {
  return { way, fault: fault.name, run: () => runRow(way, fault, open) };
}

async function runRow<Standin>(
  way: string,
  fault: Fault<Standin>,
  open: (nowMs: () => number) => Promise<Subject<Standin>>,
): Promise<RowResult> {
  let nowMs = (): number => Date.now();
  const subject = await open(() => nowMs());
  const other = way === 'email' ? await sms(() => nowMs()) : await email();
  const rig = new Rig((clock) => {
    nowMs = () => clock.wallMs();
    return {
      first: { transport: subject.transport(clock), contact: subject.contact },
      fallback: { transport: other.transport(clock), contact: other.contact },
      hanging: () => subject.hanging() + other.hanging(),
    };
  });
  nowMs = () => rig.clock.wallMs();
  try {
    await rig.start();
    await fault.befall(subject.standin);
    await rig.alert();
    await rig.pass(WATCHED_MS);
    const [first] = await rig.messages();
    const fallbackMs = rig.calledAtMs.get(other.channel) ?? null;
    const got = subject.got();
    const result = {
      way,
      fault: fault.name,
      got,
      repeats: Math.max(0, got - 1) + Math.max(0, other.got() - 1),
      lost: got + other.got() === 0,
      fallbackMs,
      status: first?.status ?? 'none',
      expected: fault.expected,
    };
    return { ...result, wrong: wrongOf(result) };
  } finally {
    await rig.close();
    await subject.close();
    await other.close();
  }
}

function wrongOf({ got, repeats, lost, fallbackMs, expected }: Omit<RowResult, 'wrong'>): string[] {
  const wrong: string[] = [];
  if (repeats > 0) wrong.push(`${repeats} repeats`);
  if (lost) wrong.push('lost');
  if (expected.arrives !== got > 0) wrong.push(expected.arrives ? 'never arrived' : 'arrived');
  const latestMs = expected.fallbackMs ?? Infinity;
  const isEarly = fallbackMs !== null && fallbackMs < NEXT_STEP_MS;
  if (expected.fallbackMs === null && isEarly) wrong.push(`the next way after ${fallbackMs} ms already`);
  if (expected.fallbackMs !== null && (fallbackMs ?? Infinity) > latestMs)
    wrong.push(`the next way after ${fallbackMs ?? 'no'} ms only`);
  return wrong;
}
