/** Another mail server holds port 25: what to write into it so that it hands on to Relay the mail for Relay's domain. */
import type { PortHolder } from '../ports.ts';

export interface Forwarding {
  /** What holds port 25, as people call it. */
  server: string;
  /** What to do, line by line; commands for a shell. */
  lines: string[];
}

/** As the kernel names the process that listens. */
const NAMES: Record<string, 'exim' | 'postfix'> = { exim4: 'exim', exim: 'exim', master: 'postfix' };

/** `port`: where Relay takes mail on 127.0.0.1. */
export function forwarding(holder: PortHolder, domain: string, port: number): Forwarding {
  const known = NAMES[holder.program];
  if (known === undefined) {
    return {
      server: `${holder.program} (pid ${holder.pid})`,
      lines: [`# Have it hand on mail for ${domain} to 127.0.0.1, port ${port}, by SMTP.`],
    };
  }
  return { server: `${known} (pid ${holder.pid})`, lines: LINES[known](domain, port) };
}

const LINES = { exim: eximLines, postfix: postfixLines };

/**
 * Debian's configuration, in one file or split, has a router for this file, which must be told that an address of this
 * very machine is meant. The third line lets mail for the domain in from outside.
 */
function eximLines(domain: string, port: number): string[] {
  return [
    `echo '${domain}: 127.0.0.1::${port}' >> /etc/exim4/hubbed_hosts`,
    "sed -i '/^hubbed_hosts:/a\\  self = send' /etc/exim4/conf.d/router/150_exim4-config_hubbed_hosts /etc/exim4/exim4.conf.template",
    `sed -i "s/^dc_relay_domains='/&${domain};/" /etc/exim4/update-exim4.conf.conf`,
    'update-exim4.conf && systemctl reload exim4',
    `exim4 -bt default@${domain}    # says: host 127.0.0.1 [127.0.0.1] port=${port}`,
  ];
}

/** Adds to what is set. texthash needs no postmap. */
function postfixLines(domain: string, port: number): string[] {
  return [
    `echo '${domain} smtp:[127.0.0.1]:${port}' >> /etc/postfix/relay-pager`,
    'postconf -e "transport_maps = texthash:/etc/postfix/relay-pager $(postconf -h transport_maps)"',
    `postconf -e "relay_domains = ${domain} $(postconf -h relay_domains)"`,
    'systemctl reload postfix',
  ];
}
