/**
 * What changes in a store's pieces on their way out of a backup: after it was made, numbers and codes went on being handed
 * out, and texts with them lie on people's phones. None of them is handed out again (rules 4, 5 and 17). Pure.
 */
import { codeLater } from '../notifications/codes.ts';
import type { Piece } from '../store/moving.ts';

const HOUR_MS = 3_600_000;

/** Each contact gets at most one message a minute and four at once; a person has few. */
const CODES_AN_HOUR = 300;
const NUMBERS_AN_HOUR = 500;
/** Beyond any sane age of a backup; the ranges that lone hosts use begin at 900,000. */
const MOST_PASSED_OVER = 100_000;
/** All seqs of a life (store/cassandra/numbers.ts): the next life begins behind any that came after the backup. */
const SEQS_OF_A_LIFE = 2 ** 32;

const passedOver = (anHour: number, elapsedMs: number): number =>
  Math.min((Math.max(0, Math.floor(elapsedMs / HOUR_MS)) + 2) * anHour, MOST_PASSED_OVER);

interface Responder {
  domain?: { nextCode?: number };
}

/** `elapsedMs`: since the backup was begun. */
export function afterBackup(piece: Piece, elapsedMs: number): Piece {
  switch (piece.kind) {
    case 'numbers':
      return { ...piece, next: piece.next + passedOver(NUMBERS_AN_HOUR, elapsedMs) };
    case 'host':
      return { ...piece, lastSeq: piece.lastSeq + SEQS_OF_A_LIFE };
    case 'aggregate': {
      if (!piece.key.startsWith('r:')) return piece;
      const state = JSON.parse(piece.state) as Responder | null;
      const code = state?.domain?.nextCode;
      if (state?.domain === undefined || code === undefined) return piece;
      const nextCode = codeLater(code, passedOver(CODES_AN_HOUR, elapsedMs));
      return { ...piece, state: JSON.stringify({ ...state, domain: { ...state.domain, nextCode } }) };
    }
    default:
      return piece;
  }
}
