/** Why a request got no answer: fetch hides it behind "fetch failed". */

/** `ECONNREFUSED`, `no answer within 5 s`. Never the address, which may hold a key. */
export function fetchReason(error: unknown, waitMs: number): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return error.name === 'TimeoutError' ? `no answer within ${waitMs / 1_000} s` : (code ?? error.message);
}
