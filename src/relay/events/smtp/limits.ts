/** What one mail server may be asked to bear. */
export interface SmtpLimits {
  /** The largest mail taken, in bytes; larger is answered 552. */
  sizeBytes: number;
  /** How much of a mail is kept in memory and in the journal; the rest is cut and said so. */
  keptBytes: number;
  /** Connections at once; more are answered 421. */
  maxClients: number;
  /** Connections at once from outside the allowed networks, so that strangers leave room for our own. */
  maxOutside: number;
  /** Connections at once from one address outside. */
  maxPerOutsideAddress: number;
  /** Mails at once that are larger than `smallBytes`; the others wait, unread, in their senders' sockets. */
  maxLarge: number;
  smallBytes: number;
  /** Recipients of one mail. */
  maxRecipients: number;
  /** Mails over one connection from outside, then 421. Our own may send as many as they like. */
  maxMailsOutside: number;
  /** Recipients refused over one connection, then 421. */
  maxRefused: number;
  /** From DATA to the final dot, however steadily the sender trickles. */
  dataMs: number;
  /** How long a proxy may take to say who is behind a connection. */
  proxyHeaderMs: number;
  /** Silence after which a connection is closed. */
  idleMs: number;
  /** How long closing waits for mails on their way. */
  closeMs: number;
  /** The first delay after a wrong password; it doubles up to 8 times this. */
  authDelayMs: number;
}

export const SMTP_LIMITS: SmtpLimits = {
  sizeBytes: 10 * 1024 * 1024,
  keptBytes: 512 * 1024,
  maxClients: 500,
  maxOutside: 200,
  maxPerOutsideAddress: 20,
  maxLarge: 32,
  smallBytes: 64 * 1024,
  maxRecipients: 50,
  maxMailsOutside: 1_000,
  maxRefused: 20,
  dataMs: 120_000,
  proxyHeaderMs: 10_000,
  idleMs: 60_000,
  closeMs: 10_000,
  authDelayMs: 1_000,
};
