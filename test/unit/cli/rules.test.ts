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
  const exit = await testRules({ files, http, contentType, rules: null, explain: false }, json, io);
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
          dedupKey: 'nagios/db1.example.com/disk /var/192.0.2.20',
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

describe('a file of the other kind', () => {
  test('is read, and standard error says what it looks like', async () => {
    const json = join(folder, 'alert.json');
    await writeFile(json, '{"title": "disk full"}');
    expect((await run([json])).err).toMatch(
      /alert\.json looks like a request, and was read as a mail: give --http\n$/,
    );
    const whole = join(folder, 'whole');
    await writeFile(whole, 'POST /v2/alerts HTTP/1.1\n\n{"message": "disk full"}');
    expect((await run([whole])).err).toMatch(/give --http/);
    expect((await run([NAGIOS], { http: true })).err).toMatch(/looks like a mail: leave --http out/);
    for (const [file, http] of [
      [json, true],
      [whole, true],
      [NAGIOS, false],
    ] as const)
      expect((await run([file], { http })).err).toBe('');
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

  test('a form is known by its look, as `relay incident raw` prints it', async () => {
    const form = await run([await body('summary=disk full on db1&severity=critical')], {
      json: true,
      http: true,
    });
    expect(JSON.parse(form.out)).toMatchObject({
      source: 'form',
      events: [{ dedupKey: 'disk full on db1', severity: 'critical' }],
    });
    const plain = await run([await body('disk full: free=0 on db1')], { json: true, http: true });
    expect(JSON.parse(plain.out)).toMatchObject({ source: 'plain' });
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
