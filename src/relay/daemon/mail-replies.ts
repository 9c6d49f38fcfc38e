/** Whether a page by mail can be answered by mail here, and which address takes the answer. */
import type { Config } from '../config/types.ts';
import { makeToken } from '../messaging/token.ts';
import type { MailboxAnswers } from './mailboxes.ts';
import type { WayBack } from '../mail-dns/types.ts';
import type { Channels } from './transports.ts';

export interface RepliesState {
  works: boolean;
  /** Why, for people. */
  text: string;
}

/** Of one configuration. What is found out later is told to it; a page offers an answer only while it works. */
export class MailReplies {
  readonly #config: Pick<Config, 'mail' | 'smtp' | 'imap'>;
  readonly #tokenKey: Uint8Array;
  #wayBack: WayBack | null = null;
  #mailbox: MailboxAnswers | null = null;

  constructor(config: Pick<Config, 'mail' | 'smtp' | 'imap'>, tokenKey: Uint8Array) {
    this.#config = config;
    this.#tokenKey = tokenKey;
  }

  get state(): RepliesState {
    const { mail, smtp } = this.#config;
    if (mail === null) return { works: false, text: 'no mail is sent' };
    if (mail.replyWorks === false) return { works: false, text: 'mail.replyWorks is false' };
    if (this.#mailbox !== null)
      return { works: mail.replyWorks === true || this.#mailbox.works, text: this.#mailbox.text };
    if (smtp === null) return { works: false, text: 'no smtp: relay takes no mail' };
    if (mail.replyWorks === true) return { works: true, text: 'mail.replyWorks is true' };
    if (this.#wayBack === null) return { works: false, text: 'the way back is not looked at yet' };
    return { works: this.#wayBack.works === true, text: this.#wayBack.text };
  }

  /** What the mail domain's records lead to; what can't be told from here leaves what was known. */
  found(wayBack: WayBack): void {
    if (wayBack.works === null && this.#wayBack?.works === true) return;
    this.#wayBack = wayBack;
  }

  /** A mailbox for answers can be read, or can't; null: there is none. */
  mailbox(answers: MailboxAnswers | null): void {
    this.#mailbox = answers;
  }

  /** What was found for a former configuration counts where mail comes in at the same domain; mailboxes are changed before. */
  inherit(former: MailReplies): void {
    this.#mailbox = former.#mailbox;
    if (this.#config.smtp?.domain === former.#config.smtp?.domain) this.#wayBack = former.#wayBack;
  }

  /** The address whose mail answers this message; null while none does. */
  address(messageId: string): string | null {
    const { smtp } = this.#config;
    if (!this.state.works) return null;
    const token = makeToken(this.#tokenKey, messageId);
    if (this.#mailbox !== null) return short(this.#mailbox.replyAddress.replace('{token}', token));
    return smtp === null ? null : `ack+${token}@${smtp.domain}`;
  }
}

/** A local part may have 64 characters (RFC 5321, 4.5.3.1.1); a longer one may cost the page itself. */
const short = (address: string): string | null => (address.lastIndexOf('@') > 64 ? null : address);

/** Pages by mail that are written from now on offer an answer, or don't. */
export function noteReplies({ transports, answerable, mailReplies }: Channels): void {
  if (transports.has('email') && mailReplies.state.works) answerable.add('email');
  else answerable.delete('email');
}
