/** What the HTTP intake may be asked to bear. */
export interface HttpLimits {
  /** The largest request body, in bytes; larger is answered 413 before it is read. */
  bodyBytes: number;
  /** Requests at once, from the first header to the answer; more are answered 429. */
  maxInFlight: number;
  /** Requests at once whose body is (or may be, when no length is given) beyond `smallBytes`; more are answered 429. */
  maxLarge: number;
  smallBytes: number;
  /** What Retry-After says, in seconds. */
  retryAfterSeconds: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 512 * 1024,
  maxInFlight: 2_000,
  maxLarge: 64,
  smallBytes: 64 * 1024,
  retryAfterSeconds: 1,
};
