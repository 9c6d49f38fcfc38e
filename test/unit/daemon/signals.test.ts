import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Signals } from '../../../src/relay/daemon/signals.ts';
import { calm } from '../engine/calm.ts';

function signalled() {
  const source = new EventEmitter();
  const signals = new Signals(source as unknown as NodeJS.Process);
  const happened: string[] = [];
  const open: (() => void)[] = [];
  const start = Promise.withResolvers<void>();
  const answers = {
    reload: async () => {
      happened.push('reload begins');
      await new Promise<void>((resolve) => void open.push(resolve));
      happened.push('reload ends');
    },
    ending: (signal: string) => void happened.push(`ending by ${signal}`),
    end: async () => void happened.push('end'),
  };
  /** Lets what is under way finish. */
  const finish = async (): Promise<void> => {
    open.shift()?.();
    await calm();
  };
  return { source, signals, happened, start, answers, finish };
}

describe('signals', () => {
  it('while relay starts are answered once it is up', async () => {
    const { source, signals, happened, start, answers, finish } = signalled();
    source.emit('SIGHUP');
    signals.answer(answers, start.promise);
    source.emit('SIGHUP');
    await calm();
    expect(happened).toEqual([]);
    start.resolve();
    await calm();
    expect(happened).toEqual(['reload begins']);
    await finish();
    await finish();
    expect(happened).toEqual(['reload begins', 'reload ends', 'reload begins', 'reload ends']);
  });

  it('never let two reloads run at once', async () => {
    const { source, signals, happened, answers, finish } = signalled();
    signals.answer(answers, Promise.resolve());
    source.emit('SIGHUP');
    source.emit('SIGHUP');
    await calm();
    expect(happened).toEqual(['reload begins']);
    await finish();
    expect(happened).toEqual(['reload begins', 'reload ends', 'reload begins']);
  });

  it('end it once, after the reload under way; what waits to be reloaded is left', async () => {
    const { source, signals, happened, answers, finish } = signalled();
    signals.answer(answers, Promise.resolve());
    source.emit('SIGHUP');
    source.emit('SIGHUP');
    await calm();
    source.emit('SIGTERM');
    source.emit('SIGINT');
    expect(signals.ending).toBe(true);
    await finish();
    expect(happened).toEqual(['reload begins', 'ending by SIGTERM', 'reload ends', 'end']);
  });

  it('that ask for the end before anything is up are known at once', () => {
    const { source, signals } = signalled();
    source.emit('SIGHUP');
    expect(signals.ending).toBe(false);
    source.emit('SIGINT');
    expect(signals.ending).toBe(true);
  });
});
