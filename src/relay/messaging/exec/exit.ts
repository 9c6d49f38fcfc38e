/** What a command's end says of its message, by the codes of sysexits(3). Pure. */
import type { SendOutcome } from '../port.ts';

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  signal: string | null;
  /** What it wrote to its standard error. */
  said: string;
}

/** EX_TEMPFAIL: try again. */
const FOR_NOW = 75;
/** EX_UNAVAILABLE, EX_NOPERM, EX_CONFIG: no page would go, whoever it is for. */
const ACCOUNT = new Set([69, 77, 78]);
const SAID_CHARACTERS = 160;

/**
 * 0: sent. Any other code says that nothing was sent: 75 for now, 69, 77 and 78 whatever is sent, all others this message
 * for good. Ended by a signal: nobody knows how far it came.
 */
export function outcomeOfExit(name: string, { code, signal, said }: Ended, messageId: string): SendOutcome {
  if (code === 0) return { kind: 'accepted', providerId: messageId };
  if (code === null) return { kind: 'doubt', error: `${name} was ended by ${signal ?? 'a signal'}` };
  const words = said
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, SAID_CHARACTERS)
    .toWellFormed();
  const error = words === '' ? `exit code ${code}` : words;
  if (code === FOR_NOW) {
    const cure = `${name} asks to try again later, which relay does`;
    return { kind: 'refused', permanent: false, code: String(code), error, cure };
  }
  const account = ACCOUNT.has(code);
  const cure = account
    ? `See what ${name} needs on this machine: run its command by hand as the user relay runs as`
    : `Check the contact method of this person, and what ${name} says to it`;
  return {
    kind: 'refused',
    permanent: true,
    code: String(code),
    error,
    cure,
    ...(account ? { account } : {}),
  };
}
