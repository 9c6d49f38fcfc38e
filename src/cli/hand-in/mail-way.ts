/** An alert by mail: to a server that send.yaml names, or by this machine's own sendmail, which has a queue. */
import { access, constants } from 'node:fs/promises';
import { alertOf, type Errand } from './errand.ts';
import type { SendFile } from './send-file.ts';

/** What Relay reads of such a mail besides its words; see events/formats/handed-in.ts. */
export const ALERT_HEADER = 'X-Relay-Alert';

const SENDMAIL = ['/usr/sbin/sendmail', '/usr/lib/sendmail'];
const WAIT_MS = 10_000;

/** Resolves with where it went; rejects with Error that says why not. */
export async function byMail({ mail, smtp }: SendFile, errand: Errand): Promise<string> {
  const alert = alertOf(errand);
  if (mail === null || alert === null) throw new Error('mail: takes alerts only');
  const { summary, details, severity, key, resolve } = alert;
  const { id, saidHost } = errand.body;
  const fields = { action: resolve ? 'resolve' : 'trigger', key, severity };
  const { createTransport } = await import('nodemailer');
  const path = smtp === null ? await sendmailPath() : null;
  const transport =
    smtp === null
      ? createTransport({ sendmail: true, path: path ?? '', newline: 'unix' })
      : createTransport({
          url: smtp,
          connectionTimeout: WAIT_MS,
          greetingTimeout: WAIT_MS,
          socketTimeout: WAIT_MS,
          // With smtp:// TLS is used where it is offered, as between mail servers: unproven is better than plain.
          ...(smtp.startsWith('smtps:') ? {} : { tls: { rejectUnauthorized: false } }),
        });
  try {
    await transport.sendMail({
      from: `relay@${saidHost.includes('.') ? saidHost : `${saidHost}.localdomain`}`,
      to: mail,
      subject: summary,
      text: details === '' ? summary : `${summary}\n\n${details}`,
      messageId: `<${id}@relay-send>`,
      headers: { [ALERT_HEADER]: Buffer.from(JSON.stringify(fields)).toString('base64url') },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  } catch (error) {
    throw new Error(`mail: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, {
      cause: error,
    });
  } finally {
    transport.close();
  }
  return `mail to ${mail.replace(/-[0-9a-f]{32}@/, '-…@')}`;
}

async function sendmailPath(): Promise<string> {
  for (const path of SENDMAIL) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error('mail: there is no sendmail here, and send.yaml names no smtp server');
}
