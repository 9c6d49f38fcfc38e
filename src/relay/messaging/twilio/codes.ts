/**
 * Twilio's error codes: in words, and what can be done about each. Pure.
 * Their list: https://www.twilio.com/docs/api/errors
 */

export interface Meaning {
  /** What happened, where Twilio says only the number. */
  words: string;
  cure: string;
  /** The account, the sender or the configuration is at fault: every message will fail. */
  account?: boolean;
  /** Nothing was sent, and the same may go through later. */
  later?: boolean;
  /** The person has told the carrier to block us: nothing goes there until they take it back. */
  optedOut?: boolean;
}

const NUMBER = 'Check the phone number: relay person edit ID --phone +COUNTRY… (--voice for calls)';
const CONSOLE = 'Look into the Twilio console';
const SENDER = 'Set twilio.from to a number of this account that can send SMS to that country';
const CALLER = 'Set twilio.voice.from to a number of this account that can make calls to that country';
const LATER = 'Nothing to be done here; if it goes on, ask Twilio';
const REGISTER = 'Register the sender with the carriers, in the Twilio console';
const REPORT = 'please report this';

/** The well-known codes. One we don't know counts as failed for this contact, so that the next way is tried. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  10001: { account: true, words: 'the account is not active', cure: `${CONSOLE}: the account is not active` },
  10004: {
    later: true,
    words: 'too many calls at once',
    cure: 'Twilio limits how many calls this account makes at once',
  },
  11200: {
    account: true,
    words: 'Twilio could not fetch what is to be read aloud',
    cure: 'Check http.publicUrl: Twilio calls it, so it must be reachable from outside',
  },
  13224: { words: 'the number is not valid', cure: NUMBER },
  13225: { words: 'this number may not be called', cure: NUMBER },
  13227: {
    words: 'the account may not call that country',
    cure: `${CONSOLE}: enable calls to that country (Voice, Settings, Geo permissions)`,
  },
  20003: {
    account: true,
    words: 'Twilio does not accept these credentials',
    cure: 'Check twilio.accountSid and the token in twilio.authTokenFile; if they are right, the console says whether the account is suspended',
  },
  20004: {
    account: true,
    words: 'not allowed',
    cure: `${CONSOLE}: these credentials may not do this`,
  },
  20005: {
    account: true,
    words: 'the account is not active',
    cure: `${CONSOLE}: the account is not active (suspended, or out of credit)`,
  },
  20006: { account: true, words: 'access denied', cure: `${CONSOLE}: access to this account was denied` },
  20008: {
    account: true,
    words: 'test credentials',
    cure: 'Test credentials can send nothing: use the live token in twilio.authTokenFile',
  },
  20404: {
    account: true,
    words: 'not found',
    cure: 'Check twilio.accountSid and twilio.baseUrl',
  },
  20429: { later: true, words: 'too many requests', cure: 'Twilio limits how fast this account may send' },
  21201: { words: 'the number is missing', cure: NUMBER },
  21205: {
    account: true,
    words: 'the address of what is to be read aloud is not valid',
    cure: 'Check http.publicUrl: Twilio calls it, so it must be reachable from outside',
  },
  21210: { account: true, words: 'the caller is no number of this account', cure: CALLER },
  21211: { words: 'the number is not valid', cure: NUMBER },
  21212: { account: true, words: 'the sender is not valid', cure: SENDER },
  21213: { account: true, words: 'the caller is missing', cure: CALLER },
  21214: { words: 'the number can not be reached', cure: NUMBER },
  21215: {
    words: 'the account may not call that country',
    cure: `${CONSOLE}: enable calls to that country (Voice, Settings, Geo permissions)`,
  },
  21216: { words: 'Twilio does not allow calls to this number', cure: NUMBER },
  21217: { words: 'the number does not seem to be valid', cure: NUMBER },
  21219: {
    account: true,
    words: 'a trial account calls verified numbers only',
    cure: 'A trial account only calls verified numbers: verify this one in the console, or upgrade',
  },
  21265: { words: 'the number is a short code', cure: NUMBER },
  21266: {
    words: 'sender and receiver are the same',
    cure: 'The phone number of this person is the one Relay sends from: set another',
  },
  21401: { words: 'the number is not valid', cure: NUMBER },
  21407: { account: true, words: 'the sender is not valid', cure: SENDER },
  21408: {
    words: 'the account may not send to that country',
    cure: `${CONSOLE}: enable SMS to that country (Messaging, Settings, Geo permissions)`,
  },
  21602: { words: 'the text was empty', cure: `The text was empty: ${REPORT}` },
  21603: { account: true, words: 'the sender is missing', cure: SENDER },
  21604: { words: 'the number is missing', cure: NUMBER },
  21606: { account: true, words: 'the sender is no number of this account that can send', cure: SENDER },
  21608: {
    account: true,
    words: 'a trial account reaches verified numbers only',
    cure: 'A trial account only reaches verified numbers: verify this one in the console, or upgrade',
  },
  21609: {
    account: true,
    words: 'the address for receipts is not valid',
    cure: 'Check http.publicUrl: Twilio calls it, so it must be reachable from outside',
  },
  21610: {
    optedOut: true,
    words: 'the person opted out at the carrier',
    cure: 'The person opted out at the carrier: they must send START to your number',
  },
  21611: { later: true, words: 'too many messages of this sender wait at Twilio', cure: LATER },
  21612: { words: 'the sender can not reach this number', cure: `${SENDER}: it can't reach this number` },
  21614: { words: 'no mobile number', cure: `${NUMBER} (it is no mobile number)` },
  21617: { words: 'the text is too long', cure: `The text is longer than 1,600 characters: ${REPORT}` },
  21635: { words: 'a landline', cure: `${NUMBER} (it is a landline)` },
  21659: { account: true, words: 'the sender is no number of Twilio', cure: SENDER },
  21660: { account: true, words: 'the sender belongs to another account', cure: SENDER },
  30001: { words: 'too many messages waited at Twilio', cure: LATER },
  30002: {
    account: true,
    words: 'the account was suspended before it was sent',
    cure: `${CONSOLE}: the account is suspended`,
  },
  30003: {
    words: 'the phone could not be reached',
    cure: 'The phone is off or has no network: other ways reach the person meanwhile',
  },
  30004: {
    words: 'blocked by the phone or its carrier',
    cure: 'Ask the person whether they or their carrier block your number',
  },
  30005: { words: 'the carrier does not know the number', cure: `${NUMBER} (the carrier doesn't know it)` },
  30006: {
    words: 'a landline, or a carrier that can not be reached',
    cure: `${NUMBER} (a landline, or out of the carrier's reach)`,
  },
  30007: {
    words: 'filtered as spam',
    cure: 'The carrier filtered it as spam: register the sender with the carriers, in the Twilio console',
  },
  30008: { words: 'lost on the way; the carrier does not say why', cure: LATER },
  30010: { words: 'dearer than the price allowed', cure: `${CONSOLE}: raise the highest price of a message` },
  30022: { words: 'more than the carrier takes of this sender', cure: REGISTER },
  30023: { words: 'more than the carrier takes of this sender in a day', cure: REGISTER },
  30032: { words: 'the toll-free sender is not verified', cure: REGISTER },
  30034: {
    words: 'the sender is not registered for A2P 10DLC',
    cure: 'US carriers drop SMS from unregistered numbers: register yours for A2P 10DLC in the Twilio console',
  },
  30036: {
    words: 'too old to be passed on',
    cure: 'Twilio could not pass it on within half an hour: its status page says what is wrong',
  },
  30410: { words: 'the carrier did not answer', cure: LATER },
  30450: {
    words: 'blocked as fraud by Twilio',
    cure: `${CONSOLE}: allow this country in SMS pumping protection`,
  },
  30500: { words: 'the carrier failed', cure: LATER },
  90010: { account: true, words: 'the account is suspended', cure: `${CONSOLE}: the account is suspended` },
};

/** What a code means; null when it is none of the well-known ones. */
export const meaningOf = (code: number): Meaning | null =>
  Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] ?? null) : null;

/** What can be done about a code, also one that we don't know. */
export const cureOf = (code: number): string =>
  meaningOf(code)?.cure ?? `See https://www.twilio.com/docs/api/errors/${code}`;
