/** How long a claim counts, and when its provider can tell what became of it (rule 6). */

/** The call starts within this of its claim, or not at all. */
export const CALL_WITHIN_MS = 2_000;
/** The call is abandoned after this. */
export const SEND_DEADLINE_MS = 8_000;

/** A claim is settled only once it has expired, plus what the provider's list may lag (rule 6). */
export function expiryMs(settleMs: number): number {
  return CALL_WITHIN_MS + SEND_DEADLINE_MS + settleMs;
}
