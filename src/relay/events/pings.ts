/** Pings of heartbeats, whichever way they come: whose key it is, and what becomes of it in the journal. */
import type { Heartbeat } from '../oncall/heartbeat.ts';
import type { Roster } from '../oncall/types.ts';
import type { NewInput } from './accept.ts';
import { hashKey, keyFits, ROUTING_KEY } from './keys.ts';
import type { Ping, PingKind } from './types.ts';

/** Of what a job printed, as much is kept as it came: its end. */
export const KEPT_BYTES = 100 * 1024;
/** As much of that is told. */
const OUTPUT_CHARS = 4_000;

/** Finds a ping key's heartbeat: one map look-up, the map made anew with each version of the roster. */
export class PingKeys {
  readonly #roster: () => Roster;
  #of: Roster | null = null;
  #heartbeats = new Map<string, Heartbeat>();

  constructor(roster: () => Roster) {
    this.#roster = roster;
  }

  /** Null when the key is malformed or nobody's. */
  heartbeat(key: string): Heartbeat | null {
    if (!ROUTING_KEY.test(key)) return null;
    const roster = this.#roster();
    if (roster !== this.#of) {
      this.#heartbeats = new Map(
        (roster.heartbeats ?? []).flatMap((one) =>
          one.keyHashes.map((live): [string, Heartbeat] => [live.toLowerCase(), one]),
        ),
      );
      this.#of = roster;
    }
    return this.#heartbeats.get(hashKey(key)) ?? null;
  }
}

/** What a ping says besides whose it is. */
export interface Pinged {
  what: PingKind;
  by: string;
  exitCode?: number;
  signal?: string;
  durationMs?: number;
  /** What the job printed, at least its end. */
  body?: Uint8Array;
  /** See NewInput. */
  stableId?: string;
}

/** `nowMs`: the steady time of this host; absent: it counts from when it is taken. */
export function pingInput(heartbeat: string, pinged: Pinged, nowMs?: number): NewInput {
  const { body, stableId, ...said } = pinged;
  const kept = body?.subarray(-KEPT_BYTES);
  const output = kept === undefined ? '' : outputOf(kept);
  const ping: Ping = {
    ...said,
    ...(nowMs === undefined ? {} : { heardMs: Math.round(nowMs) }),
    ...(output === '' ? {} : { output }),
  };
  return {
    input: { kind: 'ping', heartbeat, ...ping },
    raw: kept === undefined || kept.length === 0 ? null : kept,
    ...(stableId === undefined ? {} : { stableId }),
  };
}

/** The end of it as text: no control characters but line ends and tabs. */
export function outputOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(-4 * OUTPUT_CHARS)).replace(/\r\n?/g, '\n');
  const clean = [...text].filter((one) => one === '\n' || one === '\t' || !/\p{Cc}/u.test(one)).join('');
  return clean.trim().slice(-OUTPUT_CHARS).toWellFormed();
}

/** `start`, `fail`, `log`, `success`, or an exit code; null: nothing that is known. */
export function readWhat(text: string): Pick<Pinged, 'what' | 'exitCode'> | null {
  if (text === '' || text === 'success') return { what: 'success' };
  if (text === 'start' || text === 'fail' || text === 'log') return { what: text };
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return null;
  const exitCode = Number(text);
  return { what: exitCode === 0 ? 'success' : 'fail', exitCode };
}

/** The heartbeat whose live key this is; null: nobody's. For single look-ups; see PingKeys. */
export function heartbeatOfKey(roster: Roster, key: string): Heartbeat | null {
  return (roster.heartbeats ?? []).find((one) => keyFits(one, key)) ?? null;
}

/** A mail's address that pings: `ping-KEY`, and what is said with it: `ping-KEY+fail`. */
export function readPingAddress(local: string): { key: string; tag: string | null } | null {
  const [, key, tag] = /^ping-([0-9a-f]{32})(?:\+(.*))?$/i.exec(local) ?? [];
  return key === undefined
    ? null
    : { key: key.toLowerCase(), tag: tag === undefined || tag === '' ? null : tag };
}

/** What a mail says of a job: by the address, else a subject that speaks of failure is one. */
export function whatOfMail(tag: string | null, subject: string): Pick<Pinged, 'what' | 'exitCode'> {
  const said = tag === null ? null : readWhat(tag.toLowerCase());
  return said ?? { what: /\b(?:fail(?:ed|ure|ures|s)?|errors?)\b/i.test(subject) ? 'fail' : 'success' };
}
