/**
 * Looks once an hour whether DNS says what mail needs here, and whether mail to our own domain comes back: pages offer an
 * answer by mail only while it does. Nothing waits for it; where there is no DNS it finds nothing out, and says so once.
 */
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { checkMail, type MailReport } from '../mail-dns/check.ts';
import { doorId } from '../mail-dns/door-id.ts';
import { domainsOf } from '../mail-dns/domains-of.ts';
import { Lookup } from '../mail-dns/lookup.ts';
import { ownHost } from '../mail-dns/own-host.ts';
import { isPublicDomain } from '../mail-dns/public-name.ts';
import { wayBack } from '../mail-dns/way-back.ts';
import { noteReplies } from './mail-replies.ts';
import type { Channels } from './transports.ts';

export interface MailDomainParts {
  channels: Channels;
  tokenKey: Uint8Array;
  clock: Clock;
  log: Log;
  /** Tests: a DNS of their own, names that it knows, and the port of its mail servers. */
  newLookup?: () => Lookup;
  isPublic?: (domain: string) => boolean;
  port?: number;
}

/** What was found at the last look. */
export interface MailLook {
  checkedAtMs: number;
  report: MailReport;
}

const EVERY_MS = 60 * 60_000;
const KNOCK_MS = 5_000;
const SMTP_PORT = 25;

export class MailDomain {
  readonly #parts: MailDomainParts;
  #config: Config | null = null;
  #look: MailLook | null = null;
  #cancel: () => void = () => undefined;
  #lookup: Lookup | null = null;
  #round = 0;

  constructor(parts: MailDomainParts) {
    this.#parts = parts;
  }

  get last(): MailLook | null {
    return this.#look;
  }

  /** Once the doors are open, and again with each configuration. Resolves when the first look is over. */
  start(config: Config): Promise<void> {
    this.stop();
    this.#config = config;
    return this.#lookNow();
  }

  stop(): void {
    this.#round += 1;
    this.#cancel();
    this.#lookup?.cancel();
  }

  async #lookNow(): Promise<void> {
    const { clock, log } = this.#parts;
    const config = this.#config;
    if (config === null || config.mail === null) return;
    const round = this.#round;
    try {
      const report = await this.#ask(config);
      if (round !== this.#round) return;
      this.#look = { checkedAtMs: clock.wallMs(), report };
      this.#note(report);
    } catch (error) {
      log.warn({ err: error }, 'what DNS says about mail could not be looked at; asked again in an hour');
    }
    if (round === this.#round) this.#cancel = clock.after(EVERY_MS, () => void this.#lookNow());
  }

  async #ask(config: Config): Promise<MailReport> {
    const { clock, isPublic = isPublicDomain, port = SMTP_PORT, tokenKey } = this.#parts;
    const own = await ownHost(config.http?.publicUrl ?? null, config.smtp?.domain ?? 'localhost');
    const lookup = this.#parts.newLookup?.() ?? new Lookup();
    this.#lookup = lookup;
    const id = doorId(tokenKey);
    return checkMail(domainsOf(config, own), {
      lookup,
      isPublic,
      after: (delayMs, fn) => clock.after(delayMs, fn),
      knock: (mx) => wayBack(mx, { port, id, withinMs: KNOCK_MS, ownAddresses: own.addresses }),
    });
  }

  #note({ wayBack: found }: MailReport): void {
    const { channels, log } = this.#parts;
    const before = channels.mailReplies.state;
    if (found !== null) channels.mailReplies.found(found);
    noteReplies(channels);
    const { works, text } = channels.mailReplies.state;
    if (works === before.works) return;
    log.info(
      { works, why: text },
      works ? 'pages can be answered by mail' : 'pages can not be answered by mail',
    );
  }
}
