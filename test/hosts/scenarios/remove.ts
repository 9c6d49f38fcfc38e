/** One command takes everything away again; what was on the hosts before is left alone. */
import { expect } from 'vitest';
import { measured, seconds } from '../measured.ts';
import { STANDIN_PORTS } from '../setting.ts';
import type { Stage } from '../stage.ts';

export async function removeEverything(stage: Stage): Promise<void> {
  const { tookMs } = await stage.done('cluster', 'remove', '--all', '--purge', '--yes');
  measured('relay cluster remove --all --purge', seconds(tookMs));
  // The test's own ways back to its phones and its mailbox still end there.
  const own = ['22', ...Object.values(STANDIN_PORTS)].join('|');
  for (const host of stage.hosts) {
    const left = await stage.on(
      host,
      `ls -d /opt/relay* /etc/relay* /var/lib/relay* /var/log/relay* /run/relay* /usr/local/bin/relay \
         /etc/systemd/system/relay* /etc/sudoers.d/relay* /etc/nftables.d/relay* /etc/chrony/conf.d/relay* 2>/dev/null || true
       getent passwd relay relay-cassandra || true
       getent group relay relay-cassandra || true
       systemctl list-units --all --plain --no-legend 'relay*' || true
       nft list table inet relay 2>/dev/null || true
       pgrep -a -u relay,relay-cassandra 2>/dev/null || true
       ss -Htln | awk '{print $4}' | grep -Ev ':(${own})$' || true`,
    );
    expect(left, `what is left on ${host.name}`).toBe('');
  }
}
