/** The doors: SMTP and HTTP, opened from the configuration, reopened when a reload changes them. */
import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';
import type { Config, Listen, TlsFiles } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import { type AlertsPort, httpIntake, startHttp, type RunningHttp } from '../events/http.ts';
import type { MailReader } from '../events/mail/reader.ts';
import { startSmtp, type HandleReply, type RunningSmtp } from '../events/smtp.ts';
import { checkPem } from '../events/smtp/tls.ts';
import { parseUsers, type SmtpUsers } from '../events/smtp/users.ts';
import type { Roster } from '../oncall/types.ts';
import { onPort } from './listen-refused.ts';

export interface ListenerParts {
  config: Config;
  accept: Accept;
  roster(): Roster;
  /** See DoorParts. */
  rosterIsSure(): boolean;
  log: Log;
  /** See HttpIntakeOptions. */
  alerts: AlertsPort;
  /** See DoorParts. */
  draining(): boolean;
  reader: MailReader;
  /** See SmtpOptions. */
  doorId: string;
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
  submission: Listen | null;
  /** Takes renewed certificates and users into use, with nothing closed; throws when one can't be used. */
  renew(files: DoorFiles): void;
  /** Refuses what is new with 421/503, answers what is under way, closes. */
  close(): Promise<void>;
}

/** What the listeners need from files, read and checked before a door is closed for it. */
export interface DoorFiles {
  httpTls: Pem | null;
  smtpTls: Pem | null;
  users: SmtpUsers | null;
}

type Pem = { cert: string; key: string };

/** Rejects when a certificate, its key or the users file can't be read or used. */
export async function readDoorFiles({ config, ownCertificate }: ListenerParts): Promise<DoorFiles> {
  const { http, smtp } = config;
  const usersFile = smtp?.usersFile ?? null;
  const [httpTls, smtpTls, users] = await Promise.all([
    pemOf(http?.tls ?? null),
    pemOf(smtp === null ? null : (smtp.tls ?? ownCertificate)),
    usersFile === null ? null : readFile(usersFile, 'utf8').then(parseUsers),
  ]);
  if (httpTls !== null) checkPem(httpTls, 'http.tls');
  if (smtpTls !== null) checkPem(smtpTls);
  return { httpTls, smtpTls, users };
}

/** Opens both; rejects when a port is taken or a certificate can't be used, with nothing left open. */
export async function openListeners(parts: ListenerParts, files: DoorFiles): Promise<Listeners> {
  let present = files;
  const users: SmtpUsers = {
    verify: async (user, password) => (await present.users?.verify(user, password)) === true,
  };
  let http: RunningHttp | null = null;
  let smtp: RunningSmtp | null = null;
  let submission: RunningSmtp | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([http?.close(), smtp?.close(), submission?.close()]);
  };
  try {
    http = await openHttp(parts, files);
    const opening = { ...files, users: files.users === null ? null : users };
    smtp = await openSmtp(parts, opening, 'listen');
    submission = await openSmtp(parts, opening, 'submission');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    http: http?.address ?? null,
    smtp: smtp?.address ?? null,
    submission: submission?.address ?? null,
    renew: (next) => {
      if (next.httpTls !== null) http?.setTls(next.httpTls);
      if (next.smtpTls !== null) for (const one of [smtp, submission]) one?.setTls(next.smtpTls);
      present = next;
    },
    close,
  };
}

async function openHttp(
  { config, accept, roster, rosterIsSure, log, alerts, plugins, draining }: ListenerParts,
  files: DoorFiles,
): Promise<RunningHttp | null> {
  const { http } = config;
  if (http === null) return null;
  return onPort('http.listen', http.listen, () =>
    startHttp({
      listen: http.listen,
      proxies: http.proxy ?? [],
      tls: files.httpTls,
      leaving: draining,
      log,
      plugins: [httpIntake({ roster, rosterIsSure, accept, alerts, log }), ...plugins],
    }),
  );
}

async function openSmtp(
  { config, accept, roster, rosterIsSure, log, doorId, reader, reply }: ListenerParts,
  files: DoorFiles,
  door: 'listen' | 'submission',
): Promise<RunningSmtp | null> {
  const { smtp } = config;
  const listen = smtp?.[door];
  if (smtp === null || listen === undefined) return null;
  return onPort(`smtp.${door}`, listen, () =>
    startSmtp({
      listen,
      submission: door === 'submission',
      proxies: smtp.proxy ?? [],
      domain: smtp.domain,
      id: doorId,
      allowFrom: smtp.allowFrom,
      tls: files.smtpTls,
      users: files.users,
      roster,
      rosterIsSure,
      accept,
      reader,
      reply,
      log,
    }),
  );
}

async function pemOf(files: TlsFiles | null): Promise<Pem | null> {
  if (files === null) return null;
  const [cert, key] = await Promise.all([readFile(files.certFile, 'utf8'), readFile(files.keyFile, 'utf8')]);
  return { cert, key };
}
