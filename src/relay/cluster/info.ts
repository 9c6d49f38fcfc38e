/** Reads what a host said of itself: JSON that another version may have written, so nothing in it is taken for granted. */
import type { HostInfo } from './facts.ts';
import type { SpoolJson } from './wire.ts';

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null ? (value as Fields) : null;
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const MODES = ['together', 'alone', 'draining'] as const;

/** What is known of a host by its own words; `nowMs` turns times into ages. Null for no words at all. */
export function infoOf(said: unknown, nowMs: number): HostInfo | null {
  const info = fieldsOf(said);
  if (info === null) return null;
  return {
    version: text(info['version']),
    life: text(info['life']),
    since: text(info['since']),
    mode: MODES.find((mode) => mode === info['mode']) ?? null,
    clock: clockOf(info),
    spool: spoolOf(fieldsOf(info['spool']), nowMs),
    rosterVersion: number(info['rosterVersion']),
    rosterKept: info['rosterKept'] === true,
    canaryAgeSeconds: canaryOf(info),
    ...(info['leaving'] === true && info['left'] !== true ? { leaving: true } : {}),
  };
}

function clockOf(info: Fields): HostInfo['clock'] {
  const offMs = number(info['offMs']);
  if (offMs === null) return null;
  const readings = Array.isArray(info['clocks']) ? info['clocks'] : [];
  const errorsMs = readings.flatMap((reading) => number(fieldsOf(reading)?.['errorMs']) ?? []);
  return { offMs, exactMs: middleOf(errorsMs), trusted: info['trusted'] !== false };
}

function middleOf(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

function spoolOf(spool: Fields | null, nowMs: number): SpoolJson | null {
  if (spool === null) return null;
  const oldestMs = number(spool['oldestMs']);
  return {
    waiting: number(spool['waiting']) ?? 0,
    oneDisk: number(spool['oneDisk']) ?? 0,
    own: number(spool['own']) ?? 0,
    copies: number(spool['copies']) ?? 0,
    oldestSeconds: oldestMs === null ? null : Math.max(0, (nowMs - oldestMs) / 1_000),
    full: spool['full'] === true,
  };
}

/** `canary: { ageMs }`, as it was when the host said so. */
function canaryOf(info: Fields): number | null {
  const ageMs = number(fieldsOf(info['canary'])?.['ageMs']);
  return ageMs === null ? null : Math.max(0, ageMs / 1_000);
}
