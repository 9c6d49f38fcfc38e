/** What a mail server is started with. Types only. */
import type { Listen } from '../../config/types.ts';
import type { Log } from '../../engine/ports.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Accept } from '../accept.ts';
import type { MailReader } from '../mail/reader.ts';
import type { HandleReply } from './deliver.ts';
import type { SmtpLimits } from './limits.ts';
import type { Pem } from './tls.ts';
import type { SmtpUsers } from './users.ts';

export interface SmtpOptions {
  listen: Listen;
  /** Mail to SERVICE@domain is ours. */
  domain: string;
  /** Stands in the greeting, so that a relay knows its own server when it looks where its domain's mail goes. */
  id?: string;
  /** CIDR ranges that need neither key nor password; `PRIVATE_NETWORKS` is the usual choice. */
  allowFrom: readonly string[];
  /** CIDR ranges of proxies, which must say by the PROXY protocol who is behind each connection; absent: none. */
  proxies?: readonly string[];
  /** For people's programs (RFC 6409): everything needs AUTH, the allowed networks too. Needs `tls` and `users`. */
  submission?: boolean;
  /** Null: no STARTTLS is offered. */
  tls: Pem | null;
  /** Null: no AUTH is offered. Over a network AUTH is offered only after STARTTLS. */
  users: SmtpUsers | null;
  roster: () => Roster;
  /** False: the roster may be an old one: a name that it doesn't have may be right. Absent: it is new. */
  rosterIsSure?: () => boolean;
  accept: Accept;
  reader: MailReader;
  /** Takes mail to `ack+TOKEN@domain`; null: refused with 550. */
  reply: HandleReply | null;
  log: Log;
  limits?: Partial<SmtpLimits>;
  /** Names that count as `domain` to allowed networks; the host's own and localhost unless given. */
  localNames?: readonly string[];
}
