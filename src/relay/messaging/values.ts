/** What a message puts in the place of each placeholder. Pure: the escaping is up to where it stands. */
import type { Placeholder } from './placeholders.ts';
import type { Outgoing } from './port.ts';

export type Values = Readonly<Record<Placeholder, string>>;

/** `secret` null: the template names none. What a message doesn't have is empty. */
export function valuesOf(message: Outgoing, secret: string | null): Values {
  return {
    to: oneLine(message.to),
    text: plainText(message.body),
    subject: oneLine(message.subject ?? titleOf(message)),
    id: oneLine(message.id),
    code: String(message.code),
    person: oneLine(message.person),
    incident: message.incident === undefined ? '' : String(message.incident),
    severity: message.severity ?? '',
    service: oneLine(message.service ?? ''),
    link: oneLine(message.link ?? ''),
    secret: secret ?? '',
  };
}

/** Several lines stay several; other control characters, and halves of characters, don't stay at all. */
const plainText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(/[^\P{Cc}\n]/gu, '');

const oneLine = (text: string): string => plainText(text).replaceAll('\n', ' ').trim();

function titleOf({ incident, severity, service }: Outgoing): string {
  if (incident === undefined) return 'Relay';
  const how = severity === undefined || severity === 'unknown' ? '' : ` ${severity.toUpperCase()}`;
  return `#${incident}${how}${service === undefined ? '' : ` ${service}`}`;
}
