/** All doors of the daemon: SMTP, HTTP, inbound SMS. Opened from a configuration, changed by a reload, closed at the end. */
import { existsSync } from 'node:fs';
import type { Config, TlsFiles } from '../config/types.ts';
import { ownCertificate } from '../config/paths.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import type { InboundSms } from '../messaging/twilio/inbound.ts';
import { healthRoutes, type HealthParts } from '../observe/health.ts';
import type { Roster } from '../oncall/types.ts';
import { inboundRoutes, openInbound } from './inbound.ts';
import { openListeners, type Listeners } from './listeners.ts';
import { takeReplyMail, takeSms, type ReplyParts } from './replies.ts';

export interface DoorParts {
  accept: Accept;
  roster(): Roster;
  tokenKey: Uint8Array;
  clock: Clock;
  log: Log;
  problems: Problems;
  health: HealthParts;
  secrets(config: Config): Secrets;
  /** Somebody has been paged and has not answered yet: replies are polled for often. */
  pageOpen(): boolean;
  nowMs(): number;
}

export class Doors {
  readonly #parts: DoorParts;
  #listeners: Listeners | null = null;
  #inbound: InboundSms | null = null;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** Where they listen, the ports as the system gave them. */
  get listening(): { http: Listeners['http']; smtp: Listeners['smtp'] } {
    return { http: this.#listeners?.http ?? null, smtp: this.#listeners?.smtp ?? null };
  }

  /** Rejects, with nothing left open, when a port is taken or a certificate or secret can't be used. */
  async open(config: Config): Promise<void> {
    this.#inbound = await this.#openInbound(config);
    try {
      this.#listeners = await openListeners(this.#listenerParts(config));
    } catch (error) {
      await this.#inbound?.stop();
      throw error;
    }
  }

  /** Takes another configuration into use; rejects with the former one still in use. */
  async change(from: Config, to: Config): Promise<void> {
    if (JSON.stringify([from.http, from.smtp]) === JSON.stringify([to.http, to.smtp])) {
      await this.#listeners?.reloadTls(to);
    } else {
      await this.#listeners?.close();
      try {
        this.#listeners = await openListeners(this.#listenerParts(to));
      } catch (error) {
        this.#listeners = await openListeners(this.#listenerParts(from));
        throw error;
      }
    }
    const inbound = await this.#openInbound(to);
    await this.#inbound?.stop();
    this.#inbound = inbound;
  }

  /** Refuses what is new with 421/503, answers what is under way, closes. */
  async close(): Promise<void> {
    await Promise.all([this.#inbound?.stop(), this.#listeners?.close()]);
  }

  #listenerParts(config: Config): Parameters<typeof openListeners>[0] {
    const { accept, roster, log, health } = this.#parts;
    return {
      config,
      accept,
      roster,
      log,
      reply: config.mail?.replyWorks === true ? (mail) => takeReplyMail(this.#replyParts(), mail) : null,
      plugins: [healthRoutes(health), async (app) => inboundRoutes(app, () => this.#inbound)],
      ownCertificate: existing(ownCertificate(config.keyDir)),
    };
  }

  #openInbound(config: Config): Promise<InboundSms | null> {
    const { secrets, clock, log, problems, pageOpen } = this.#parts;
    return openInbound({
      config,
      secrets: secrets(config),
      clock,
      log,
      problems,
      pageOpen,
      onSms: (sms) => takeSms(this.#replyParts(), sms),
    });
  }

  #replyParts(): ReplyParts {
    const { accept, roster, tokenKey, log, nowMs } = this.#parts;
    return { accept, roster, tokenKey, log, nowMs };
  }
}

const existing = (files: TlsFiles): TlsFiles | null => (existsSync(files.certFile) ? files : null);
