/** One complete mail to durable inputs: one for each distinct service, accepted together. */
import type { Log } from '../../engine/ports.ts';
import { StoreFullError, StoreUnavailableError } from '../../store/port.ts';
import type { Accept, NewInput } from '../accept.ts';
import { ClosingError } from '../accept.ts';
import { redactKey } from '../keys.ts';
import { pingInput, whatOfMail } from '../pings.ts';
import { mailOf, readHead } from '../mail/headers.ts';
import type { MailReader } from '../mail/reader.ts';
import type { AlertEvent } from '../types.ts';
import type { ReceivedMail } from './data.ts';
import { stableMailId } from './identity.ts';
import type { Recipient } from './recipient.ts';

/** What became of a mail, as SMTP says it. */
export interface Answer {
  code: 250 | 421 | 451 | 550;
  text: string;
}

/** A mail to `ack+TOKEN@domain`, as it was handed in. */
export interface ReplyToTake {
  raw: Uint8Array;
  token: string;
  mailFrom: string;
  /** The address of who handed it in; null where nobody knows. */
  remote: string | null;
  helo: string | null;
  /** False: its end was cut off. */
  whole: boolean;
  /** Reads it in the mail worker. */
  read: MailReader['readReply'];
}

/** `later`: it can't be judged now, and should come again. */
export type HandleReply = (mail: ReplyToTake) => Promise<'taken' | 'unknown-token' | 'later'>;

export interface DeliverParts {
  accept: Accept;
  reader: MailReader;
  reply: HandleReply | null;
  log: Log;
}

export interface Envelope {
  mailFrom: string;
  recipients: readonly Exclude<Recipient, { kind: 'refused' }>[];
  /** The address of who handed it in; null: nobody did, it was fetched. */
  remote: string | null;
  /** Where it was fetched, for logs. */
  by?: string;
  /** What names it when it has no Message-ID; absent: it is new then. */
  idWithout?: string;
  /** What it called itself; null when it said nothing. */
  helo?: string | null;
}

/** Never rejects. 250 only when all of it is durable; 451 when the store can't, 421 while shutting down. */
export async function deliver(parts: DeliverParts, mail: ReceivedMail, envelope: Envelope): Promise<Answer> {
  try {
    const { services, tokens, pings } = sort(envelope.recipients);
    const text: string[] = [];
    if (services.length > 0) {
      const inputs = await readInputs(parts.reader, mail, envelope, services);
      const rows = await parts.accept(inputs);
      text.push(rows.map((row) => row.id).join(' '));
      parts.log.info(
        {
          remote: envelope.remote ?? envelope.by,
          services: services.map((same) => same[0]?.service),
          sizeBytes: mail.sizeBytes,
          ids: rows.map((row) => row.id),
        },
        'mail accepted',
      );
    }
    if (pings.length > 0) {
      const rows = await parts.accept(await readPings(parts.reader, mail, envelope, pings));
      text.push(rows.map((row) => row.id).join(' '));
      parts.log.info(
        { remote: envelope.remote ?? envelope.by, heartbeats: pings.map(({ heartbeat }) => heartbeat) },
        'ping accepted',
      );
    }
    const answered = await takeReplies(parts, mail, tokens, envelope);
    if (answered.includes('later')) {
      return { code: 451, text: 'who sent this could not be looked up in time; try again later' };
    }
    const unknown = answered.filter((one) => one === 'unknown-token');
    if (unknown.length > 0 && services.length + pings.length === 0 && unknown.length === tokens.length) {
      return {
        code: 550,
        text: 'this reply address is not known or no longer valid; answer the latest message',
      };
    }
    return { code: 250, text: `OK: durable ${text.join(' ')}`.trim() };
  } catch (error) {
    return refusal(error, parts.log, envelope.remote ?? envelope.by ?? '');
  }
}

/** What is said for an error that keeps a mail from being durable. */
function refusal(error: unknown, log: Log, remote: string): Answer {
  if (error instanceof ClosingError)
    return { code: 421, text: 'relay is shutting down; try again in a moment' };
  const why = error instanceof Error ? error.message : String(error);
  log.error({ remote, error: why }, 'mail not accepted: answered 451');
  if (error instanceof StoreFullError)
    return { code: 451, text: 'no space left to keep this mail; try again later' };
  if (error instanceof StoreUnavailableError)
    return { code: 451, text: 'the store is not available; try again later' };
  return { code: 451, text: 'this mail could not be kept; try again later' };
}

type ToService = Extract<Recipient, { kind: 'service' }>;
type ToPing = Extract<Recipient, { kind: 'ping' }>;

/** The addresses of each distinct service (one for each plus tag), and the distinct tokens. */
function sort(recipients: Envelope['recipients']): {
  services: ToService[][];
  tokens: string[];
  pings: ToPing[];
} {
  const services = new Map<string, ToService[]>();
  const tokens = new Set<string>();
  const pings = new Map<string, ToPing>();
  for (const one of recipients) {
    if (one.kind === 'reply') tokens.add(one.token);
    else if (one.kind === 'ping') pings.set(one.heartbeat, one);
    else {
      const same = services.get(one.service);
      if (same === undefined) services.set(one.service, [one]);
      else if (!same.some((other) => other.tag === one.tag)) same.push(one);
    }
  }
  return { services: [...services.values()], tokens: [...tokens], pings: [...pings.values()] };
}

/** One input a service; where the mail went to several of its tags, with an event for each. */
async function readInputs(
  reader: MailReader,
  mail: ReceivedMail,
  { mailFrom, idWithout }: Envelope,
  services: readonly ToService[][],
): Promise<NewInput[]> {
  const head = readHead(mail.raw);
  const ids = services.map((same) => {
    const recipient = same
      .map((one) => `${one.service}+${one.tag ?? ''}`)
      .toSorted()
      .join(',');
    const id = stableMailId(mail, head, mailFrom, recipient);
    return id ?? (idWithout === undefined ? undefined : `${idWithout}-${same[0]?.service ?? ''}`);
  });
  for (const { key } of services.flat()) if (key !== null) redactKey(mail.raw, key);
  return Promise.all(
    services.map(async (same, index): Promise<NewInput> => {
      const read = await Promise.all(
        same.map(async (one) =>
          (await reader.read(mail.raw, { service: one.service, tag: one.tag })).map((event) =>
            withNotes(event, [one.note, cutNote(mail)]),
          ),
        ),
      );
      const stableId = ids[index];
      return {
        ...(stableId === undefined ? {} : { stableId }),
        input: { kind: 'alert', events: read.flat() },
        raw: mail.raw,
      };
    }),
  );
}

/** One input a heartbeat. Its key stands in the mail's headers. */
async function readPings(
  reader: MailReader,
  mail: ReceivedMail,
  { mailFrom, idWithout }: Envelope,
  pings: readonly ToPing[],
): Promise<NewInput[]> {
  const head = readHead(mail.raw);
  const { subject } = mailOf(head, '', null);
  const ids = pings.map(
    ({ heartbeat }) =>
      stableMailId(mail, head, mailFrom, `ping-${heartbeat}`) ??
      (idWithout === undefined ? undefined : `${idWithout}-ping-${heartbeat}`),
  );
  for (const { key } of pings) redactKey(mail.raw, key);
  const [event] = await reader.read(mail.raw, { service: 'ping', tag: null });
  const said = new TextEncoder().encode(event?.details ?? event?.summary ?? '');
  return pings.map(({ heartbeat, tag }, index) => {
    const stableId = ids[index];
    const pinged = {
      ...whatOfMail(tag, subject),
      by: 'mail',
      body: said,
      ...(stableId === undefined ? {} : { stableId }),
    };
    return { ...pingInput(heartbeat, pinged), raw: mail.raw };
  });
}

function cutNote(mail: ReceivedMail): string | null {
  return mail.restHash === null
    ? null
    : `only the first ${mail.raw.length} of ${mail.sizeBytes} bytes were kept`;
}

function withNotes(event: AlertEvent, notes: readonly (string | null)[]): AlertEvent {
  const reasons = [...notes, event.reason ?? null].filter((one) => one !== null);
  return reasons.length === 0 ? event : { ...event, reason: reasons.join('; ') };
}

/** What became of the reply to each token. */
function takeReplies(
  { reply, reader }: DeliverParts,
  { raw, restHash }: ReceivedMail,
  tokens: readonly string[],
  { mailFrom, remote, helo = null }: Envelope,
): Promise<Awaited<ReturnType<HandleReply>>[]> {
  const whole = restHash === null;
  const read: ReplyToTake['read'] = (bytes, envelope) => reader.readReply(bytes, envelope);
  return Promise.all(
    tokens.map(async (token) =>
      reply === null ? 'unknown-token' : reply({ raw, token, mailFrom, remote, helo, whole, read }),
    ),
  );
}
