/** One Twilio account through the real library, loaded at first use, over our own wire. The library never retries here. */
import type twilioLibrary from 'twilio';
import type { Clock } from '../../engine/ports.ts';
import { Wire, type WireCall, type WireReply } from '../wire.ts';

export interface AccountOptions {
  accountSid: string;
  /** Read anew for each call, so that a changed file counts. May throw. */
  authToken: () => string;
  /** `https://api.twilio.com`, or whatever stands in for it. */
  baseUrl: string;
  clock: Clock;
}

export type TwilioClient = ReturnType<typeof twilioLibrary>;
type Library = typeof twilioLibrary;

/** What the wire saw of a call, also when the library then threw. */
export interface Seen {
  reply: WireReply | null;
}

export class TwilioAccount {
  readonly #options: AccountOptions;
  readonly #wire: Wire;

  /** Throws when the base URL is none. */
  constructor(options: AccountOptions) {
    this.#options = options;
    this.#wire = new Wire(options.baseUrl, options.clock);
  }

  get host(): string {
    return this.#wire.host;
  }

  /**
   * Runs `use` with a client whose every request has this call's deadline. Rejects with the wire's errors, the
   * library's (look at `seen.reply` for what came), or the token's.
   */
  async run<T>(call: WireCall, seen: Seen, use: (client: TwilioClient) => Promise<T>): Promise<T> {
    const { default: library } = await import('twilio');
    const token = this.#options.authToken();
    const httpClient = wiredClient(library, this.#wire, call, seen);
    return use(library(this.#options.accountSid, token, { httpClient, autoRetry: false, maxRetries: 0 }));
  }

  close(): void {
    this.#wire.close();
  }
}

/** The library's HTTP client, replaced: its own goes through axios, which knows nothing of claims. */
function wiredClient(
  library: Library,
  wire: Wire,
  call: WireCall,
  seen: Seen,
): InstanceType<Library['RequestClient']> {
  class WiredClient extends library.RequestClient {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is the library's
    override async request<TData>(
      asked: Parameters<InstanceType<Library['RequestClient']>['request']>[0],
    ): Promise<{ statusCode: number; body: TData; headers: WireReply['headers'] }> {
      seen.reply = null;
      // Only path and query of the library's own idea of the host count: the base URL decides where it goes.
      const url = new URL(asked.uri);
      for (const [name, value] of pairs(asked.params)) url.searchParams.append(name, value);
      const basic = Buffer.from(`${asked.username ?? ''}:${asked.password ?? ''}`).toString('base64');
      const reply = await wire.exchange(
        {
          method: asked.method.toUpperCase(),
          path: url.pathname + url.search,
          headers: { ...stringValues(asked.headers), Authorization: `Basic ${basic}` },
          body: asked.data === undefined ? null : new URLSearchParams(pairs(asked.data)).toString(),
        },
        call,
      );
      seen.reply = reply;
      // The library parses text itself.
      return { statusCode: reply.status, body: reply.body as unknown as TData, headers: reply.headers };
    }
  }
  return new WiredClient();
}

function pairs(values: unknown): [string, string][] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value])
      .filter((one) => one !== undefined)
      .map((one): [string, string] => [name, typeof one === 'string' ? one : JSON.stringify(one)]),
  );
}

function stringValues(headers: unknown): Record<string, string> {
  return Object.fromEntries(pairs(headers));
}
