/** One kind of thing that the stand-in's API has: messages, and whatever comes beside them. */
import type { TwilioRequestKind } from './twilio-faults.ts';
import type { Refusal } from './twilio-rules.ts';

/** One whole request. */
export interface Asked {
  kind: TwilioRequestKind;
  /** Below the account: `/Messages.json`. */
  path: string;
  params: URLSearchParams;
}

/** What was made by a request, and what happens in the world once its answer is out, or never comes. */
export interface Created {
  json: Record<string, unknown>;
  after: () => void;
}

export interface Resource {
  /** Kinds of requests that create something. */
  readonly creates: ReadonlySet<TwilioRequestKind>;
  /** Which request this is; null: none of this resource. `path`: see Asked. */
  kindOf(method: string, path: string): TwilioRequestKind | null;
  /** Why a request is refused; null: it isn't. */
  refuse(asked: Asked): Refusal | null;
  /** Takes what a request creates. */
  create(params: URLSearchParams): Created;
  /** What a request that creates nothing is answered. */
  read(asked: Asked): Record<string, unknown>;
}
