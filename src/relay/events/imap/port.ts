/** An open mailbox, as reading it needs. Types, and the words for what goes wrong. */

export interface UnreadMail {
  uid: number;
  /** Its first bytes, as many as were asked for. */
  raw: Buffer;
  sizeBytes: number;
}

/** Each call rejects with MailboxError; then the mailbox is closed. */
export interface OpenMailbox {
  /** Changes when the server has numbered the mailbox anew; `wait` finds that out. */
  readonly uidValidity: string;
  /** UIDs of mails that nobody has marked as read, oldest first, `most` of them, without those in `without`. */
  unread(without: ReadonlySet<number>, most: number): Promise<number[]>;
  /** Leaves them unread. What has gone meanwhile is missing. Rejects with RefusedError when the server won't. */
  fetch(uids: readonly number[], maxBytes: number): Promise<UnreadMail[]>;
  /** What is left unread of these, because the server wouldn't. */
  settle(uids: readonly number[]): Promise<Settled>;
  /** Resolves when something has come since the last `unread`, or after this time. */
  wait(delayMs: number): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** `moved: false`: they are marked as read where they are, since the server wouldn't do what was asked. */
export interface Settled {
  moved: boolean;
  why?: string;
}

/** The server would not hand a mail out; the mailbox stays open. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

/** The mailbox can't be read any more, with what to do about it. */
export class MailboxError extends Error {
  override name = 'MailboxError';
  readonly cure: string;
  /** Trying again soon helps nobody, and may have the user locked out. */
  readonly isLasting: boolean;
  constructor(text: string, cure: string, isLasting = false, cause?: unknown) {
    super(text, cause === undefined ? {} : { cause });
    this.cure = cure;
    this.isLasting = isLasting;
  }
}

export interface Opening {
  open(): Promise<OpenMailbox>;
}
