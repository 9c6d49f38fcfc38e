/**
 * One call of the control API as an entry of a table: what it takes, what it answers, what it does. The server serves
 * the table and describes it to others, so that neither can have what the other hasn't.
 */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fields, wholeNumber } from '../fields.ts';
import { readGivens, type Givens, type ReadAs } from './given.ts';
import type { AnySchema, Schema } from './schema.ts';

/** A call that takes none of these. */
type None = Record<string, never>;

/** What one call says about itself. */
export interface Spec<Q extends Givens, B extends Givens, A> {
  /** The name of the operation, for programs: `addPolicy`. */
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** More, where one line isn't enough. */
  description?: string;
  query?: Q;
  /** Absent: it takes none. */
  body?: B;
  answer: Schema<A>;
  /** The form of the answer; absent: one JSON text. */
  media?: 'application/x-ndjson';
  bodyLimitBytes?: number;
}

type PathParams<P extends string> = (P extends `${string}:id${string}` ? { id: string } : unknown) &
  (P extends `${string}:number${string}` ? { number: number } : unknown);

/** What was read of a request. */
export type Call<P extends string, Q extends Givens, B extends Givens> = {
  query: ReadAs<Q>;
  body: ReadAs<B>;
  /** For what no field alone can tell: note it by `problem`, then `check`. */
  fields: Fields;
  request: FastifyRequest;
  reply: FastifyReply;
} & PathParams<P>;

/** An entry of the table. */
export interface Route {
  method: 'GET' | 'POST';
  /** With `:id` or `:number` where one thing is named. */
  path: string;
  name: string;
  summary: string;
  description?: string;
  query: Givens;
  body: Givens | null;
  answer: AnySchema;
  media: string;
  bodyLimitBytes?: number;
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}

/** What a call answers that has taken the connection for itself. */
export const HIJACKED: unique symbol = Symbol('the call has taken the connection for itself');

/** Lists are long: they may go out piece by piece. */
type Answered<A> = A | Promise<A | Readable> | Readable | typeof HIJACKED;

/** A call that changes nothing. */
export const get = <const P extends string, A, Q extends Givens = None>(
  path: P,
  spec: Omit<Spec<Q, None, A>, 'body'>,
  answer: (call: Call<P, Q, None>) => Answered<A>,
): Route => made('GET', path, spec, answer);

/** A call that changes something. */
export const post = <const P extends string, A, B extends Givens = None>(
  path: P,
  spec: Omit<Spec<None, B, A>, 'query'>,
  answer: (call: Call<P, None, B>) => Answered<A>,
): Route => made('POST', path, spec, answer);

function made<P extends string, Q extends Givens, B extends Givens, A>(
  method: Route['method'],
  path: P,
  spec: Spec<Q, B, A>,
  answer: (call: Call<P, Q, B>) => Answered<A>,
): Route {
  const { query = {} as Q, body, media = 'application/json', ...said } = spec;
  return {
    ...said,
    method,
    path,
    query,
    body: body ?? null,
    media,
    handle: (request, reply) => {
      const asked = new Fields(known(request.query, query), Object.keys(query));
      const readQuery = readGivens(query, asked);
      asked.check();
      const fields = new Fields(bodyOf(request.body, body), Object.keys(body ?? {}));
      const readBody = readGivens(body ?? ({} as B), fields);
      fields.check();
      const params = readParams(path, request.params);
      return answer({ query: readQuery, body: readBody, fields, request, reply, ...params } as Call<P, Q, B>);
    },
  };
}

/** Where nothing is needed, no body at all is fine too. */
function bodyOf(sent: unknown, body: Givens | undefined): unknown {
  if (sent !== undefined && sent !== null) return sent;
  const isNeeded = Object.values(body ?? {}).some((one) => one.isNeeded === true);
  return isNeeded ? sent : {};
}

/** Of a query only what the call knows: links may carry more. */
function known(query: unknown, givens: Givens): Record<string, unknown> {
  const all = (query ?? {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(givens, name)));
}

function readParams(path: string, params: unknown): { id?: string; number?: number } {
  const { id, number } = params as { id?: string; number?: string };
  return {
    ...(id === undefined ? {} : { id }),
    ...(path.includes(':number') ? { number: wholeNumber(number, 'number', 1) } : {}),
  };
}

/** Serves every entry. */
export function serve(app: FastifyInstance, routes: readonly Route[]): void {
  for (const { method, path, bodyLimitBytes, handle } of routes) {
    app.route({
      method,
      url: path,
      ...(bodyLimitBytes === undefined ? {} : { bodyLimit: bodyLimitBytes }),
      handler: async (request, reply) => {
        const answer = await handle(request, reply);
        return answer === HIJACKED ? reply : answer;
      },
    });
  }
}
