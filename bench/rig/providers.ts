/** Stand-ins for Twilio and a mail server as processes of their own, as in life. */
import { once } from 'node:events';
import { join } from 'node:path';
import { startChild } from './children.ts';

export interface ProvidersUp {
  baseUrl: string;
  accountSid: string;
  authToken: string;
  mailUrl: string;
}

export interface ProvidersReport {
  /** For each mark, when the first request that names it was whole; on the clock of `monotonicMs`. */
  firstMs: [mark: string, atMs: number][];
  texts: number;
  mails: number;
}

export interface Providers extends ProvidersUp {
  report(): Promise<ProvidersReport>;
  stop(): Promise<void>;
}

/** Resolves when both listen. */
export async function startProviders(): Promise<Providers> {
  const { child, stop } = startChild(process.execPath, [join(import.meta.dirname, 'providers-process.ts')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [up] = (await once(child, 'message')) as [ProvidersUp];
  return {
    ...up,
    stop,
    report: async () => {
      const answered = once(child, 'message') as Promise<[ProvidersReport]>;
      child.send('report');
      const [report] = await answered;
      return report;
    },
  };
}
