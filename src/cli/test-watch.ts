/** Follows one `relay test`: which messages belong to it, whether each was taken, whether the person answered. Pure. */
import type { HappeningJson } from '../relay/api/wire.ts';

/** What POST /v1/people/:id/test answers. */
export interface Testing {
  journal: string;
  expect: { channel: string; to: string }[];
  skipped: { channel: string; to: string; why: string }[];
  noAnswer?: string;
}

export type TestMessage = NonNullable<HappeningJson['message']>;

export class TestWatch {
  readonly #expected: number;
  readonly #messages = new Map<string, TestMessage>();
  /** The person replied to one of the test's messages. */
  answered = false;

  constructor(testing: Testing) {
    this.#expected = testing.expect.length;
  }

  /**
   * True when the happening is about this test. Pages for incidents carry their number and are not; once all its
   * messages are known, neither is any other (the answer to the reply is a message too).
   */
  take(one: HappeningJson): boolean {
    const { message } = one;
    if (message === undefined || one.incident !== undefined) return false;
    if (!this.#messages.has(message.id) && this.#messages.size >= this.#expected) return false;
    this.#messages.set(message.id, message);
    this.answered ||= one.kind === 'answered';
    return true;
  }

  get messages(): TestMessage[] {
    return [...this.#messages.values()];
  }

  /** How many have not even been claimed. */
  get missing(): number {
    return this.#expected - this.#messages.size;
  }

  /** A provider took at least one. */
  get accepted(): boolean {
    return this.messages.some((one) => one.status === 'accepted' || one.status === 'delivered');
  }

  /** Every message was taken or has failed. */
  get settled(): boolean {
    return (
      this.missing === 0 && this.messages.every((one) => one.status !== 'claimed' && one.status !== 'unknown')
    );
  }
}
