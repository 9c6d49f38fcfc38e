/** SMS through Twilio. Every answer is accepted, refused with a proof, in doubt, or late; nothing is tried twice here. */
import type { Clock } from '../../engine/ports.ts';
import type { Receipt } from '../../events/types.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../port.ts';
import { TwilioAccount, type Seen } from './account.ts';
import { acceptedAt, checkAccount, earliestMs, failedOutcome, reading, text } from './asking.ts';
import { phoneText } from '../phone-text.ts';
import { MESSAGE_SID, smsReceipt } from './receipt.ts';

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
/** The list is newest first; a page this much older than the claim ends the search. */
const SEARCH_BACK_MS = 24 * 3_600_000;
const PAGE_SIZE = 200;
/** What a trial account puts before each text. */
const TRIAL_PREFIX = 'Sent from your Twilio trial account - ';
/** Twilio doesn't take our address for receipts: it must be a public one. */
const NO_SUCH_CALLBACK = '21609';

export function twilioSms(options: TwilioSmsOptions): Transport {
  const account = new TwilioAccount(options);
  let { statusUrl } = options;
  return {
    channel: 'sms',
    name: 'twilio-sms',
    settleMs: options.settleMs ?? SETTLE_MS,
    send: async (message, call) => {
      const asked = statusUrl;
      const outcome = await send(account, { from: options.from, statusUrl: asked }, message, call);
      if (outcome.kind !== 'refused' || outcome.code !== NO_SUCH_CALLBACK || asked === null) return outcome;
      // No page fails for its receipt: from now on Twilio is asked instead.
      statusUrl = null;
      const { code, error, cure = '' } = outcome;
      return { kind: 'refused', permanent: false, code, error, cure, retryAfterMs: 0 };
    },
    settle: (message, claim) => settle(account, options.from, message, claim),
    receipt: (_message, providerId) => receipt(account, providerId),
    check: () => checkAccount(account, options.accountSid),
    close: () => {
      account.close();
      return Promise.resolve();
    },
  };
}

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
    return failedOutcome(account, seen, error);
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
  const sinceMs = earliestMs(claim.claimedAtMs);
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
