/** Reads `imap[].url`. Pure. */
import { isIP } from 'node:net';

export interface ImapServer {
  host: string;
  port: number;
  user: string;
  /** TLS from the start; otherwise STARTTLS. */
  isSecure: boolean;
  /** On this machine: there the certificate isn't checked, and clear text is no secret's end. */
  isLoopback: boolean;
  /** False only where the URL says `?tls.rejectUnauthorized=false`. */
  checksCertificate: boolean;
}

/** Null when it is no imap:// or imaps:// URL with a user. A password in it is nobody's business here. */
export function readImapUrl(text: string): ImapServer | null {
  const url = URL.parse(text);
  if (url === null || !/^imaps?:$/u.test(url.protocol) || url.hostname === '' || url.username === '')
    return null;
  const user = decoded(url.username);
  if (user === null || /\p{Cc}/u.test(user) || (url.pathname !== '' && url.pathname !== '/')) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'imaps:';
  return {
    host,
    port: url.port === '' ? (isSecure ? 993 : 143) : Number(url.port),
    user,
    isSecure,
    isLoopback: host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')),
    checksCertificate: url.searchParams.get('tls.rejectUnauthorized') !== 'false',
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
