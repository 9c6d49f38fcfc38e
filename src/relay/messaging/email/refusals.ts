/** What a failed SMTP dialogue means for a mail, and what can be done about it. Pure. */
import type { SendOutcome } from '../port.ts';
import type { Phase, SmtpFailure } from './session.ts';

/**
 * A reply of the server is its word: 4xx not now, 5xx never. Without one, the final dot decides: before it nothing
 * can have been sent, after it nobody can tell (rule 8).
 */
export function outcomeOf(failure: SmtpFailure, phase: Phase, host: string, name = 'mail'): SendOutcome {
  const { responseCode } = failure;
  if (responseCode === undefined) {
    if (phase === 'dot')
      return { kind: 'doubt', error: `after the mail was handed over: ${failure.message}` };
    const account = failure.code === 'EAUTH';
    return {
      kind: 'refused',
      permanent: account,
      code: failure.originalCode ?? failure.code ?? 'connection',
      error: failure.message,
      cure: cureOf(failure, host, name),
      ...(account || failure.code === 'ETLS' ? { account: true } : {}),
    };
  }
  return {
    kind: 'refused',
    permanent: responseCode >= 500,
    code: String(responseCode),
    error: (failure.response ?? failure.message).replace(/\s+/g, ' '),
    cure: cureOf(failure, host, name),
    ...(aboutUs(failure) ? { account: true } : {}),
  };
}

/** Whether the server objects to us and not to this recipient or mail: then it will object to every mail. */
function aboutUs(failure: SmtpFailure): boolean {
  if (failure.code === 'EAUTH') return true;
  const command = failure.command ?? 'CONN';
  return command !== 'RCPT TO' && command !== 'DATA';
}

/** What the reader can do about it, one line; `name` is the server's among several. */
export function cureOf(failure: SmtpFailure, host: string, name = 'mail'): string {
  const { url, from, passwordFile, variable } = keysOf(name);
  const { code, originalCode, command, responseCode, message } = failure;
  if (code === 'EAUTH' && responseCode === undefined) {
    return `Put the password for ${url} into ${passwordFile} (or ${variable})`;
  }
  if (code === 'EAUTH') return `Check the user in ${url} and the password in ${passwordFile}`;
  if (responseCode === 530)
    return `The server wants a login: put the user into ${url} and the password into ${passwordFile}`;
  if (code === 'ETLS' || /certificate|self-signed|altnames/i.test(message)) {
    return `Check the TLS certificate of ${host}; ${url} takes ?tls.rejectUnauthorized=false where you trust the network`;
  }
  if (code === 'EENVELOPE' && command === 'RCPT TO')
    return 'Check the mail address: relay person edit ID --email ADDRESS';
  if (command === 'MAIL FROM')
    return `The server refuses our sender: check ${from} and what the server lets you send as`;
  if (command === 'DATA') return 'The server refused the mail itself: its answer says why';
  if (responseCode !== undefined) return `The mail server ${host} turns us away: its answer says why`;
  if (originalCode === 'ENOTFOUND' || message.includes('ENOTFOUND'))
    return `No such host: check ${host} in ${url}`;
  return `Check that a mail server listens on ${host} as ${url} says, and that this host can reach it`;
}

/** What relay.yaml calls the settings of that server, `mail` or `mail-2` and so on. */
function keysOf(name: string): { url: string; from: string; passwordFile: string; variable: string } {
  if (name === 'mail') {
    return {
      url: 'mail.url',
      from: 'mail.from',
      passwordFile: 'mail.passwordFile',
      variable: 'RELAY_MAIL_PASSWORD',
    };
  }
  const of = (key: string): string => `${key} of ${name} in mail.servers`;
  const variable = name.replace('mail-', 'RELAY_MAIL_PASSWORD_');
  return { url: of('url'), from: of('from'), passwordFile: 'its passwordFile', variable };
}
