/** Slows down who tries passwords: each wrong one doubles the wait of its address, and few are tried at a time. */
import type { SmtpUsers } from './users.ts';

const DOUBLINGS_MAX = 3;
const ADDRESSES_MAX = 10_000;

export class AuthGate {
  readonly #users: SmtpUsers;
  readonly #delayMs: number;
  readonly #failures = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  /** `delayMs`: the wait after the first wrong password. */
  constructor(users: SmtpUsers, delayMs: number) {
    this.#users = users;
    this.#delayMs = delayMs;
  }

  /** True when the password is right. A wrong one is answered late, and one password at a time is looked at. */
  async check(user: string, password: string, remote: string): Promise<boolean> {
    // One scrypt at a time: 16 MB and tens of milliseconds of the thread pool are all that guessers get.
    const turn = this.#last.then(() => this.#users.verify(user, password));
    this.#last = turn.catch(() => false);
    if (await turn) {
      this.#failures.delete(remote);
      return true;
    }
    const failures = (this.#failures.get(remote) ?? 0) + 1;
    if (this.#failures.size >= ADDRESSES_MAX) this.#failures.clear();
    this.#failures.set(remote, failures);
    await new Promise((resolve) =>
      setTimeout(resolve, this.#delayMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX)),
    );
    return false;
  }
}
