/** One provider's HTTP API as the configuration describes it. Types only. */
import type { Channel } from '../../events/types.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Texts in it may hold placeholders; they are escaped for where they stand. */
export interface HttpTemplate {
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  headers: Readonly<Record<string, string>>;
  body:
    | { kind: 'json'; json: Json }
    | { kind: 'form'; form: Readonly<Record<string, string>> }
    | { kind: 'text'; text: string }
    | null;
  /** The header that carries the message's id: the provider takes each id once. Null: it doesn't know of such. */
  idempotencyHeader: string | null;
  /** `id`: a JSON pointer to the provider's own id; null: its answers have none. */
  accepted: { status: readonly number[]; id: string | null };
  /** For good. */
  refused: { status: readonly number[] };
  settle: SettleTemplate | null;
  /** A URL whose GET answers 2xx when the account is right; null: only the connection is tried. */
  check: string | null;
}

/** A GET that finds a message by what it was sent with. */
export interface SettleTemplate {
  url: string;
  /** With one of these and something at the pointer, the provider has the message; with nothing there it hasn't. */
  found: { status: readonly number[]; id: string };
  /** The provider says that it hasn't the message. */
  absent: { status: readonly number[] };
  /** How long after a call its answer may still lag. */
  afterSeconds: number;
}

export interface HttpProvider extends HttpTemplate {
  name: string;
  channel: Channel;
}
