/** Knocks at a mail server and reads its greeting, no more. */
import { createConnection } from 'node:net';

/** `away`: nobody answered, with why; `isRefused`: somebody is there, and nothing listens. */
export type Greeted =
  | { kind: 'ours' }
  | { kind: 'other'; text: string }
  | { kind: 'away'; why: string; isRefused: boolean };

const LONGEST = 2_000;

/** Resolves within `withinMs`; `id`: what our own greeting holds. */
export function greet(where: { host: string; port: number }, id: string, withinMs: number): Promise<Greeted> {
  return new Promise((resolve) => {
    const socket = createConnection(where);
    let heard = '';
    const done = (greeted: Greeted): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(greeted);
    };
    const away = (why: string, isRefused = false): void => done({ kind: 'away', why, isRefused });
    const timer = setTimeout(() => away('no answer'), withinMs);
    socket.once('error', (error: Error & { code?: string }) =>
      away(error.code ?? error.message, error.code === 'ECONNREFUSED'),
    );
    socket.once('end', () => away('it hung up'));
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!/^\d{3} [^\n]*\n/m.test(heard) && heard.length < LONGEST) return;
      socket.end('QUIT\r\n');
      if (heard.includes(` relay ${id}`)) done({ kind: 'ours' });
      else done({ kind: 'other', text: shown(heard) });
    });
  });
}

const shown = (greeting: string): string =>
  (greeting.split(/\r?\n/)[0] ?? '')
    .replace(/^\d{3}[ -]/, '')
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 80);
