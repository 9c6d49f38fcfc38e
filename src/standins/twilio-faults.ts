/** What goes wrong at the stand-in: with one request, with all to one number, or with whatever a test decides. */

/** What a request is about. */
export type TwilioRequestKind = 'send' | 'list' | 'fetch' | 'account' | 'call' | 'calls' | 'call-fetch';

export interface TwilioRequest {
  kind: TwilioRequestKind;
  params: URLSearchParams;
}

/** What goes wrong with one request. `accept`: what it was to create is taken all the same. */
export type TwilioFault =
  | {
      kind: 'error';
      status: number;
      code: number;
      message?: string;
      retryAfterSeconds?: number;
      accept?: boolean;
    }
  | { kind: 'reset'; accept: boolean }
  | { kind: 'hang'; accept: boolean }
  /** A bare HTTP status with no error document, as a gateway answers. */
  | { kind: 'status'; status: number; accept: boolean }
  /** A success that isn't JSON. */
  | { kind: 'garbage'; accept: boolean }
  | { kind: 'slow'; delayMs: number };

/** Too many requests, in Twilio's words. */
export const throttled = (retryAfterSeconds: number): TwilioFault => ({
  kind: 'error',
  status: 429,
  code: 20429,
  message: 'Too Many Requests',
  retryAfterSeconds,
});

export class TwilioFaults {
  /** Decides for whatever neither `next` nor `forNumber` does. */
  otherwise: (request: TwilioRequest) => TwilioFault | null = () => null;
  readonly #next: { kind: TwilioRequestKind; fault: TwilioFault }[] = [];
  readonly #numbers = new Map<string, TwilioFault>();

  /** The next requests of that kind, so many, each meet the fault; several wait in order. */
  next(fault: TwilioFault, kind: TwilioRequestKind, times: number): void {
    for (let left = times; left > 0; left -= 1) this.#next.push({ kind, fault });
  }

  /** Whatever is to go to that number meets the fault, until it is null. */
  forNumber(number: string, fault: TwilioFault | null): void {
    if (fault === null) this.#numbers.delete(number);
    else this.#numbers.set(number, fault);
  }

  /** The fault of this request, used up; null: all goes well. */
  take(request: TwilioRequest, creates: boolean): TwilioFault | null {
    const index = this.#next.findIndex((waiting) => waiting.kind === request.kind);
    if (index !== -1) return this.#next.splice(index, 1)[0]?.fault ?? null;
    const ofNumber = creates ? this.#numbers.get(request.params.get('To') ?? '') : undefined;
    return ofNumber ?? this.otherwise(request);
  }
}
