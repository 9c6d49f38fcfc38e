/** SMS through Twilio. Every answer is accepted, refused with a proof, in doubt, or late; nothing is tried twice here. */
import type { Clock } from '../../engine/ports.ts';
import type { Receipt } from '../../events/types.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../port.ts';
import { TwilioAccount, type Seen } from './account.ts';
import { smsReceipt } from './receipt.ts';
import { outcomeOf } from './refusals.ts';
import { LateError, NotSentError, UnansweredError } from './wire.ts';

export interface TwilioSmsOptions {
  accountSid: string;
  /** Read anew for each call; may throw. */
  authToken: () => string;
  /** The sender: E.164, or an alphanumeric one that can't be answered. */
  from: string;
  baseUrl: string;
  /** Where Twilio is to say what became of a message; null: it is asked instead. */
  statusUrl: ((messageId: string) => string) | null;
  clock: Clock;
  /** How long the list may lag; default 20 s. */
  settleMs?: number;
}

const SETTLE_MS = 20_000;
/** A page that Twilio couldn't pass on for so long would only wake somebody for an old matter. */
const VALIDITY_SECONDS = 30 * 60;
const READ_DEADLINE_MS = 10_000;
/** Their clock shows whole seconds. */
const CLOCK_GRACE_MS = 2_000;
/** The list is newest first; a page this much older than the claim ends the search. */
const SEARCH_BACK_MS = 24 * 3_600_000;
const PAGE_SIZE = 200;
/** What a trial account puts before each text. */
const TRIAL_PREFIX = 'Sent from your Twilio trial account - ';
const MESSAGE_SID = /^[SM]M[0-9a-f]{32}$/;

export function twilioSms(options: TwilioSmsOptions): Transport {
  const account = new TwilioAccount(options);
  return {
    channel: 'sms',
    name: 'twilio-sms',
    settleMs: options.settleMs ?? SETTLE_MS,
    send: (message, call) => send(account, options, message, call),
    settle: (message, claim) => settle(account, options.from, message, claim),
    receipt: (_message, providerId) => receipt(account, providerId),
    check: () => check(account, options.accountSid),
    close: () => {
      account.close();
      return Promise.resolve();
    },
  };
}

/** The text as it goes to a phone: line feeds stay, other control characters don't. Sending and settling agree on it. */
export const phoneText = (body: string): string =>
  body
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, '');

async function send(
  account: TwilioAccount,
  { from, statusUrl }: Pick<TwilioSmsOptions, 'from' | 'statusUrl'>,
  message: Outgoing,
  call: { deadlineMs: number; mayStart: () => boolean },
): Promise<SendOutcome> {
  const seen: Seen = { reply: null };
  try {
    const { sid, dateCreated } = await account.run(call, seen, (client) =>
      client.messages.create({
        to: message.to,
        from,
        body: phoneText(message.body),
        validityPeriod: VALIDITY_SECONDS,
        ...(statusUrl === null ? {} : { statusCallback: statusUrl(message.id) }),
      }),
    );
    if (typeof sid === 'string' && MESSAGE_SID.test(sid))
      return { kind: 'accepted', providerId: sid, ...acceptedAt(dateCreated) };
    return { kind: 'doubt', error: `HTTP ${seen.reply?.status ?? 0} without a message sid` };
  } catch (error) {
    if (error instanceof LateError) return { kind: 'late' };
    if (error instanceof UnansweredError) return { kind: 'doubt', error: error.message };
    if (error instanceof NotSentError) {
      return {
        kind: 'refused',
        permanent: false,
        code: error.code,
        error: error.message,
        cure: unreachable(account),
      };
    }
    if (seen.reply !== null) return outcomeOf(seen.reply);
    // Thrown before the wire: a sid or token that can't be one. No SMS will go until that is put right.
    return {
      kind: 'refused',
      permanent: true,
      account: true,
      code: 'configuration',
      error: text(error),
      cure: CONFIGURATION,
    };
  }
}

/** Rule 5: exact body, created after the claim, not adopted by another message; absent only after reading the whole list. */
async function settle(
  account: TwilioAccount,
  from: string,
  message: Outgoing,
  claim: { claimedAtMs: number; adopted: ReadonlySet<string> },
): Promise<SettleOutcome> {
  const body = phoneText(message.body);
  const sinceMs = Math.floor(claim.claimedAtMs / 1000) * 1000 - CLOCK_GRACE_MS;
  let earlier: string | null = null;
  try {
    return await account.run(reading(), { reply: null }, async (client): Promise<SettleOutcome> => {
      // Not filtered by day: a text still queued has no day sent, and would be missing.
      let page = await client.messages.page({ to: message.to, from, pageSize: PAGE_SIZE });
      for (;;) {
        for (const one of page.instances) {
          if (one.body !== body && one.body !== TRIAL_PREFIX + body) continue;
          if (claim.adopted.has(one.sid)) continue;
          if (one.dateCreated.getTime() >= sinceMs) {
            return { kind: 'found', providerId: one.sid, ...acceptedAt(one.dateCreated) };
          }
          earlier = one.sid;
        }
        const searched = page.instances.every((one) => one.dateCreated.getTime() < sinceMs - SEARCH_BACK_MS);
        const next = searched ? undefined : await page.nextPage();
        if (next === undefined) break;
        page = next as typeof page;
      }
      // The code in the text is unique, so this may well be the message, under a clock that is off: no proof of absence.
      if (earlier !== null) {
        return {
          kind: 'unclear',
          retry: false,
          error: `${earlier} has this text but is older than the claim`,
        };
      }
      return { kind: 'absent' };
    });
  } catch (error) {
    return {
      kind: 'unclear',
      retry: true,
      error: `the list of sent messages could not be read: ${text(error)}`,
    };
  }
}

/** Asks for a message that no webhook told of. Rejects when Twilio doesn't show it. */
async function receipt(account: TwilioAccount, sid: string): Promise<Receipt | null> {
  const message = await account.run(reading(), { reply: null }, (client) => client.messages(sid).fetch());
  // The library's types promise these; what comes is what Twilio sends.
  const code: unknown = message.errorCode;
  const words: unknown = message.errorMessage;
  return smsReceipt({
    sid,
    status: message.status,
    errorCode: typeof code === 'number' ? code : null,
    errorMessage: typeof words === 'string' && words !== '' ? words : null,
  });
}

async function check(
  account: TwilioAccount,
  accountSid: string,
): Promise<{ error: string; cure: string } | null> {
  const seen: Seen = { reply: null };
  try {
    const { status } = await account.run(reading(), seen, (client) =>
      client.api.v2010.accounts(accountSid).fetch(),
    );
    if (status === 'active') return null;
    return {
      error: `the Twilio account is ${status}`,
      cure: 'Look into the Twilio console: it says what to do',
    };
  } catch (error) {
    if (error instanceof NotSentError || error instanceof UnansweredError) {
      return { error: `Twilio could not be reached: ${error.message}`, cure: unreachable(account) };
    }
    if (seen.reply === null) return { error: text(error), cure: CONFIGURATION };
    const outcome = outcomeOf(seen.reply);
    const cure = outcome.kind === 'refused' ? outcome.cure : undefined;
    return {
      error: `Twilio refused the account: ${text(error)}`,
      cure: cure ?? 'Check twilio.baseUrl, then try again',
    };
  }
}

/** Their stamp, unless it is missing or no date. */
function acceptedAt(created: Date | null): { acceptedAtMs?: number } {
  const atMs = created?.getTime() ?? Number.NaN;
  return Number.isFinite(atMs) ? { acceptedAtMs: atMs } : {};
}

const CONFIGURATION = 'Check twilio.accountSid (it starts with AC) and the token in twilio.authTokenFile';
const unreachable = (account: TwilioAccount): string =>
  `Check that this host can reach ${account.host} (name, firewall, certificate) and that twilio.baseUrl is right`;
const reading = (): { deadlineMs: number; mayStart: () => boolean } => ({
  deadlineMs: READ_DEADLINE_MS,
  mayStart: () => true,
});
const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
