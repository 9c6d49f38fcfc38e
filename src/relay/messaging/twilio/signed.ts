/** Twilio's calls to us: each is signed over the public URL and every parameter, known to us or not. */
import type { Log } from '../../engine/ports.ts';

export interface WebhookRequest {
  /** Path and query as requested, e.g. `/twilio/sms`. */
  url: string;
  /** The body as it came: the signature covers every parameter, known to us or not. */
  rawParams: string;
  /** The X-Twilio-Signature header. */
  signature: string | undefined;
}

export interface WebhookAnswer {
  status: number;
  contentType: 'text/xml' | 'text/plain';
  body: string;
}

/** What signatures are checked with. */
export interface SignedParts {
  accountSid: string;
  /** Read anew for each call; may throw. */
  authToken: () => string;
  /** While the token is being changed, Twilio may sign with either. */
  secondaryToken: () => string | null;
  /** What Twilio was told to call, without the path; null: there is no webhook. */
  publicUrl: string | null;
  log: Log;
}

/** Parameters by name; one that was given more than once is a list. */
export type WebhookParams = Record<string, string | string[]>;

/**
 * Reads a webhook's parameters once its signature holds, with this account's sid; else the answer that refuses it.
 * Never rejects.
 */
export async function signedParams(
  parts: SignedParts,
  request: WebhookRequest,
): Promise<{ params: WebhookParams } | { refused: WebhookAnswer }> {
  const { publicUrl, log } = parts;
  if (publicUrl === null) {
    return { refused: plain(404, 'http.publicUrl is not set: Relay asks Twilio by itself') };
  }
  const params = paramsOf(request.rawParams);
  if (!(await isSigned(parts, publicUrl, request, params))) {
    log.warn({ url: pathOf(request.url) }, 'a webhook call without a valid Twilio signature was refused');
    return {
      refused: plain(403, 'The signature does not match: check http.publicUrl and the Twilio token'),
    };
  }
  if (one(params['AccountSid']) !== parts.accountSid) {
    return { refused: plain(400, 'AccountSid is not that of the account configured here') };
  }
  return { params };
}

async function isSigned(
  parts: SignedParts,
  publicUrl: string,
  request: WebhookRequest,
  params: WebhookParams,
): Promise<boolean> {
  if (request.signature === undefined || request.signature === '') return false;
  const { signature } = request;
  const { default: library } = await import('twilio');
  const url = publicUrl.replace(/\/$/, '') + pathOf(request.url);
  try {
    return [parts.authToken(), parts.secondaryToken()].some(
      (token) => token !== null && token !== '' && library.validateRequest(token, signature, url, params),
    );
  } catch (error) {
    parts.log.error({ error: wordsOf(error) }, 'a webhook signature could not be checked');
    return false;
  }
}

function paramsOf(raw: string): WebhookParams {
  const read = new URLSearchParams(raw);
  // No prototype: a parameter may have any name.
  const params = Object.create(null) as WebhookParams;
  for (const name of new Set(read.keys())) {
    const values = read.getAll(name);
    params[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return params;
}

/** A parameter's value; empty when it is missing, or given more than once. */
export const one = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '');

/** An answer for whoever reads Twilio's debugger. */
export const plain = (status: number, body: string): WebhookAnswer => ({
  status,
  contentType: 'text/plain',
  body,
});

/** An error in words. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]*/i, '');
