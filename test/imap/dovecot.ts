/**
 * A real Dovecot of the test's own: its own configuration and mails in a folder that goes with the test, on a free
 * loopback port, ended with the test. Runs as root (then under Debian's users) or as anybody.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ImapFlow } from 'imapflow';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import { freePort } from '../contract/free-port.ts';
import { programOf } from '../programs.ts';

export const PASSWORD = 'only-of-the-tests';

export interface Dovecot {
  readonly port: number;
  /** TLS from the start; nobody listens there unless it was asked for. */
  readonly tlsPort: number;
  /** Ends it, and every connection with it. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** A mail client of this user; closed with the test. */
  client(user: string): Promise<ImapFlow>;
  /** Puts a mail there as a delivering server would. */
  deliver(user: string, mail: string, mailbox?: string): Promise<void>;
}

const STARTED = /starting up/;

export interface DovecotOptions {
  /** Takes logins over TLS only: from the start on a port of its own, or after STARTTLS. */
  tls?: boolean;
}

export async function startDovecot({ tls = false }: DovecotOptions = {}): Promise<Dovecot> {
  const program = programOf('dovecot');
  if (program === null) throw new Error('there is no Dovecot here: the test should have been left out');
  const dir = mkdtempSync(join(tmpdir(), 'relay-dovecot-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const config = join(dir, 'dovecot.conf');
  writeFileSync(
    config,
    [...configOf(dir, port), ...(tls ? await tlsConfig(dir, tlsPort) : ['ssl = no'])].join('\n'),
  );
  let child: ChildProcess | null = null;

  const server: Dovecot = {
    port,
    tlsPort,
    start: async () => {
      child = await launch(program, config);
    },
    stop: async () => {
      const running = child;
      child = null;
      if (running === null || running.exitCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGTERM');
      await ended;
    },
    client: async (user) => {
      const { ImapFlow } = await import('imapflow');
      const client = new ImapFlow({
        host: '127.0.0.1',
        port,
        secure: false,
        auth: { user, pass: PASSWORD },
        tls: { rejectUnauthorized: false },
        logger: false,
        disableAutoIdle: true,
      });
      client.on('error', () => undefined);
      await client.connect();
      onTestFinished(() => {
        client.close();
      });
      return client;
    },
    deliver: async (user, mail, mailbox = 'INBOX') => {
      const client = await server.client(user);
      await client.append(mailbox, mail.replace(/\r?\n/g, '\r\n'));
      await client.logout();
    },
  };
  onTestFinished(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  await server.start();
  return server;
}

/** Resolves once it listens. Rejects with what it said when it ends instead. */
async function launch(program: string, config: string): Promise<ChildProcess> {
  const child = spawn(program, ['-F', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      if (STARTED.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Dovecot ended at once:\n${said.join('\n')}`)));
  });
  return child;
}

/** Its own certificate; no login in the clear. */
async function tlsConfig(dir: string, tlsPort: number): Promise<string[]> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  writeFileSync(join(dir, 'cert.pem'), made.cert);
  writeFileSync(join(dir, 'key.pem'), made.private, { mode: 0o600 });
  return [
    'ssl = required',
    `ssl_cert = <${dir}/cert.pem`,
    `ssl_key = <${dir}/key.pem`,
    'disable_plaintext_auth = yes',
    'service imap-login {',
    '  inet_listener imaps {',
    `    port = ${tlsPort}`,
    '    ssl = yes',
    '  }',
    '}',
    // Loopback would count as safe otherwise.
    'login_trusted_networks =',
    '',
  ];
}

function configOf(dir: string, port: number): string[] {
  const me = userInfo();
  const isRoot = me.uid === 0;
  const mails = join(dir, 'mails');
  mkdirSync(mails, { mode: 0o700 });
  const owner = isRoot ? idsOf('nobody') : { uid: me.uid, gid: me.gid };
  if (isRoot) {
    chmodSync(dir, 0o755);
    chownSync(mails, owner.uid, owner.gid);
  }
  return [
    `base_dir = ${dir}/run`,
    `state_dir = ${dir}/state`,
    'log_path = /dev/stderr',
    'protocols = imap',
    'listen = 127.0.0.1',
    'disable_plaintext_auth = no',
    'auth_mechanisms = plain login',
    // Tests log in more often than people do.
    'auth_failure_delay = 0',
    'mail_max_userip_connections = 100',
    ...(isRoot
      ? []
      : [
          `default_internal_user = ${me.username}`,
          `default_internal_group = ${groupOf()}`,
          `default_login_user = ${me.username}`,
        ]),
    'service anvil {',
    '  chroot =',
    '}',
    'service imap-login {',
    '  chroot =',
    '  inet_listener imap {',
    `    port = ${port}`,
    '  }',
    '  inet_listener imaps {',
    '    port = 0',
    '  }',
    '}',
    'passdb {',
    '  driver = static',
    `  args = password=${PASSWORD}`,
    '}',
    'userdb {',
    '  driver = static',
    `  args = uid=${owner.uid} gid=${owner.gid} home=${mails}/%u allow_all_users=yes`,
    '}',
    `mail_location = maildir:${mails}/%u/Maildir`,
    'first_valid_uid = 1',
    'namespace inbox {',
    '  inbox = yes',
    '  separator = /',
    '}',
    '',
  ];
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const groupOf = (): string => execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
