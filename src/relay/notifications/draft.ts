/** A step under way: the state being written and the effects it gathers. Lives within one call of `step`. */
import type { Effects } from '../engine/effects.ts';
import type { Message, ResponderContext, ResponderState } from './types.ts';
import { codeAfter } from './codes.ts';
import {
  MESSAGE,
  PACK_TOLD,
  TOLD,
  messageKey,
  packName,
  packTold,
  toldKey,
  type MessageEvent,
  type MessageRow,
} from './rows.ts';

export interface Draft {
  state: ResponderState;
  readonly context: ResponderContext;
  readonly effects: Effects;
  reasons: string[];
}

export function draft(state: ResponderState, context: ResponderContext): Draft {
  return {
    // Members are replaced, never written into: what was committed stays as it was.
    state: { ...state, tells: [...state.tells], messages: [...state.messages], cancels: [...state.cancels] },
    context,
    effects: { handovers: [], setTimers: [], cancelTimers: [], rows: [], incidents: [] },
    reasons: [],
  };
}

/** The next message's code, which no message under way has (rule 5). */
export function takeCode(d: Draft): number {
  const taken = new Set(d.state.messages.map((one) => one.row.code));
  let code = d.state.nextCode;
  while (taken.has(code)) code = codeAfter(code);
  d.state.nextCode = codeAfter(code);
  return code;
}

/** What this engine sends is marked while it has no quorum (rule 13). */
export const degradedMark = (d: Draft): { degraded?: true } =>
  d.context.degraded === null ? {} : { degraded: true };

export const timerOf = (code: number): string => `m${code}`;

const LOG_LINES = 20;

/** The row with one more line of what happened to it. */
export function logged(row: MessageRow, atMs: number, kind: MessageEvent, text: string): MessageRow {
  return { ...row, log: [...row.log, { atMs, kind, text }].slice(-LOG_LINES) };
}

/** Replaces a message under way and writes its row. */
export function putMessage(d: Draft, message: Message): void {
  const rest = d.state.messages.filter((one) => one.row.code !== message.row.code);
  d.state.messages = [...rest, message].sort((a, b) => a.row.code - b.row.code);
  writeRow(d, message.row);
}

/** The message is over: it leaves the state, its row stays. */
export function endMessage(d: Draft, row: MessageRow): void {
  d.state.messages = d.state.messages.filter((one) => one.row.code !== row.code);
  d.effects.cancelTimers.push(timerOf(row.code));
  writeRow(d, row);
}

/** Writes a message's row as it now is. Once the message is over, it and its index are kept for the retention (rule 14). */
export function writeRow(d: Draft, row: MessageRow): void {
  const underWay = d.state.messages.some((one) => one.row.code === row.code);
  const ended = underWay ? {} : { endedAtMs: d.context.nowMs };
  d.effects.rows.push({ kind: MESSAGE, key: messageKey(row.code), body: row, ...ended });
  if (!underWay) writeTold(d, row, ended);
}

/** The index by which an incident finds its messages. */
export function writeTold(
  d: Draft,
  row: Pick<MessageRow, 'code' | 'members' | 'packs'>,
  ended: { endedAtMs?: number },
): void {
  for (const pack of row.packs ?? [])
    d.effects.rows.push({ kind: PACK_TOLD, key: packTold(packName(pack), row.code), body: null, ...ended });
  for (const member of row.members) {
    d.effects.rows.push({ kind: TOLD, key: toldKey(member.number, row.code), body: null, ...ended });
  }
}
