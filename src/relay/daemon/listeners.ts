/** The doors: SMTP and HTTP, opened from the configuration, reopened when a reload changes them. */
import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';
import type { Config, Listen, TlsFiles } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import { httpIntake, startHttp, type RunningHttp } from '../events/http.ts';
import { createMailReader, type MailReader } from '../events/mail/reader.ts';
import { startSmtp, type HandleReply, type RunningSmtp } from '../events/smtp.ts';
import { parseUsers } from '../events/smtp/users.ts';
import type { Roster } from '../oncall/types.ts';

export interface ListenerParts {
  config: Config;
  accept: Accept;
  roster(): Roster;
  log: Log;
  /** Null: replies by mail don't work here. */
  reply: HandleReply | null;
  /** More for the HTTP listener: health, webhooks. */
  plugins: FastifyPluginAsync[];
  /** The certificate that init made, used for STARTTLS when none is given; null when there is none. */
  ownCertificate: TlsFiles | null;
}

export interface Listeners {
  http: Listen | null;
  smtp: Listen | null;
  /** Reads the certificates again; rejects when one can't be used, keeping the present ones. */
  reloadTls(config: Config): Promise<void>;
  /** Refuses what is new with 421/503, answers what is under way, closes. */
  close(): Promise<void>;
}

/** Opens both; rejects when a port is taken or a certificate can't be used, with nothing left open. */
export async function openListeners(parts: ListenerParts): Promise<Listeners> {
  const reader = createMailReader({ log: parts.log });
  let http: RunningHttp | null = null;
  let smtp: RunningSmtp | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([http?.close(), smtp?.close()]);
    await reader.close();
  };
  try {
    http = await openHttp(parts);
    smtp = await openSmtp(parts, reader);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    http: http?.address ?? null,
    smtp: smtp?.address ?? null,
    reloadTls: async (config) => {
      const web = await pemOf(config.http?.tls ?? null);
      const mail = await pemOf(config.smtp?.tls ?? parts.ownCertificate);
      if (web !== null) http?.setTls(web);
      if (mail !== null) smtp?.setTls(mail);
    },
    close,
  };
}

async function openHttp({
  config,
  accept,
  roster,
  log,
  plugins,
}: ListenerParts): Promise<RunningHttp | null> {
  if (config.http === null) return null;
  return startHttp({
    listen: config.http.listen,
    tls: await pemOf(config.http.tls),
    log,
    plugins: [httpIntake({ roster, accept, log }), ...plugins],
  });
}

async function openSmtp(parts: ListenerParts, reader: MailReader): Promise<RunningSmtp | null> {
  const { config, accept, roster, log, reply, ownCertificate } = parts;
  if (config.smtp === null) return null;
  const { smtp } = config;
  return startSmtp({
    listen: smtp.listen,
    domain: smtp.domain,
    allowFrom: smtp.allowFrom,
    tls: await pemOf(smtp.tls ?? ownCertificate),
    users: smtp.usersFile === null ? null : parseUsers(await readFile(smtp.usersFile, 'utf8')),
    roster,
    accept,
    reader,
    reply,
    log,
  });
}

async function pemOf(files: TlsFiles | null): Promise<{ cert: string; key: string } | null> {
  if (files === null) return null;
  const [cert, key] = await Promise.all([readFile(files.certFile, 'utf8'), readFile(files.keyFile, 'utf8')]);
  return { cert, key };
}
