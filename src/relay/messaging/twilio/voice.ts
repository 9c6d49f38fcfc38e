/**
 * Calls through Twilio. Every answer is accepted, refused with a proof, in doubt, or late; nothing is tried twice here.
 * What a call says is fetched from us when somebody takes it; where Twilio can't reach us, it goes along with the call.
 */
import type { Clock } from '../../engine/ports.ts';
import type { Receipt } from '../../events/types.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../port.ts';
import { TwilioAccount, type Seen } from './account.ts';
import { acceptedAt, checkAccount, earliestMs, failedOutcome, reading, text } from './asking.ts';
import { CALL_SID, callReceipt } from './call-receipt.ts';
import type { CallsMade } from './calls-made.ts';
import { reading as readAloud, type Speech } from './twiml.ts';

export interface TwilioVoiceOptions {
  accountSid: string;
  /** Read anew for each call; may throw. */
  authToken: () => string;
  /** The caller, as E.164. */
  from: string;
  baseUrl: string;
  /** Where Twilio fetches what is to be said, and says what became of the call; null: it can't reach us. */
  urls: { script: (messageId: string) => string; status: (messageId: string) => string } | null;
  speech: Speech;
  /** Told of each call before it is made. */
  made?: CallsMade;
  clock: Clock;
  /** How long the list may lag; default 20 s. */
  settleMs?: number;
}

const SETTLE_MS = 20_000;
/** Long enough to wake somebody; most mailboxes pick up within. */
const RINGS_SECONDS = 45;
/** A page of calls this much older than the claim ends the search. */
const SEARCH_BACK_MS = 24 * 3_600_000;
const PAGE_SIZE = 200;

export function twilioVoice(options: TwilioVoiceOptions): Transport {
  const account = new TwilioAccount(options);
  return {
    channel: 'voice',
    name: 'twilio-voice',
    settleMs: options.settleMs ?? SETTLE_MS,
    send: (message, call) => send(account, options, message, call),
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
  { from, urls, speech, made }: TwilioVoiceOptions,
  message: Outgoing,
  call: { deadlineMs: number; mayStart: () => boolean },
): Promise<SendOutcome> {
  const seen: Seen = { reply: null };
  try {
    const script =
      urls === null
        ? { twiml: await readAloud(message.body, speech) }
        : {
            url: urls.script(message.id),
            // The same once more: a proxy that was reloaded just then mustn't leave somebody with silence.
            fallbackUrl: urls.script(message.id),
            statusCallback: urls.status(message.id),
          };
    made?.begun(message);
    // Nobody asks Twilio whether a machine took the call: it may be wrong, and only a key counts.
    const { sid, dateCreated } = await account.run(call, seen, (client) =>
      client.calls.create({ to: message.to, from, timeout: RINGS_SECONDS, ...script }),
    );
    if (typeof sid !== 'string' || !CALL_SID.test(sid))
      return { kind: 'doubt', error: `HTTP ${seen.reply?.status ?? 0} without a call sid` };
    made?.taken(message.id, sid);
    return { kind: 'accepted', providerId: sid, ...acceptedAt(dateCreated) };
  } catch (error) {
    return failedOutcome(account, seen, error);
  }
}

/**
 * Rule 5: a call has no text, so there is never more than one to a number whose outcome isn't known. Found is one from
 * ours to it, created after the claim and not adopted by another message; absent only after reading the whole list.
 */
async function settle(
  account: TwilioAccount,
  from: string,
  { to }: Outgoing,
  claim: { claimedAtMs: number; adopted: ReadonlySet<string> },
): Promise<SettleOutcome> {
  const sinceMs = earliestMs(claim.claimedAtMs);
  const found: { sid: string; created: Date | null }[] = [];
  const earlier: string[] = [];
  try {
    await account.run(reading(), { reply: null }, async (client) => {
      // Not filtered by its start: a call that is still queued has none.
      let page = await client.calls.page({ to, from, pageSize: PAGE_SIZE });
      for (;;) {
        for (const { sid, dateCreated: created } of page.instances) {
          if (claim.adopted.has(sid)) continue;
          if (createdMs(created) >= sinceMs) found.push({ sid, created });
          else if (createdMs(created) >= sinceMs - SEARCH_BACK_MS) earlier.push(sid);
        }
        const searched = page.instances.every(
          ({ dateCreated }) => createdMs(dateCreated) < sinceMs - SEARCH_BACK_MS,
        );
        const next = searched ? undefined : await page.nextPage();
        if (next === undefined) return;
        page = next as typeof page;
      }
    });
  } catch (error) {
    return { kind: 'unclear', retry: true, error: `the list of calls could not be read: ${text(error)}` };
  }
  const [first, second] = found;
  if (first !== undefined && second === undefined)
    return { kind: 'found', providerId: first.sid, ...acceptedAt(first.created) };
  if (first !== undefined) {
    return {
      kind: 'unclear',
      retry: false,
      error: `${found.length} calls to ${to} were made since the claim`,
    };
  }
  // Nobody's, and perhaps this one, under a clock that is off: no proof of absence.
  const [nobodys] = earlier;
  if (nobodys !== undefined) {
    return { kind: 'unclear', retry: false, error: `${nobodys} to ${to} is older than the claim` };
  }
  return { kind: 'absent' };
}

/** A call that still waits at Twilio has no date: it is newer than any claim. */
const createdMs = (created: Date | null): number => acceptedAt(created).acceptedAtMs ?? Infinity;

/** Asks for a call that no webhook told of. Rejects when Twilio doesn't show it. */
async function receipt(account: TwilioAccount, sid: string): Promise<Receipt | null> {
  const call = await account.run(reading(), { reply: null }, (client) => client.calls(sid).fetch());
  return callReceipt(sid, call.status);
}
