/** Writes relay.yaml with its comments. What it writes, the CLI's plain reader must be able to read. */
import { dirname, relative } from 'node:path';
import { formatListen } from '../config/listen.ts';
import type { ConfigFile } from '../config/schema.ts';
import type { KeyFiles } from './keys.ts';
import type { Place } from './place.ts';

type Line = string | null;

/** The text of relay.yaml; paths below its folder are written relative to it, so that the folder can be moved. */
export function configText(
  file: Pick<ConfigFile, 'http' | 'smtp' | 'mail' | 'twilio'>,
  place: Place,
  keys: KeyFiles,
): string {
  const path = (target: string): string => {
    const short = relative(dirname(place.config), target);
    return text(short.startsWith('..') ? target : short);
  };
  const key = (name: string, value: string | undefined, write: (value: string) => string = text): Line =>
    value === undefined ? null : `  ${name}: ${write(value)}`;
  const { http, smtp, mail, twilio } = file;
  const lines: Line[] = [
    '# Written by `relay init`. Every key with its meaning: config/relay.yaml in the source.',
    '# After a change: systemctl reload relay, or kill -HUP. Secrets stand in files of their own.',
    '',
    `store: ${text(`sqlite:${unquotedPath(place)}`)}`,
  ];
  if (http !== undefined) {
    lines.push(
      '',
      '# Alerts by HTTP.',
      'http:',
      `  listen: ${text(formatListen(http.listen))}`,
      key('publicUrl', http.publicUrl) ?? '  # publicUrl: https://alerts.example.com',
    );
  }
  if (smtp !== undefined) {
    lines.push(
      '',
      '# Alerts by mail: SERVICE@domain from private networks (allowFrom), SERVICE-KEY@domain from anywhere.',
      'smtp:',
      `  listen: ${text(formatListen(smtp.listen))}`,
      `  domain: ${text(smtp.domain)}`,
      '  # tls: another certificate for STARTTLS than the self-signed one in keys/',
    );
  }
  if (mail !== undefined) {
    lines.push(
      '',
      '# Pages by mail.',
      'mail:',
      key('url', mail.url),
      key('from', mail.from),
      key('passwordFile', mail.passwordFile, path),
      key('replyTo', mail.replyTo),
      '  # Whether pages can be answered by mail. auto: relay looks whether mail to smtp.domain comes in here.',
      '  # true, false: it is so, whatever that finds.',
      `  replyWorks: ${mail.replyWorks}`,
    );
  }
  if (twilio !== undefined) {
    lines.push(
      '',
      '# Pages by SMS.',
      'twilio:',
      key('accountSid', twilio.accountSid),
      key('authTokenFile', twilio.authTokenFile, path),
      key('from', twilio.from),
      key('baseUrl', twilio.baseUrl),
      twilio.pollSeconds === undefined ? null : `  pollSeconds: ${twilio.pollSeconds}`,
    );
  }
  lines.push(
    '',
    '# Who is paged when nobody else is left; empty: everybody.',
    'catchAll: []',
    '',
    'api:',
    `  socket: ${path(place.socket)}`,
    '  # listen: 127.0.0.1:8081',
    `  tokenFile: ${path(keys.apiToken)}`,
    '',
  );
  return lines.filter((line) => line !== null).join('\n');
}

function unquotedPath(place: Place): string {
  const short = relative(dirname(place.config), place.database);
  return short.startsWith('..') ? place.database : short;
}

/** Text as YAML reads it back: bare when that is safe beyond doubt, in quotes otherwise. */
export function text(value: string): string {
  return /^[a-zA-Z/.][\w/.@-]*(?::[\w/.@-]+)*$/u.test(value) &&
    !/^(?:true|false|null|yes|no|on|off)$/iu.test(value)
    ? value
    : JSON.stringify(value);
}
