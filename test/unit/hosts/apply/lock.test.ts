import { existsSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../../../src/relay/hosts/apply/lock.ts';
import { type Sandbox, sandbox } from '../sandbox.ts';
import { hostOf } from '../ssh/rig.ts';

const LOCK = '/var/lib/relay-host/lock';
const remotes = (...hosts: Sandbox[]): Sandbox['remote'][] => hosts.map(({ remote }) => remote);

describe('one at a time changes a cluster', () => {
  test('who comes second is told by whom and since when, and holds nothing; afterwards he may', async () => {
    await using a = await sandbox();
    await using b = await sandbox({ ...hostOf({}), name: 'b1' });
    {
      await using held = await takeLock(remotes(a), 'apply', false);
      expect(held.lost()).toBeNull();
      await expect(takeLock(remotes(b, a), 'upgrade', false)).rejects.toThrow(
        /^a1 is being changed by .+@.+ \(apply\) since 20/u,
      );
    }
    await using again = await takeLock(remotes(b, a), 'upgrade', false);
    expect(again.lost()).toBeNull();
  });

  test('a holder who gave no sign for minutes is dead; a living one is only driven out by force', async () => {
    await using a = await sandbox();
    await takeLock(remotes(a), 'apply', false);
    await expect(takeLock(remotes(a), 'apply', false)).rejects.toThrow('is being changed by');
    const longAgo = new Date(Date.now() - 10 * 60_000);
    await utimes(a.at(LOCK), longAgo, longAgo);
    await takeLock(remotes(a), 'apply', false);
    await expect(takeLock(remotes(a), 'apply', false)).rejects.toThrow('is being changed by');
    await using forced = await takeLock(remotes(a), 'apply', true);
    expect(forced.lost()).toBeNull();
  });

  test('who was driven out, or slept too long, does nothing more to a host', async () => {
    await using a = await sandbox();
    const asleep = await takeLock(remotes(a), 'apply', false);
    const held = asleep.held(a.remote);
    expect(await held.run('look', 'cat', { stdin: 'heard' })).toBe('heard');
    await using other = await takeLock(remotes(a), 'upgrade', true);
    await expect(held.run('restart Cassandra', `touch ${a.at('/opt/relay/restarted')}`)).rejects.toThrow(
      'somebody else changes this host by now',
    );
    expect(existsSync(a.at('/opt/relay/restarted'))).toBe(false);
    await other.held(a.remote).run('restart Cassandra', `touch ${a.at('/opt/relay/restarted')}`);
  });

  test('who stops lets what is under way end, and begins nothing more', async () => {
    await using a = await sandbox();
    await using lock = await takeLock(remotes(a), 'apply', false);
    const held = lock.held(a.remote);
    const fifo = a.at('/opt/relay/go-on');
    await a.remote.run('make it', `mkfifo ${fifo}`);
    const running = held.run('restart Cassandra', `cat ${fifo}; touch ${a.at('/opt/relay/restarted')}`);
    let over = false;
    const finished = lock.finish().then(() => (over = true));
    await expect(held.run('restart relay', 'true')).rejects.toThrow('this was stopped');
    expect(over).toBe(false);
    await a.remote.run('let it go on', `echo now > ${fifo}`);
    await finished;
    expect(await running).toBe('now\n');
    expect(existsSync(a.at('/opt/relay/restarted'))).toBe(true);
  });
});
