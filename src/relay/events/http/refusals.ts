/** Errors from accept and from fastify as HTTP answers that say what to do. */
import { StoreFullError, StoreUnavailableError } from '../../store/port.ts';
import { ClosingError } from '../accept.ts';

export interface Refusal {
  code: number;
  message: string;
  /** Seconds for Retry-After; null when trying again is no use. */
  retryAfter: number | null;
  /** Ours rather than the sender's: worth a log line. */
  ours: boolean;
}

/** More requests at once than are taken; nothing of this one was read. */
export class ThrottledError extends Error {
  override name = 'ThrottledError';
  /** Seconds after which to try again. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('too many requests at once; try again');
    this.retryAfter = retryAfter;
  }
}

/** What to answer for an error thrown on the way of a request. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof ThrottledError)
    return { code: 429, message: error.message, retryAfter: error.retryAfter, ours: false };
  if (error instanceof ClosingError)
    return {
      code: 503,
      message: 'relay is shutting down; try again in a moment',
      retryAfter: 1,
      ours: false,
    };
  if (error instanceof StoreFullError)
    return {
      code: 503,
      message: 'no space left to keep events; nothing was accepted, try again later',
      retryAfter: 5,
      ours: true,
    };
  if (error instanceof StoreUnavailableError)
    return {
      code: 503,
      message: 'the store is not available; nothing was accepted, try again later',
      retryAfter: 2,
      ours: true,
    };
  const status = statusOf(error);
  if (status === 413)
    return { code: 413, message: 'the request body is larger than 512 KB', retryAfter: null, ours: false };
  if (status >= 400 && status < 500)
    return {
      code: status,
      message: error instanceof Error ? error.message : 'bad request',
      retryAfter: null,
      ours: false,
    };
  return {
    code: 500,
    message: 'internal error; nothing was accepted, try again',
    retryAfter: null,
    ours: true,
  };
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
