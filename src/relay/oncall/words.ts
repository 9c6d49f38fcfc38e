/** Why somebody is on call, in words that stand in an incident's timeline and behind `relay oncall`. Pure. */
import type { Absent, Span, Turn } from './rotations/answers.ts';
import { showTime } from './times.ts';
import type { Override } from './types.ts';

/** From which instant, and on whose clock, times in words are read. */
export interface Reader {
  atMs: number;
  zone: string;
  /** When they are read, where that is another time than the one they are about. */
  nowMs?: number;
}

/** `override by ben until Sat 18:00 CET, over cleo's made Fri 10:00 CET: at the dentist`. */
export function overrideWords(override: Override, over: Override | null, reader: Reader): string {
  const kind =
    override.instead === undefined
      ? `override by ${override.by}`
      : `swap by ${override.by}: ${override.person} for ${override.instead}`;
  const earlier =
    over === null
      ? ''
      : `, over ${over.by}'s made ${showTime(over.madeAtMs, reader.nowMs ?? reader.atMs, reader.zone)}`;
  const why = override.why === undefined ? '' : ` (${override.why})`;
  return `${kind}${endWords(override.untilMs, reader)}${earlier}${why}`;
}

/**
 * `rotation ops, week of ana until Mon 09:00 CET`, `rotation ops has nobody until Mon 09:00 CET`; `untilMs` is when the
 * person really stops, null when no end is known.
 */
export function rotationWords(rotation: string, span: Span, untilMs: number | null, reader: Reader): string {
  const { because } = span;
  switch (because.kind) {
    case 'shift':
      return `rotation ${rotation}, ${turnWords(because.turn, span.person ?? '', untilMs)}${endWords(untilMs, reader)}`;
    case 'absence':
      return `rotation ${rotation}, ${span.person} for ${absentWords(because.absent)}${endWords(untilMs, reader)}`;
    case 'override':
    case 'swap':
      return `rotation ${rotation}, ${overrideWords(because.override, because.over, reader)}`;
    case 'gap': {
      if (because.broken !== null) return `rotation ${rotation} can't be read: ${because.broken}`;
      const away = because.absent.length === 0 ? '' : ` instead of ${absentWords(because.absent)}`;
      return `rotation ${rotation} has nobody${away}${endWords(untilMs, reader)}`;
    }
  }
}

function turnWords({ shift }: Turn, person: string, untilMs: number | null): string {
  if (untilMs === null) return person;
  if (shift.every !== 1 || shift.unit === 'hours') return `shift of ${person}`;
  return `${shift.unit.slice(0, -1)} of ${person}`;
}

/** `ana (absent: holiday), dora (no longer in the roster)`. */
const absentWords = (absent: Absent[]): string =>
  absent
    .map(({ person, why }) => `${person} (${why === null ? 'no longer in the roster' : `absent: ${why}`})`)
    .join(', ');

const endWords = (untilMs: number | null, { atMs, nowMs = atMs, zone }: Reader): string =>
  untilMs === null ? ' without an end' : ` until ${showTime(untilMs, nowMs, zone)}`;
