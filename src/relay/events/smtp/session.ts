/** What we remember of one connection, beside what smtp-server does. */
import type { SMTPServerSession } from 'smtp-server';
import type { Recipient } from './recipient.ts';

export interface Connection {
  /** In an allowed network. */
  inside: boolean;
  remote: string;
  /** The recipients of the mail being sent, by the address as the client wrote it, lower-case. */
  recipients: Map<string, Exclude<Recipient, { kind: 'refused' }>>;
  mails: number;
  refused: number;
  wrongPasswords: number;
  /** From DATA to its answer. */
  busy: boolean;
}

/** Keeps connections by session id and counts those from outside. */
export class Connections {
  readonly #byId = new Map<string, Connection>();
  readonly #outside = new Map<string, number>();
  #outsideCount = 0;

  /** Null when there are too many from outside, or from this one address. */
  open(
    session: SMTPServerSession,
    inside: boolean,
    limits: { maxOutside: number; maxPerOutsideAddress: number },
  ): Connection | null {
    const remote = session.remoteAddress;
    if (!inside) {
      const same = this.#outside.get(remote) ?? 0;
      if (this.#outsideCount >= limits.maxOutside || same >= limits.maxPerOutsideAddress) return null;
      this.#outside.set(remote, same + 1);
      this.#outsideCount += 1;
    }
    const connection: Connection = {
      inside,
      remote,
      recipients: new Map(),
      mails: 0,
      refused: 0,
      wrongPasswords: 0,
      busy: false,
    };
    this.#byId.set(session.id, connection);
    return connection;
  }

  /** Throws for a session that was never opened: smtp-server asks nothing before onConnect said yes. */
  of(session: SMTPServerSession): Connection {
    const connection = this.#byId.get(session.id);
    if (connection === undefined) throw new Error(`no such SMTP session: ${session.id}`);
    return connection;
  }

  isBusy(id: string): boolean {
    return this.#byId.get(id)?.busy === true;
  }

  close(session: SMTPServerSession): void {
    const connection = this.#byId.get(session.id);
    if (connection === undefined) return;
    this.#byId.delete(session.id);
    if (connection.inside) return;
    this.#outsideCount -= 1;
    const same = (this.#outside.get(connection.remote) ?? 1) - 1;
    if (same <= 0) this.#outside.delete(connection.remote);
    else this.#outside.set(connection.remote, same);
  }
}
