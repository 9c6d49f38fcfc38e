/** What Twilio says of a text it took, as a receipt. By webhook and by asking, it says the same. Pure. */
import type { Receipt } from '../../events/types.ts';
import { cureOf, meaningOf } from './codes.ts';

/** What Twilio calls a text by. */
export const MESSAGE_SID = /^[SM]M[0-9a-f]{32}$/;

export interface Told {
  sid: string;
  /** Twilio's own word, e.g. `undelivered`. */
  status: string;
  /** Null while nothing is wrong, or when Twilio doesn't say what. */
  errorCode: number | null;
  /** Twilio's words for it; mostly it has none. */
  errorMessage: string | null;
}

/** `queued`, `sending` and the like say nothing yet, and a word we don't know nothing we could act on. */
const MEANING: Readonly<Record<string, Receipt['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** The receipt in it; null while there is nothing to say. */
export function smsReceipt(told: Told): Receipt | null {
  const status = Object.hasOwn(MEANING, told.status) ? MEANING[told.status] : undefined;
  if (status === undefined) return null;
  if (status !== 'failed') return { status, providerId: told.sid };
  return { status, providerId: told.sid, ...whyFailed(told) };
}

/** Why a message or a call failed: the code first, then words, and what can be done. */
export function whyFailed({
  status,
  errorCode,
  errorMessage,
}: Omit<Told, 'sid'>): Pick<Receipt, 'error' | 'cure' | 'optedOut'> {
  if (errorCode === null) return { error: errorMessage ?? `${status}; Twilio does not say why` };
  const meaning = meaningOf(errorCode);
  return {
    error: `${errorCode} ${meaning?.words ?? errorMessage ?? status}`,
    cure: cureOf(errorCode),
    ...(meaning?.optedOut === true ? { optedOut: true } : {}),
  };
}
