/** haproxy.cfg as text, for HAProxy 2.6 (Debian 12) and 3.0 (Debian 13). Pure. */
import { globalPart } from './global.ts';
import { handedParts } from './handed.ts';
import type { ProxyLayout } from './layout.ts';
import { mailParts } from './mail.ts';
import { webParts } from './web.ts';

/** The whole file. */
export function proxyConfig(layout: ProxyLayout): string {
  const parts = [globalPart(layout), ...webParts(layout), ...mailParts(layout), ...handedParts(layout)];
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}
