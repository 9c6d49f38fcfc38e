import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testRules } from '../../../src/cli/rules.ts';

const NAGIOS = join(import.meta.dirname, '../../fixtures/mail/nagios-problem.eml');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-rules-'));
});
afterEach(async () => rm(folder, { recursive: true }));

async function run(
  files: string[],
  { json = false, http = false, contentType = '' } = {},
): Promise<{ exit: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    env: {},
    cwd: folder,
    tty: false,
    columns: 80,
  };
  const exit = await testRules({ files, http, contentType }, json, io);
  return { exit, out, err };
}

describe('what a mail would become', () => {
  test('is one line of JSON for each file', async () => {
    const { exit, out } = await run([NAGIOS, NAGIOS], { json: true });
    expect(exit).toBe(0);
    const [first, second] = out.trimEnd().split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      file: NAGIOS,
      source: 'nagios',
      rule: null,
      events: [
        {
          action: 'trigger',
          dedupKey: 'nagios/db1.example.com/disk /var',
          severity: 'critical',
          summary: expect.stringContaining('Disk /var on db1.example.com is CRITICAL') as string,
          reason: 'read by its notification type PROBLEM',
        },
      ],
    });
    expect(second).toBe(first);
  });

  test('stands in words for people', async () => {
    const { out } = await run([NAGIOS]);
    expect(out).toContain('opens  Disk /var on db1.example.com');
    expect(out).toContain('because   read by its notification type PROBLEM');
  });

  test('a file that is not there is named, and the others are read all the same', async () => {
    const { exit, out, err } = await run([join(folder, 'none.eml'), NAGIOS], { json: true });
    expect(exit).toBe(1);
    expect(err).toContain('none.eml: no such file');
    expect(out.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('what a request would become', () => {
  const body = async (value: unknown): Promise<string> => {
    const file = join(folder, 'body');
    await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };

  test('each alert of a group is an event', async () => {
    const alert = (status: string, instance: string) => ({
      status,
      labels: { alertname: 'DiskFull', instance, severity: 'critical' },
      fingerprint: `f${instance}`,
    });
    const file = await body({
      version: '4',
      groupKey: '{}:{alertname="DiskFull"}',
      status: 'firing',
      alerts: [alert('firing', 'db1'), alert('resolved', 'db2')],
    });
    const { out } = await run([file], { json: true, http: true, contentType: 'application/json' });
    expect(JSON.parse(out)).toMatchObject({
      source: 'alertmanager',
      events: [
        { action: 'trigger', severity: 'critical', dedupKey: 'alertmanager/fdb1' },
        { action: 'resolve', dedupKey: 'alertmanager/fdb2' },
      ],
    });
  });

  test('what the sender would be told is said', async () => {
    const { exit, out } = await run([await body('{ broken')], {
      json: true,
      http: true,
      contentType: 'application/json',
    });
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ source: null, events: [], refused: 'body is not valid JSON' });
  });
});
