/** A mailbox in memory that does what it is told, also wrong. */
import {
  RefusedError,
  type OpenMailbox,
  type Settled,
  type UnreadMail,
} from '../../../../src/relay/events/imap/port.ts';

export class FakeMailbox implements OpenMailbox {
  uidValidity = '1';
  readonly mails = new Map<number, Buffer>();
  readonly read = new Set<number>();
  /** The most bytes of mails that were in one answer. */
  mostBytes = 0;
  settled: Settled = { moved: true };
  /** The server hands these out never, or only their beginning. */
  readonly broken = new Set<number>();
  readonly brokenBeyond = new Map<number, number>();
  isOpen = true;
  /** Runs at each call, and may throw. */
  at: (call: 'unread' | 'fetch' | 'settle') => void = () => undefined;
  #wake: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  put(uid: number, mail: string | Buffer): void {
    this.mails.set(uid, Buffer.from(mail));
    this.#wake();
  }

  async unread(without: ReadonlySet<number>, most: number): Promise<number[]> {
    this.at('unread');
    return [...this.mails.keys()]
      .filter((uid) => !this.read.has(uid) && !without.has(uid))
      .toSorted((a, b) => a - b)
      .slice(0, most);
  }

  async fetch(uids: readonly number[], maxBytes: number): Promise<UnreadMail[]> {
    this.at('fetch');
    const refuses = (uid: number): boolean =>
      this.broken.has(uid) || maxBytes > (this.brokenBeyond.get(uid) ?? Number.POSITIVE_INFINITY);
    if (uids.some(refuses)) throw new RefusedError('[SERVERBUG] internal error');
    const found = uids.flatMap((uid) => {
      const mail = this.mails.get(uid);
      return mail === undefined
        ? []
        : [{ uid, raw: Buffer.from(mail.subarray(0, maxBytes)), sizeBytes: mail.length }];
    });
    this.mostBytes = Math.max(
      this.mostBytes,
      found.reduce((sum, { raw }) => sum + raw.length, 0),
    );
    return found;
  }

  async settle(uids: readonly number[]): Promise<Settled> {
    this.at('settle');
    for (const uid of uids) this.read.add(uid);
    return this.settled;
  }

  wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      this.#fail = reject;
    });
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.#fail(new Error('closed'));
  }

  /** The connection breaks under whoever waits. */
  cut(error: Error): void {
    this.#fail(error);
  }
}
