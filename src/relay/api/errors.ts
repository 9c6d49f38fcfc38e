/** Every way a call can fail, as what goes over the wire: never a stack, always what to do next. */
import { RosterError } from '../oncall/book.ts';
import { ClosingError } from '../events/accept.ts';
import { StoreAwayError, StoreFullError, StoreUnavailableError } from '../store/port.ts';
import type { ErrorJson } from './wire.ts';

type Code = ErrorJson['error']['code'];

const STATUS: Record<Code, number> = { usage: 400, not_found: 404, conflict: 409, failed: 500, closing: 503 };

/** Thrown by a route to answer an error; `code` decides the HTTP status and the CLI's exit code. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: Code;
  readonly cure: string | undefined;
  readonly status: number;
  constructor(code: Code, message: string, cure?: string, status: number = STATUS[code]) {
    super(message);
    this.code = code;
    this.cure = cure;
    this.status = status;
  }
}

export const usage = (message: string, cure?: string): ApiError => new ApiError('usage', message, cure);
export const notFound = (message: string, cure?: string): ApiError =>
  new ApiError('not_found', message, cure);

/** For the seconds after nodes have died, in which a host doesn't know yet whether it has a quorum. */
const WHILE_AWAY =
  'Try again in ten seconds: by then enough nodes answer, or this host knows that there is no quorum and shows what it pages alone. Alerts are taken meanwhile. How it stands: relay status, relay cluster status.';

/** Reads any thrown value; null when it is none we know, which is a fault of ours: log it. */
export function asApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof RosterError) return new ApiError(error.code, error.message, error.cure);
  if (error instanceof ClosingError) return new ApiError('closing', error.message, 'Try again in a moment.');
  if (error instanceof StoreFullError) {
    return new ApiError(
      'failed',
      `The disk is full: ${error.message}`,
      'Free some space, then try again.',
      503,
    );
  }
  if (error instanceof StoreAwayError) return new ApiError('failed', error.message, WHILE_AWAY, 503);
  if (error instanceof StoreUnavailableError) return new ApiError('failed', error.message, undefined, 503);
  const status = httpStatus(error);
  if (status !== null && error instanceof Error)
    return new ApiError('usage', error.message, UNREAD[status], status);
  return null;
}

/** What to do about a request that couldn't be read, by its status. */
const UNREAD: Record<number, string> = {
  400: 'Send a JSON object, such as {"by": "ana"}.',
  415: 'Send JSON with the header content-type: application/json (curl: --json \'{"by": "ana"}\').',
};

/** The 4xx that the HTTP framework gave a request it couldn't read (bad JSON, too large, wrong type). */
function httpStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  const status = error.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

/** What goes over the wire for it. */
export function errorJson(error: ApiError): ErrorJson {
  const body: ErrorJson = { error: { code: error.code, message: error.message } };
  if (error.cure !== undefined) body.error.cure = error.cure;
  return body;
}
