/** Monitors: they mail and post alerts, and take an answer for what it says. */
import { createTransport } from 'nodemailer';

/** What the mail server said last: 250 only when the alert is durable; 0 when the connection broke off. */
export interface Delivered {
  code: number;
  text: string;
}

export interface AlertMail {
  to: string;
  subject: string;
  body?: string;
  /** Absent: a new one each time. */
  messageId?: string;
  date?: Date;
  headers?: Record<string, string>;
  /** Without STARTTLS, as simple senders do. */
  clear?: boolean;
}

export interface Posted {
  /** 0 when the connection broke off or was refused. */
  status: number;
  body: unknown;
  retryAfter: string | null;
}

interface Where {
  host: string;
  port: number;
}

const GIVE_UP_MS = 20_000;

/** Sends one mail over a connection of its own; never rejects for what the server or the network does. */
export async function sendMail(
  where: Where,
  mail: {
    from: string;
    to: string;
    subject: string;
    text: string;
    headers?: Record<string, string>;
    messageId?: string;
    date?: Date;
    /** Speaks without STARTTLS, which costs a sender less. */
    clear?: boolean;
  },
): Promise<Delivered> {
  const { clear = false, ...content } = mail;
  const transport = createTransport({
    ...where,
    ignoreTLS: clear,
    // Relay's own certificate is self-signed: senders of mail encrypt without asking who it is.
    tls: { rejectUnauthorized: false },
    connectionTimeout: GIVE_UP_MS,
    greetingTimeout: GIVE_UP_MS,
    socketTimeout: GIVE_UP_MS,
  });
  try {
    const { response } = await transport.sendMail(content);
    return { code: Number(response.slice(0, 3)), text: response };
  } catch (error) {
    const failed = error as Error & { responseCode?: number; response?: string };
    return { code: failed.responseCode ?? 0, text: failed.response ?? failed.message };
  } finally {
    transport.close();
  }
}

/** Sends a mail as it stands, e.g. one from a fixture; `from` empty: a null return path. Never rejects, as above. */
export async function sendRaw(
  where: Where,
  mail: { from: string; to: string; raw: string },
): Promise<Delivered> {
  const transport = createTransport({ ...where, ignoreTLS: true, connectionTimeout: GIVE_UP_MS });
  try {
    const raw = Buffer.from(mail.raw.replace(/\r?\n/g, '\r\n'), 'latin1');
    const { response } = await transport.sendMail({ envelope: { from: mail.from, to: mail.to }, raw });
    return { code: Number(response.slice(0, 3)), text: response };
  } catch (error) {
    const failed = error as Error & { responseCode?: number; response?: string };
    return { code: failed.responseCode ?? 0, text: failed.response ?? failed.message };
  } finally {
    transport.close();
  }
}

/** Posts to a URL; never rejects for what the server or the network does. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // No kept connections: one that died with a killed daemon must not be what the next request meets.
      headers: { connection: 'close', ...headers },
      body,
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    return { status: 0, body: error instanceof Error ? error.message : String(error), retryAfter: null };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // not every answer is JSON
  }
}
