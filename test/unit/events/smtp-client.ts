/** An SMTP client that says exactly what a test wants said, byte for byte. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Listen } from '../../../src/relay/config/types.ts';

export interface Reply {
  code: number;
  text: string;
}

export class SmtpClient {
  #socket: Socket;
  #buffer = '';
  #replies: Reply[] = [];
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  #ended: Error | null = null;
  readonly closed: Promise<void>;
  #close!: () => void;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.#listen(socket);
  }

  /** Connects, reads the greeting, says EHLO. */
  static async hello(address: Listen, localAddress?: string): Promise<SmtpClient> {
    const client = SmtpClient.open(address, localAddress);
    const greeting = await client.reply();
    if (greeting.code !== 220) throw new Error(`${greeting.code} ${greeting.text}`);
    await client.say('EHLO sender.example.com');
    return client;
  }

  static open(address: Listen, localAddress?: string): SmtpClient {
    return new SmtpClient(connect({ ...address, ...(localAddress === undefined ? {} : { localAddress }) }));
  }

  /** The next reply, its lines joined by a line feed. Rejects when the connection ends first. */
  reply(): Promise<Reply> {
    const ready = this.#replies.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  say(line: string): Promise<Reply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  /** MAIL, RCPT for each, DATA, the mail with its dots stuffed, the final dot. The first reply that is no success ends it. */
  async send(to: string | string[], raw: Uint8Array, from = 'monitor@example.com'): Promise<Reply> {
    const commands = [`MAIL FROM:<${from}>`, ...[to].flat().map((one) => `RCPT TO:<${one}>`), 'DATA'];
    for (const command of commands) {
      const reply = await this.say(command);
      if (reply.code >= 400) return reply;
    }
    this.write(Buffer.from(Buffer.from(raw).toString('latin1').replace(/^\./gm, '..'), 'latin1'));
    // The line break before the final dot is the mail's own last one.
    this.write(
      raw.length === 0 || Buffer.from(raw.subarray(-2)).toString() === '\r\n' ? '.\r\n' : '\r\n.\r\n',
    );
    return this.reply();
  }

  async startTls(ca: string): Promise<void> {
    const reply = await this.say('STARTTLS');
    if (reply.code !== 220) throw new Error(`${reply.code} ${reply.text}`);
    this.#socket.removeAllListeners();
    const socket = connectTls({ socket: this.#socket, ca, servername: 'alerts.example' });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    this.#socket = socket;
    this.#listen(socket);
    await this.say('EHLO sender.example.com');
  }

  quit(): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      this.#buffer += String(chunk);
      for (;;) {
        const match = /^(?:\d{3}-[^\n]*\r\n)*(\d{3})(?: [^\n]*)?\r\n/.exec(this.#buffer);
        if (match === null) return;
        this.#buffer = this.#buffer.slice(match[0].length);
        const text = match[0]
          .trimEnd()
          .split('\r\n')
          .map((line) => line.slice(4))
          .join('\n');
        const reply = { code: Number(match[1]), text };
        const next = this.#waiting.shift();
        if (next === undefined) this.#replies.push(reply);
        else next.resolve(reply);
      }
    });
    const end = (error: Error): void => {
      this.#ended ??= error;
      for (const one of this.#waiting.splice(0)) one.reject(error);
      this.#close();
    };
    socket.on('error', end);
    socket.on('close', () => end(new Error('the server closed the connection')));
  }
}
