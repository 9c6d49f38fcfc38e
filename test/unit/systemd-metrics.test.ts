import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const unit = join(import.meta.dirname, '../../systemd/relay-metrics.service');
const settings = new Map(
  readFileSync(unit, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]\w+=/u.test(line))
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const analyze = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find((path) => existsSync(path));
if (analyze === undefined) {
  console.warn(
    'NOT CHECKED: systemd-analyze is not on this machine, so nothing measured the exposure of relay-metrics.service',
  );
}

describe('the unit that tells of a host', () => {
  test('goes on whatever becomes of relay, and must not take its memory', () => {
    expect(Object.fromEntries(settings)).toMatchObject({ Restart: 'always', DynamicUser: 'yes' });
    expect([...settings.keys()].filter((key) => /^(?:Requires|BindsTo|PartOf)$/u.test(key))).toEqual([]);
    expect(settings.get('MemoryMax')).toBe('192M');
    expect(Number(settings.get('OOMScoreAdjust'))).toBeGreaterThan(0);
  });

  test('is given its one file and none of the secrets beside it', () => {
    expect(settings.get('LoadCredential')).toBe('metrics.yaml:/etc/relay/metrics.yaml');
    expect(settings.get('ExecStart')).toBe(
      '/opt/relay/current/bin/relay metrics-agent --config %d/metrics.yaml',
    );
    expect(settings.has('SupplementaryGroups')).toBe(false);
    expect(settings.get('CapabilityBoundingSet')).toBe('');
  });

  test('sees the /proc of the whole host, and Node may compile', () => {
    expect(settings.has('ProcSubset')).toBe(false);
    expect(settings.has('MemoryDenyWriteExecute')).toBe(false);
  });

  // Needs systemd's own tool; its absence is told above.
  test.runIf(analyze !== undefined)('is exposed by at most 2.0, as systemd counts', () => {
    const told = execFileSync(analyze ?? '', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });
    const level = /Overall exposure level for relay-metrics\.service: (?<level>[\d.]+)/u.exec(told);
    expect(Number(level?.groups?.['level'])).toBeLessThanOrEqual(2);
  });

  // Needs systemd's own tool; its absence is told above.
  test.runIf(analyze !== undefined)('holds no setting that systemd does not know', () => {
    const { stdout, stderr } = spawnSync(analyze ?? '', ['verify', '--man=no', unit], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toMatch(/unknown|invalid|ignoring|failed to parse/iu);
  });
});
