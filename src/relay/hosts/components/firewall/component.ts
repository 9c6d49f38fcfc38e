/** nftables from the inventory. */
import { PLACES } from '../../places.ts';
import type { Component, HostContext } from '../../types.ts';
import { firewallLayout } from './layout.ts';
import { firewallRules } from './rules.ts';

const UNIT = `/etc/systemd/system/${PLACES.firewall.unit}`;

/** Loads the rules at boot. */
export const FIREWALL_UNIT = `# Made by relay from cluster.yaml.
[Unit]
Description=Firewall of relay
Documentation=https://wiki.nftables.org/
ConditionPathExists=${PLACES.firewall.rules}
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
# Debian's own service begins with throwing everything away, this table too.
After=local-fs.target nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${PLACES.firewall.rules}
ExecReload=/usr/sbin/nft -f ${PLACES.firewall.rules}
ExecStop=-/usr/sbin/nft delete table inet relay
ProtectSystem=full
ProtectHome=true

[Install]
WantedBy=sysinit.target
`;

/**
 * The rules, and the unit that loads them at boot. A change of the rules is no reason to restart it: they are put in
 * place by `applyFirewall`, which has loaded them by then and knows that ssh still gets in.
 */
export const firewall: Component = {
  name: 'firewall',
  packages: ['nftables'],
  users: () => [],
  folders: () => [{ path: '/etc/nftables.d', mode: 0o755, owner: 'root', group: 'root' }],
  files: (context) => [
    {
      path: PLACES.firewall.rules,
      content: wantedRules(context, context.facts.listening),
      mode: 0o644,
      owner: 'root',
      group: 'root',
      secret: false,
      check: 'nft -c -f "$FILE"',
    },
    { path: UNIT, content: FIREWALL_UNIT, mode: 0o644, owner: 'root', group: 'root', secret: false },
  ],
  units: () => [{ name: PLACES.firewall.unit, state: 'enabled', restartsOn: [], reloadsOn: [] }],
};

/** The rules as a file. `listening` (`Facts`) null: the host wasn't asked where its sshd listens. */
export const wantedRules = (
  context: Pick<HostContext, 'inventory' | 'host'>,
  listening: readonly string[] | null,
): string => firewallRules(firewallLayout(context, listening));
