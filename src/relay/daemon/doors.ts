/** All doors of the daemon: SMTP, HTTP, inbound SMS. Opened from a configuration, changed by a reload, closed at the end. */
import { existsSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Config, TlsFiles } from '../config/types.ts';
import { formatListen } from '../config/listen.ts';
import { ownCertificate } from '../config/paths.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Membership } from '../engine/membership.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { shardOf } from '../store/places.ts';
import type { Accept } from '../events/accept.ts';
import { pingDoor } from '../events/http/pings.ts';
import { ruleSets } from '../events/formats/rules/rule-set.ts';
import { createMailReader, type MailReader } from '../events/mail/reader.ts';
import { doorId } from '../mail-dns/door-id.ts';
import { healthRoutes, type HealthParts } from '../observe/health.ts';
import { Lookup } from '../mail-dns/lookup.ts';
import type { Roster } from '../oncall/types.ts';
import { messageOfCall, takeKey, type CallParts } from './calls.ts';
import { ANSWER_LIMITS, answerDoor, linkMsOf, type AnswerDoorParts } from './answer-door.ts';
import { CALENDAR_LIMITS, calendarDoor } from './calendar-door.ts';
import { inboundRoutes, openInbound, type Inbound } from './inbound.ts';
import {
  openListeners,
  readDoorFiles,
  type DoorFiles,
  type ListenerParts,
  type Listeners,
} from './listeners.ts';
import { Mailboxes, type MailboxesParts, type MailboxLine } from './mailboxes.ts';
import { takeReceipt } from './receipts.ts';
import { takeReplyMail, takeSms, type ReplyParts } from './replies.ts';

export interface DoorParts extends Pick<CallParts, 'store' | 'whenDone' | 'made'> {
  accept: Accept;
  roster(): Roster;
  /** False: the roster is what this host had kept; the store may have a newer one. */
  rosterIsSure(): boolean;
  tokenKey: Uint8Array;
  clock: Clock;
  log: Log;
  problems: Problems;
  health: HealthParts;
  secrets(config: Config): Secrets;
  /** Somebody has been paged and has not answered yet: replies are polled for often. */
  pageOpen(): boolean;
  /** Who is connected should come back to another host. */
  draining(): boolean;
  /** What the page of a message reads and writes. */
  core: AnswerDoorParts['core'];
  /** Which host reads a mailbox. */
  membership: Pick<Membership, 'owner' | 'self'>;
  onAnswers: MailboxesParts['onAnswers'];
  nowMs(): number;
  /** See PingDoorOptions. */
  unheard(): void;
}

export class Doors {
  readonly #parts: DoorParts;
  #listeners: Listeners | null = null;
  /** What the open listeners were opened with: a reload that fails opens them again with it. */
  #files: DoorFiles | null = null;
  #inbound: Inbound | null = null;
  /** The one in use. */
  #config: Config | null = null;
  readonly #reader: MailReader;
  readonly #mailboxes: Mailboxes;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const { log, membership } = parts;
    this.#reader = createMailReader({ log, rules: ruleSets(parts.roster) });
    this.#mailboxes = new Mailboxes({
      ...parts,
      reader: this.#reader,
      reply: (mail) => takeReplyMail(this.#replyParts(), mail),
      isMine: (name) => membership.owner(shardOf(`imap ${name}`)) === membership.self,
    });
  }

  /** How reading the mailboxes goes. */
  get mailboxes(): MailboxLine[] {
    return this.#mailboxes.lines;
  }

  /** Where they listen, the ports as the system gave them. */
  get listening(): Pick<Listeners, 'http' | 'smtp' | 'submission'> {
    const { http = null, smtp = null, submission = null } = this.#listeners ?? {};
    return { http, smtp, submission };
  }

  /** The same as people write it. */
  get addresses(): { http: string | null; smtp: string | null; submission?: string } {
    const { http, smtp, submission } = this.listening;
    return {
      http: http === null ? null : formatListen(http),
      smtp: smtp === null ? null : formatListen(smtp),
      ...(submission === null ? {} : { submission: formatListen(submission) }),
    };
  }

  /** Rejects, with nothing left open, when a port is taken or a certificate or secret can't be used. */
  async open(config: Config): Promise<void> {
    this.#inbound = await this.#openInbound(config);
    this.#config = config;
    try {
      const parts = this.#listenerParts(config);
      this.#files = await readDoorFiles(parts);
      const passwords = await this.#parts.secrets(config).imapPasswords();
      this.#listeners = await openListeners(parts, this.#files);
      await this.#mailboxes.change(config, passwords);
    } catch (error) {
      await this.#inbound?.stop();
      throw error;
    }
  }

  /** Takes another configuration into use; rejects with the former one still in use. */
  async change(from: Config, to: Config): Promise<void> {
    const passwords = await this.#parts.secrets(to).imapPasswords();
    const inbound = await this.#changed(from, to);
    await this.#inbound?.stop();
    this.#inbound = inbound;
    this.#config = to;
    await this.#mailboxes.change(to, passwords);
  }

  async #changed(from: Config, to: Config): Promise<Inbound | null> {
    const parts = this.#listenerParts(to);
    // Everything that can be wrong with files and secrets shows before a door is closed.
    const files = await readDoorFiles(parts);
    const inbound = await this.#openInbound(to);
    try {
      if (sameDoors(from, to)) this.#listeners?.renew(files);
      else await this.#reopen(from, parts, files);
      this.#files = files;
      return inbound;
    } catch (error) {
      await inbound?.stop();
      throw error;
    }
  }

  /** A port can't be had twice: the former listeners close first, and come back if the new ones can't open. */
  async #reopen(from: Config, parts: ListenerParts, files: DoorFiles): Promise<void> {
    const former = this.#files;
    await this.#listeners?.close();
    this.#listeners = null;
    try {
      this.#listeners = await openListeners(parts, files);
    } catch (error) {
      this.#listeners = await this.#comeBack(from, former ?? files);
      throw error;
    }
  }

  async #comeBack(from: Config, files: DoorFiles): Promise<Listeners> {
    try {
      return await openListeners(this.#listenerParts(from), files);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#parts.problems.raise(
        'doors',
        `nothing takes alerts: ${why}`,
        'free the port, then restart relay',
      );
      throw error;
    }
  }

  /** Refuses what is new with 421/503, answers what is under way, closes. */
  async close(): Promise<void> {
    await Promise.all([this.#inbound?.stop(), this.#mailboxes.stop(), this.#listeners?.close()]);
    await this.#reader.close();
  }

  #listenerParts(config: Config): ListenerParts {
    const { accept, roster, rosterIsSure, log, health, tokenKey, draining, core, nowMs, unheard } =
      this.#parts;
    return {
      config,
      accept,
      roster,
      rosterIsSure,
      log,
      alerts: {
        store: () => core().store,
        whenDone: (id, timeoutMs) => core().whenDone(id, timeoutMs),
        nowMs,
      },
      draining,
      reader: this.#reader,
      doorId: doorId(tokenKey),
      reply: takesReplies(config) ? (mail) => takeReplyMail(this.#replyParts(), mail) : null,
      plugins: [
        healthRoutes(health),
        pingDoor({ roster, rosterIsSure, accept, nowMs, unheard, log }),
        async (app) => inboundRoutes(app, () => this.#inbound),
        async (app) => this.#answerDoor(app, config),
        async (app) => calendarDoor(app, { roster, nowMs: this.#parts.nowMs, limits: CALENDAR_LIMITS }),
      ],
      ownCertificate: existing(ownCertificate(config.keyDir)),
    };
  }

  #openInbound(config: Config): Promise<Inbound | null> {
    const { secrets, clock, log, problems, pageOpen } = this.#parts;
    return openInbound({
      config,
      secrets: secrets(config),
      clock,
      log,
      problems,
      pageOpen,
      onSms: (sms) => takeSms(this.#replyParts(), sms),
      onReceipt: (received) => takeReceipt(this.#parts.accept, received),
      calls: {
        message: (name) => messageOfCall(this.#parts, name),
        onKey: (pressed) => takeKey(this.#parts, pressed),
      },
    });
  }

  /** Where no link can have been sent, there is nothing. */
  #answerDoor(app: FastifyInstance, config: Config): void {
    if ((config.http?.publicUrl ?? null) === null) return;
    const { core, tokenKey, rosterIsSure, log, nowMs } = this.#parts;
    answerDoor(app, {
      core,
      tokenKey,
      rosterIsSure,
      log,
      nowMs,
      linkMs: linkMsOf(config),
      limits: ANSWER_LIMITS,
    });
  }

  #replyParts(): ReplyParts {
    const { accept, roster, rosterIsSure, tokenKey, log, nowMs, clock } = this.#parts;
    return {
      accept,
      roster,
      rosterIsSure,
      tokenKey,
      log,
      nowMs,
      mailAuth: { openDns: () => new Lookup(), clock },
      requireDmarc: () => this.#config?.mail?.requireDmarc === true,
    };
  }
}

const existing = (files: TlsFiles): TlsFiles | null => (existsSync(files.certFile) ? files : null);

/** Also while pages don't offer it: whether replies come in is found out, and those to earlier pages may. */
const takesReplies = ({ mail }: Config): boolean => mail !== null && mail.replyWorks !== false;

/** Whether the open listeners do for both: certificates and users are renewed without closing anything. */
function sameDoors(from: Config, to: Config): boolean {
  const what = (config: Config): string => JSON.stringify([config.http, config.smtp, takesReplies(config)]);
  return what(from) === what(to);
}
