import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const unit = join(import.meta.dirname, '../../systemd/relay.service');
const text = readFileSync(unit, 'utf8');
const settings = new Map(
  text
    .split('\n')
    .filter((line) => /^[A-Z]\w+=/u.test(line))
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const analyze = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find((path) => existsSync(path));
if (analyze === undefined) {
  console.warn(
    'NOT CHECKED: systemd-analyze is not on this machine, so nothing measured the exposure of relay.service',
  );
}

describe('the systemd unit', () => {
  test('is notified by a child, fed by a watchdog, reloaded by SIGHUP, and given time to end', () => {
    expect(Object.fromEntries(settings)).toMatchObject({
      Type: 'notify',
      NotifyAccess: 'all',
      ExecReload: '/bin/kill -HUP $MAINPID',
      User: 'relay',
      Restart: 'always',
    });
    expect(Number(settings.get('WatchdogSec'))).toBeGreaterThan(0);
    expect(Number(settings.get('TimeoutStopSec'))).toBeGreaterThan(30);
    expect(settings.get('ExecStart')).toBe(
      '/opt/relay/current/bin/relay start --config /etc/relay/relay.yaml',
    );
  });

  test('may bind port 25 and has no other power of root', () => {
    expect(settings.get('CapabilityBoundingSet')).toBe('CAP_NET_BIND_SERVICE');
    expect(settings.get('AmbientCapabilities')).toBe('CAP_NET_BIND_SERVICE');
  });

  test('leaves Node the memory it compiles into', () => {
    expect(settings.has('MemoryDenyWriteExecute')).toBe(false);
  });

  // Needs systemd's own tool; its absence is told above.
  test.runIf(analyze !== undefined)('is exposed by at most 2.0, as systemd counts', () => {
    const told = execFileSync(analyze ?? '', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });
    const level = /Overall exposure level for relay\.service: (?<level>[\d.]+)/u.exec(told)?.groups?.[
      'level'
    ];
    expect(Number(level)).toBeLessThanOrEqual(2);
  });

  // Needs systemd's own tool; its absence is told above.
  test.runIf(analyze !== undefined)('holds no setting that systemd does not know', () => {
    const { stdout, stderr } = spawnSync(analyze ?? '', ['verify', '--man=no', unit], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toMatch(/unknown|invalid|ignoring|failed to parse/iu);
  });
});

describe('the nightly backup', () => {
  const backup = join(import.meta.dirname, '../../systemd/relay-backup.service');

  test("writes one folder, which is relay's own, and reaches the daemon by its socket only", () => {
    const lines = readFileSync(backup, 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'ExecStart=/opt/relay/current/bin/relay backup --config /etc/relay/relay.yaml --to /var/backups/relay --keep 7',
        'User=relay',
        'ReadWritePaths=/var/backups',
        'CapabilityBoundingSet=',
        'RestrictAddressFamilies=AF_UNIX',
        'UMask=0077',
      ]),
    );
  });

  // Needs systemd's own tool; its absence is told above.
  test.runIf(analyze !== undefined)(
    'is exposed by at most 2.0, and holds nothing that systemd does not know',
    () => {
      const told = execFileSync(analyze ?? '', ['security', '--offline=true', '--no-pager', backup], {
        encoding: 'utf8',
      });
      const level = /exposure level for relay-backup\.service: (?<level>[\d.]+)/u.exec(told)?.groups?.[
        'level'
      ];
      expect(Number(level)).toBeLessThanOrEqual(2);
      const timer = backup.replace(/service$/u, 'timer');
      const { stdout, stderr } = spawnSync(analyze ?? '', ['verify', '--man=no', backup, timer], {
        encoding: 'utf8',
      });
      expect(`${stdout}${stderr}`).not.toMatch(/unknown|invalid|ignoring|failed to parse/iu);
    },
  );
});
