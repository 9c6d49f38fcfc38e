/** What every transport through Twilio does alike: what a call to it that failed means, its clock, and its check. */
import type { SendOutcome } from '../port.ts';
import type { Seen, TwilioAccount } from './account.ts';
import { outcomeOf } from './refusals.ts';
import { LateError, NotSentError, UnansweredError } from '../wire.ts';

const READ_DEADLINE_MS = 10_000;
/** Their clock shows whole seconds. */
const CLOCK_GRACE_MS = 2_000;

/** A question changes nothing: it may start at any time. */
export const reading = (): { deadlineMs: number; mayStart: () => boolean } => ({
  deadlineMs: READ_DEADLINE_MS,
  mayStart: () => true,
});

/** What is known of a message when the library threw; `seen`: what the wire saw before. */
export function failedOutcome(account: TwilioAccount, seen: Seen, error: unknown): SendOutcome {
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
  // Thrown before the wire: a sid or token that can't be one. Nothing will go until that is put right.
  return {
    kind: 'refused',
    permanent: true,
    account: true,
    code: 'configuration',
    error: text(error),
    cure: CONFIGURATION,
  };
}

/** Null when the account is active, else what is wrong with its cure. Never rejects. */
export async function checkAccount(
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
export function acceptedAt(created: Date | null): { acceptedAtMs?: number } {
  const atMs = created?.getTime() ?? Number.NaN;
  return Number.isFinite(atMs) ? { acceptedAtMs: atMs } : {};
}

/** The earliest stamp of theirs that something made after the claim can have. */
export const earliestMs = (claimedAtMs: number): number =>
  Math.floor(claimedAtMs / 1000) * 1000 - CLOCK_GRACE_MS;

/** An error in words. */
export const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const CONFIGURATION = 'Check twilio.accountSid (it starts with AC) and the token in twilio.authTokenFile';
const unreachable = (account: TwilioAccount): string =>
  `Check that this host can reach ${account.host} (name, firewall, certificate) and that twilio.baseUrl is right`;
