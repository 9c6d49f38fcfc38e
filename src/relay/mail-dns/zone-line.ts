/** Lines as a zone file has them. Pure. */

const TTL_SECONDS = 3_600;

/** `alerts.example.com. 3600 IN MX 10 relay.example.com.` */
export const zoneLine = (name: string, type: string, value: string): string =>
  `${name}. ${TTL_SECONDS} IN ${type} ${value}`;

/** A TXT record's value: quoted, in parts of at most 255 bytes. */
export function quoted(text: string): string {
  const parts = text.match(/[\s\S]{1,255}/g) ?? [''];
  return parts.map((part) => `"${part.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(' ');
}
