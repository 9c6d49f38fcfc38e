/**
 * Requests of AWS SNS before they are read: is the signature right, and is a subscription to be confirmed?
 *
 * The key in the URL proves who may send, so a signature that can't be checked (no way to AWS, a message delivered raw)
 * loses no alert: it is taken, and the timeline says so. A wrong one is refused. A subscription is confirmed only when
 * its signature is right; until that worked SNS is told to come again.
 */
import type { Log } from '../../../engine/ports.ts';
import { fieldsOf, parseJson, textOf } from '../body.ts';
import { Certificates } from './certificates.ts';
import type { FetchPage, PageBounds } from './fetch-page.ts';
import { awsUrl, certificateUrl, hashOf, isSigned, snsMessage, type SnsMessage } from './message.ts';

/** `note`: what the reason of its events says besides. */
export type Passed =
  | { pass: true; note: string | null }
  | { pass: false; code: 403 | 503; message: string; retryAfterSeconds?: number };

const CONFIRM: PageBounds = { timeoutMs: 5_000, maxBytes: 64 * 1024 };
const RETRY_SECONDS = 20;
const RAW = 'delivered raw by SNS: there is no signature to check';

export interface SnsGateParts {
  fetchPage: FetchPage;
  /** Of a clock that never goes back. */
  nowMs: () => number;
  log: Log;
}

export class SnsGate {
  readonly #parts: SnsGateParts;
  readonly #certificates: Certificates;

  constructor(parts: SnsGateParts) {
    this.#parts = parts;
    this.#certificates = new Certificates(parts.fetchPage, parts.nowMs);
  }

  /** `isRaw`: its header says so. What isn't of SNS passes. */
  async look(raw: Uint8Array, isRaw: boolean): Promise<Passed> {
    if (isRaw) return { pass: true, note: RAW };
    const message = messageIn(raw);
    if (message === null) return { pass: true, note: null };
    const verdict = await this.#judge(message);
    if (verdict === 'wrong') {
      this.#parts.log.error({ topic: message.topic }, 'SNS message refused: its signature is wrong');
      return { pass: false, code: 403, message: 'the signature of this SNS message is wrong' };
    }
    if (message.type === 'SubscriptionConfirmation') return this.#confirm(message, verdict);
    return {
      pass: true,
      note: verdict === 'right' ? null : `its SNS signature could not be checked: ${verdict.unchecked}`,
    };
  }

  async #judge(message: SnsMessage): Promise<'right' | 'wrong' | { unchecked: string }> {
    const url = certificateUrl(message);
    const hash = hashOf(message);
    if (hash === null) return { unchecked: 'it carries no signature of a version that relay knows' };
    if (url === null) return { unchecked: 'its certificate lies outside sns.REGION.amazonaws.com' };
    try {
      return isSigned(message, hash, await this.#certificates.get(url)) ? 'right' : 'wrong';
    } catch (error) {
      return { unchecked: `its certificate is not to be had (${wordsOf(error)})` };
    }
  }

  async #confirm(message: SnsMessage, verdict: 'right' | { unchecked: string }): Promise<Passed> {
    const url = awsUrl(message.fields['SubscribeURL']);
    const why =
      verdict !== 'right'
        ? verdict.unchecked
        : url === null
          ? 'its SubscribeURL lies outside sns.REGION.amazonaws.com'
          : await this.#visit(url);
    if (why === null) {
      this.#parts.log.info({ topic: message.topic }, 'SNS subscription confirmed');
      return { pass: true, note: 'relay confirmed it' };
    }
    this.#parts.log.error(
      { topic: message.topic, error: why },
      'SNS subscription not confirmed; SNS will ask again, or open the SubscribeURL yourself',
    );
    return {
      pass: false,
      code: 503,
      message: `the subscription could not be confirmed: ${why}`,
      retryAfterSeconds: RETRY_SECONDS,
    };
  }

  /** Null when AWS took it. */
  async #visit(url: URL): Promise<string | null> {
    try {
      await this.#parts.fetchPage(url, CONFIRM);
      return null;
    } catch (error) {
      return `its SubscribeURL could not be fetched (${wordsOf(error)})`;
    }
  }
}

/** Looked for before it is parsed: few requests are of SNS. */
function messageIn(raw: Uint8Array): SnsMessage | null {
  if (!Buffer.from(raw.buffer, raw.byteOffset, raw.length).includes('"TopicArn"')) return null;
  const fields = fieldsOf(parseJson(textOf(raw))?.value);
  return fields === null ? null : snsMessage(fields);
}

/** The cause says more than "fetch failed"; the address with its token stays out of it. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause instanceof Error ? cause.message : String(cause)}`
    .replaceAll(/https?:\/\/\S+/gu, 'its address')
    .slice(0, 200);
}
