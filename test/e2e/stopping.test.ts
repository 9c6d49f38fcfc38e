/** SIGTERM and SIGHUP, and starts that can't be: what senders and the operator see. */
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmtpClient } from '../unit/events/smtp-client.ts';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';

test('SIGTERM under load: senders are told to come back, it ends with 0 within 30 s, nothing accepted is lost', async () => {
  const relay = await startRelay();
  const accepted: string[] = [];
  const refused: number[] = [];
  let sending = true;
  const keep = async (worker: number): Promise<void> => {
    for (let count = 0; sending; count += 1) {
      const key = `${worker}-${count}`;
      const code =
        worker % 2 === 0
          ? (
              await relay.sender.enqueues({
                event_action: 'trigger',
                dedup_key: key,
                payload: { summary: `load ${key}`, source: 'x', severity: 'error' },
              })
            ).status
          : (await relay.sender.mails({ to: `db+${key}`, subject: `PROBLEM: load ${key}`, clear: true }))
              .code;
      if (code === 202 || code === 250) accepted.push(key);
      else refused.push(code);
      if (refused.length >= 20) sending = false;
    }
  };
  // One that is connected all along, and says nothing.
  const idle = await SmtpClient.hello(relay.smtp);
  const workers = Array.from({ length: 8 }, (_, worker) => keep(worker));
  await until('sixty alerts are accepted', () => accepted.length >= 60);
  const startedMs = performance.now();
  const ended = await relay.stop();
  expect(ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(30_000);
  await Promise.all(workers);
  expect((await idle.reply()).code).toBe(421);
  // 0: by then nobody listens any more.
  expect([...new Set(refused)].filter((code) => ![0, 421, 503].includes(code))).toEqual([]);
  expect(relay.daemon.lines.at(-1)?.msg).toBe('relay has stopped');

  await relay.start();
  const keys = await until('every accepted alert has its incident', async () => {
    const all = (await relay.incidents()).map(({ dedupKey }) => dedupKey);
    return accepted.every((key) => all.includes(key)) ? all : null;
  });
  expect(keys.length).toBe(new Set(keys).size);
});

test('SIGHUP with a broken configuration: the old one stays, and the log names file, line and what was expected', async () => {
  const relay = await startRelay();
  const before = await readFile(relay.config, 'utf8');
  const broken = before.replace(/^( {2}from:) .*$/m, '$1 not an address');
  const line = broken.split('\n').findIndex((one) => one.includes('not an address')) + 1;
  const told = await relay.reconfigure(() => broken);
  expect(told.msg).toBe('the new configuration is wrong; the old one stays in use');
  expect(told.text).toContain(`relay.yaml:${line}`);
  expect(told.text).toContain('mail.from');
  expect(told.text).toContain('a mail address such as relay@example.com');
  expect(told.text, 'no stack: whoever reads it wrote YAML').not.toContain('.ts:');
  const standing = (await relay.status()).problems.map(({ text }) => text).join('\n');
  expect(standing, 'whoever sends a signal sees no answer').toContain(`relay.yaml:${line}: mail.from`);
  expect((await relay.sender.posts('disk full on db1')).status).toBe(202);
  await relay.phone('ana').receives(/disk full/);

  // The same file at a start: refused, in the same words, on standard error.
  await relay.stop();
  const again = relay.launch();
  expect(await again.ended).toEqual({ code: 1, signal: null });
  expect(again.errors).toContain(`relay.yaml:${line}`);
  await writeFile(relay.config, before);
  await relay.start();
});

test('SIGHUP takes new networks and a new catch-all into use', async () => {
  const relay = await startRelay({ people: ['ana', 'ben', 'eve'], levels: [{ level: 'ana', after: '1s' }] });
  expect((await relay.sender.mails({ to: 'db', subject: 'PROBLEM: one on db1' })).code).toBe(250);
  const told = await relay.reconfigure((yaml) =>
    yaml
      .replace(/^( {2}domain: .*)$/m, '$1\n  allowFrom: [192.0.2.0/24]')
      .replace('catchAll: []', 'catchAll: [ben]'),
  );
  expect(told.msg).toBe('the configuration was read again and is in use');
  const refused = await relay.sender.mails({ to: 'db', subject: 'PROBLEM: two on db1' });
  expect(refused.code).toBe(550);
  const withKey = await relay.sender.mails({
    to: relay.db.emailWithKey ?? '',
    subject: 'PROBLEM: three on db1',
  });
  expect(withKey.code).toBe(250);
  const detail = await relay.shows(/three/, 'triggered', ({ assignedTo }) => assignedTo.includes('ben'));
  expect(detail.assignedTo).toEqual(['ben']);
  expect(detail.timeline.map(({ kind }) => kind)).toContain('catch-all');
  await relay.phone('ben').receives(/three/);
});

test('a second daemon on the same database ends with a clear error; the first goes on', async () => {
  const relay = await startRelay();
  const second = relay.launch();
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.errors).toMatch(
    /relay\.db is in use by another process, probably another relay: stop that one/,
  );
  expect(second.errors).not.toMatch(/\n\s+at /);
  expect((await relay.sender.posts('disk full on db1')).status).toBe(202);
  await relay.phone('ana').receives(/disk full/);
});

test('a damaged database: the start ends with a clear error that says what to do, and changes nothing', async () => {
  const relay = await startRelay();
  for (let count = 0; count < 20; count += 1) await relay.sender.posts(`disk full on db${count}`);
  await relay.stop();
  const path = join(relay.dir, 'relay.db');
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  const junk = Buffer.alloc(4_096, 0x5a);
  for (let at = 8_192; at + junk.length < size; at += 16_384) await file.write(junk, 0, junk.length, at);
  await file.close();
  const before = await readFile(path);
  const started = relay.launch();
  expect(await started.ended).toEqual({ code: 1, signal: null });
  expect(started.errors).toMatch(
    /relay\.db is damaged \(.*\): move it away and keep it \(.*\), then put a backup in/,
  );
  expect(started.errors).not.toMatch(/\n\s+at /);
  expect((await readFile(path)).equals(before)).toBe(true);

  await writeFile(path, 'this is no database at all, but somebody’s shopping list\n'.repeat(100));
  const other = relay.launch();
  expect((await other.ended).code).toBe(1);
  expect(other.errors).toMatch(/relay\.db is not a relay database/);
});

test('SIGHUP again and again under load: nothing accepted is lost, and the doors are open at the end', async () => {
  const relay = await startRelay();
  const accepted: string[] = [];
  const enough = new AbortController();
  const keep = async (worker: number): Promise<void> => {
    for (let count = 0; !enough.signal.aborted; count += 1) {
      const key = `${worker}-${count}`;
      const { status } = await relay.sender.enqueues({
        event_action: 'trigger',
        dedup_key: key,
        payload: { summary: `load ${key}`, source: 'x', severity: 'error' },
      });
      if (status === 202) accepted.push(key);
    }
  };
  const workers = Array.from({ length: 4 }, (_, worker) => keep(worker));
  for (const network of ['192.0.2.0/24', '127.0.0.0/8', '198.51.100.0/24', '127.0.0.0/8']) {
    const before = accepted.length;
    await until('ten more alerts are accepted', () => accepted.length >= before + 10);
    const told = await relay.reconfigure((yaml) =>
      yaml.replace(/\n {2}allowFrom: .*/, '').replace(/^( {2}domain: .*)$/m, `$1\n  allowFrom: [${network}]`),
    );
    expect(told.msg).toBe('the configuration was read again and is in use');
  }
  enough.abort();
  await Promise.all(workers);
  expect((await relay.sender.mails({ to: 'db', subject: 'PROBLEM: after all' })).code).toBe(250);
  expect((await relay.sender.posts('after all, by curl')).status).toBe(202);
  await until('every accepted alert has its incident', async () => {
    const all = new Set((await relay.incidents()).map(({ dedupKey }) => dedupKey));
    return accepted.every((key) => all.has(key));
  });
});

test('signals while it starts: SIGHUP is answered once it is up, SIGTERM ends it in order', async () => {
  const relay = await startRelay();
  await relay.stop();
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
    const daemon = relay.launch();
    await until('the process listens for signals', () => listensForHangup(daemon.pid));
    expect(daemon.lines.map((line) => line.msg)).not.toContain('relay is up');
    daemon.signal(signal);
    if (signal === 'SIGHUP') {
      await daemon.logs(/^relay is up$/);
      await daemon.logs(/configuration was read again/);
      daemon.signal('SIGTERM');
    }
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
  }
  await relay.start();
});

/** Linux says which signals a process catches: SIGHUP is the lowest bit. */
async function listensForHangup(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}
