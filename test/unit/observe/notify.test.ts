import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNotifier } from '../../../src/relay/observe/notify.ts';
import { HandClock } from './hand-clock.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-notify-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** A systemd-notify of our own, earlier on PATH, that writes down how it was called and then ends with `code`. */
async function fakeSystemd(options: { code?: number } = {}) {
  const calls = join(dir, 'calls');
  const script = join(dir, 'systemd-notify');
  await writeFile(
    script,
    `#!/bin/sh\necho "$NOTIFY_SOCKET|$RELAY_SECRET|$*" >> '${calls}'\nexit ${options.code ?? 0}\n`,
  );
  await chmod(script, 0o755);
  await writeFile(calls, '');
  const complaints: string[] = [];
  const clock = new HandClock();
  const notifier = createNotifier({
    clock,
    log: { info: () => {}, warn: (_fields, text) => void complaints.push(text), error: () => {} },
    env: {
      NOTIFY_SOCKET: '/run/example/notify',
      WATCHDOG_USEC: '20000000',
      RELAY_SECRET: 's3cret',
      PATH: `${dir}:/usr/bin:/bin`,
    },
  });
  const said = async () => {
    // Messages go out in order: once this one is through, all before it are.
    await notifier.ready('asked');
    const lines = (await readFile(calls, 'utf8')).trimEnd().split('\n');
    await writeFile(calls, '');
    return lines.filter((line) => !line.endsWith('STATUS=asked'));
  };
  return { notifier, clock, said, complaints };
}

describe('telling systemd', () => {
  it('says ready with a status, reloading, ready again and stopping, in this order', async () => {
    const { notifier, said } = await fakeSystemd();
    await Promise.all([
      notifier.ready('2 open\nincidents'),
      notifier.reloading(),
      notifier.ready(),
      notifier.stopping(40_000),
    ]);
    expect(await said()).toEqual([
      '/run/example/notify||READY=1 STATUS=2 open incidents',
      '/run/example/notify||RELOADING=1',
      '/run/example/notify||READY=1',
      '/run/example/notify||STOPPING=1 EXTEND_TIMEOUT_USEC=40000000',
    ]);
  });

  it('asks for more time while a start goes on, and says what it is about', async () => {
    const { notifier, said } = await fakeSystemd();
    await notifier.starting('moving everything here');
    expect(await said()).toEqual([
      '/run/example/notify||EXTEND_TIMEOUT_USEC=120000000 STATUS=moving everything here',
    ]);
  });

  it('feeds the watchdog every half of its time while the engine advances', async () => {
    const { notifier, clock, said } = await fakeSystemd();
    let rounds = 0;
    const stop = notifier.watch(() => rounds);
    rounds += 1;
    clock.advance(9_999);
    expect(await said()).toEqual([]);
    clock.advance(1);
    expect(await said()).toEqual(['/run/example/notify||WATCHDOG=1']);
    rounds += 1;
    clock.advance(10_000);
    expect(await said()).toEqual(['/run/example/notify||WATCHDOG=1']);
    stop();
  });

  it('lets it starve when the engine hangs, also from the very start', async () => {
    const { notifier, clock, said } = await fakeSystemd();
    let rounds = 0;
    const stop = notifier.watch(() => rounds);
    clock.advance(20_000);
    expect(await said()).toEqual([]);
    rounds += 1;
    clock.advance(10_000);
    expect(await said()).toEqual(['/run/example/notify||WATCHDOG=1']);
    clock.advance(60_000);
    expect(await said()).toEqual([]);
    stop();
  });

  it('leaves no timer behind when stopped', async () => {
    const { notifier, clock, said } = await fakeSystemd();
    let rounds = 0;
    const stop = notifier.watch(() => ++rounds);
    clock.advance(10_000);
    stop();
    expect(clock.waiting).toBe(0);
    await said();
    clock.advance(60_000);
    expect(await said()).toEqual([]);
  });

  it('logs a failing systemd-notify once and goes on', async () => {
    const { notifier, said, complaints } = await fakeSystemd({ code: 1 });
    await notifier.ready();
    await notifier.stopping(40_000);
    expect(await said()).toHaveLength(2);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('NotifyAccess=all');
  });

  it('logs a missing systemd-notify the same way', async () => {
    const complaints: string[] = [];
    const notifier = createNotifier({
      clock: new HandClock(),
      log: { info: () => {}, warn: (_fields, text) => void complaints.push(text), error: () => {} },
      env: { NOTIFY_SOCKET: '/run/example/notify', PATH: dir },
    });
    await notifier.ready();
    await notifier.stopping(40_000);
    expect(complaints).toHaveLength(1);
  });

  it('does nothing, and calls nothing, when not started by systemd', async () => {
    const clock = new HandClock();
    const complaints: string[] = [];
    const notifier = createNotifier({
      clock,
      log: { info: () => {}, warn: (_fields, text) => void complaints.push(text), error: () => {} },
      env: { PATH: dir, WATCHDOG_USEC: '20000000' },
    });
    await notifier.ready('up');
    await notifier.reloading();
    await notifier.stopping(40_000);
    notifier.watch(() => 1);
    expect(clock.waiting).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('asks for no watchdog when the unit has none', async () => {
    const clock = new HandClock();
    const notifier = createNotifier({
      clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      env: { NOTIFY_SOCKET: '/run/example/notify', PATH: dir },
    });
    notifier.watch(() => 1);
    expect(clock.waiting).toBe(0);
  });

  // Only where systemd is installed: the tests above say what is called, this one that systemd's own tool takes it.
  it.runIf(existsSync('/usr/bin/systemd-notify') && existsSync('/usr/bin/perl'))(
    'reaches a real notify socket through the real systemd-notify',
    async () => {
      const socket = join(dir, 'notify.sock');
      // Perl is part of every Debian and has what Node lacks: unix datagram sockets.
      const receiver = spawn('/usr/bin/perl', ['-e', RECEIVER, socket], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
        const next = async () => (await lines.next()).value as string;
        expect(await next()).toBe('up');
        const complaints: unknown[] = [];
        const notifier = createNotifier({
          clock: new HandClock(),
          log: { info: () => {}, warn: (fields) => void complaints.push(fields), error: () => {} },
          env: { NOTIFY_SOCKET: socket, PATH: '/usr/bin:/bin' },
        });
        const said = notifier.ready('listening');
        const heard: string[] = [];
        while (!heard.includes('STATUS=listening')) heard.push(await next());
        await said;
        expect(heard).toContain('READY=1');
        expect(complaints).toEqual([]);
      } finally {
        receiver.kill();
      }
    },
  );
});

const RECEIVER = `
  use Socket;
  $| = 1;
  socket(S, PF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
  bind(S, sockaddr_un($ARGV[0])) or die "bind: $!";
  print "up\\n";
  while (defined(recv(S, $message, 4096, 0))) { print "$message\\n"; }
`;
