/** What a message puts in the place of each placeholder. Pure: the escaping is up to where it stands. */
import { phoneText } from './phone-text.ts';
import type { Placeholder } from './placeholders.ts';
import type { Outgoing } from './port.ts';

export type Values = Readonly<Record<Placeholder, string>>;

/** `secret` null: the template names none. What a message doesn't have is empty. */
export function valuesOf(message: Outgoing, secret: string | null): Values {
  return {
    to: oneLine(message.to),
    text: phoneText(message.body),
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

const oneLine = (text: string): string => phoneText(text).replaceAll('\n', ' ').trim();

function titleOf({ incident, severity, service }: Outgoing): string {
  if (incident === undefined) return 'Relay';
  const how = severity === undefined || severity === 'unknown' ? '' : ` ${severity.toUpperCase()}`;
  return `#${incident}${how}${service === undefined ? '' : ` ${service}`}`;
}
