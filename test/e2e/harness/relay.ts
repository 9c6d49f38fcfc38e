/**
 * One whole Relay for a test: an installation in a folder of its own, the real daemon as a process, stand-ins for the
 * phone network and the mail server, people with phones and mailboxes, monitors that mail and post.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type {
  IncidentDetailJson,
  IncidentJson,
  ServiceJson,
  StatusJson,
} from '../../../src/relay/api/wire.ts';
import { readAnswers } from '../../../src/relay/setup/answers.ts';
import { makeInstallation } from '../../../src/relay/setup/installation.ts';
import { placeOf } from '../../../src/relay/setup/place.ts';
import { startMailbox, type Mailbox } from '../../../src/standins/mailbox.ts';
import { startTwilioStandin, type TwilioStandin } from '../../../src/standins/twilio.ts';
import { COMPILED, DaemonProcess, type Ended } from './daemon-process.ts';
import { mailOf, phoneOf, type PersonMail, type Phone } from './people.ts';
import { post, sendMail, type AlertMail, type Delivered, type Posted } from './sender.ts';
import { until } from './until.ts';

const BIN = join(import.meta.dirname, '../../../bin/relay');
/** The number that pages come from. */
const OURS = '+15550199';
const DOMAIN = 'alerts.example';

export interface RelayOptions {
  /** Each incident has a message of its own, however many come at once. */
  oneByOne?: boolean;
  /** In the order in which the default policy tells them; each has a phone and a mailbox. */
  people?: string[];
  /** The levels of the policy behind the service `db`, such as `{ level: 'ana', after: '2s' }`. */
  levels?: { level: string; after?: string }[];
  /** How often the levels are gone through again; default 0. */
  repeat?: number;
  /** More lines for relay.yaml, changed before the start. */
  config?: (yaml: string) => string;
  /** Where the installation lies; absent: a new folder that goes with the test. */
  dir?: string;
  /** A command that starts the daemon, such as `prlimit --fsize=…`. */
  wrap?: string[];
  replyByMail?: boolean;
}

export interface CommandEnded {
  exit: number;
  out: string;
  err: string;
}

export interface Secrets {
  twilioToken: string;
  mailPassword: string;
}

export class Relay {
  readonly dir: string;
  readonly config: string;
  readonly twilio: TwilioStandin;
  readonly mailbox: Mailbox;
  readonly secrets: Secrets;
  /** What commands find in their environment besides. */
  commandEnv: NodeJS.ProcessEnv = {};
  /** The addresses of the service `db`, whose policy the test named; `url` is only right until a restart. */
  db!: ServiceJson;
  /** The daemon that runs at present, or ran last. */
  daemon!: DaemonProcess;
  readonly api: Client;
  readonly #wrap: string[];
  readonly #removeDir: boolean;
  readonly #phones = new Map<string, Phone>();
  readonly #mailboxes = new Map<string, PersonMail>();
  readonly #people: string[];
  #listening = { http: '', smtp: '' };

  constructor(parts: {
    dir: string;
    config: string;
    socket: string;
    twilio: TwilioStandin;
    mailbox: Mailbox;
    secrets: Secrets;
    people: string[];
    wrap: string[];
    removeDir: boolean;
  }) {
    this.dir = parts.dir;
    this.config = parts.config;
    this.twilio = parts.twilio;
    this.mailbox = parts.mailbox;
    this.secrets = parts.secrets;
    this.api = clientFor({ kind: 'socket', socket: parts.socket });
    this.#people = parts.people;
    this.#wrap = parts.wrap;
    this.#removeDir = parts.removeDir;
  }

  /** Starts the daemon; resolves when it is up. Rejects with what it wrote when it ends instead. */
  async start(options: { wrap?: string[]; env?: NodeJS.ProcessEnv } = {}): Promise<void> {
    this.daemon = this.launch(options);
    const up = await this.daemon.logs(/^relay is up$/);
    this.#listening = { http: String(up['http']), smtp: String(up['smtp']) };
  }

  /** Resolves when the daemon is up again that started itself anew, as the same process; `from`: a line before that. */
  async cameBack(from: number): Promise<void> {
    const up = await this.daemon.logs(/^relay is up$/, { from, withinMs: 60_000 });
    this.#listening = { http: String(up['http']), smtp: String(up['smtp']) };
  }

  /** Starts a daemon on this installation and waits for nothing. */
  launch(options: { wrap?: string[]; env?: NodeJS.ProcessEnv; config?: string } = {}): DaemonProcess {
    const { wrap = this.#wrap, env = {}, config = this.config } = options;
    return new DaemonProcess({ config, dir: this.dir, wrap, env });
  }

  /** SIGKILL: as a power cut. */
  kill(): Promise<void> {
    return this.daemon.kill();
  }

  /** SIGTERM; resolves with how it ended. */
  stop(): Promise<Ended> {
    this.daemon.signal('SIGTERM');
    return this.daemon.ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends everything and removes the folder; also after a test that failed half-way. */
  async end(): Promise<void> {
    await this.daemon?.kill();
    await Promise.all([this.twilio.close(), this.mailbox.close()]);
    if (this.#removeDir) await rm(this.dir, { recursive: true, force: true });
  }

  /** Changes relay.yaml and tells the daemon by SIGHUP; resolves with the line it logs about it. */
  async reconfigure(change: (yaml: string) => string): Promise<{ msg: string; text: string }> {
    await writeFile(this.config, change(await readFile(this.config, 'utf8')));
    const from = this.daemon.lines.length;
    this.daemon.signal('SIGHUP');
    const line = await this.daemon.logs(/configuration was read again|new configuration is wrong/, { from });
    const { http, smtp } = (await this.status()).listening;
    this.#listening = { http: http ?? '', smtp: smtp ?? '' };
    return { msg: line.msg, text: JSON.stringify(line) };
  }

  /** Where it listens for mail, as it said when it came up: the port is another after each start. */
  get smtp(): { host: string; port: number } {
    const { hostname, port } = new URL(`smtp://${this.#listening.smtp}`);
    return { host: hostname, port: Number(port) };
  }

  /** The URL of the HTTP listener. */
  get http(): string {
    return `http://${this.#listening.http}`;
  }

  status(): Promise<StatusJson> {
    return this.api.get<StatusJson>('/v1/status');
  }

  /** Runs the real command in a shell's way. */
  command(...args: string[]): Promise<CommandEnded> {
    return new Promise((resolve) => {
      const env = {
        PATH: process.env['PATH'],
        USER: 'tester',
        RELAY_CONFIG: this.config,
        NODE_COMPILE_CACHE: COMPILED,
        XDG_STATE_HOME: join(this.dir, 'state'),
        ...this.commandEnv,
      };
      const child = execFile('sh', [BIN, ...args], { env, cwd: this.dir }, (error, out, err) => {
        resolve({ exit: error === null ? 0 : Number(error.code), out, err });
      });
      child.stdin?.end();
    });
  }

  /** As `command`, for one that must succeed and answer in JSON. */
  async json<T>(...args: string[]): Promise<T> {
    const ended = await this.command(...args, '--json');
    if (ended.exit !== 0) throw new Error(`relay ${args.join(' ')} exits with ${ended.exit}: ${ended.err}`);
    return JSON.parse(ended.out) as T;
  }

  /** A service of its own, told to `levels`; the CLI's own calls, without a process for each. */
  async service(id: string, levels: { level: string; after?: string }[], repeat = 0): Promise<ServiceJson> {
    await this.api.post('/v1/policies', {
      id,
      levels: levels.map(({ level, after = '5m' }) => ({
        people: level.split(','),
        afterMs: Number.parseFloat(after) * (after.endsWith('s') ? 1_000 : 60_000),
      })),
      repeat,
    });
    return this.api.post<ServiceJson>('/v1/services', { id, policy: id });
  }

  /** Somebody's phone. */
  phone(person: string): Phone {
    const known = this.#phones.get(person);
    if (known !== undefined) return known;
    const phone = phoneOf(this.twilio, this.numberOf(person), () => this.daemon.tail());
    this.#phones.set(person, phone);
    return phone;
  }

  numberOf(person: string): string {
    return phoneNumber(this.#people.indexOf(person));
  }

  /** Somebody's mailbox. */
  mailOf(person: string): PersonMail {
    const known = this.#mailboxes.get(person);
    if (known !== undefined) return known;
    const mail = mailOf(
      this.mailbox,
      `${person}@example.com`,
      () => this.smtp,
      () => this.daemon.tail(),
    );
    this.#mailboxes.set(person, mail);
    return mail;
  }

  /** A monitor on this machine. */
  readonly sender = {
    mails: async ({ to, subject, body = '', ...more }: AlertMail): Promise<Delivered> =>
      sendMail(this.smtp, {
        from: 'monitor@example.com',
        to: to.includes('@') ? to : `${to}@${DOMAIN}`,
        subject,
        text: body,
        ...more,
      }),
    /** To the service URL of `db`, as `curl -d` does, or to another path with a body of its own. */
    posts: async (text: string): Promise<Posted> =>
      post(`${this.http}${this.path}`, text, {
        'content-type': 'application/x-www-form-urlencoded',
      }),
    /** PagerDuty Events v2; the routing key is filled in. */
    enqueues: async (event: Record<string, unknown>): Promise<Posted> =>
      post(`${this.http}/v2/enqueue`, JSON.stringify({ routing_key: this.db.routingKey, ...event }), {
        'content-type': 'application/json',
      }),
  };

  /** The path of the service URL of `db`, which stays when the port changes. */
  get path(): string {
    return new URL(this.db.url ?? '').pathname;
  }

  incidents(): Promise<IncidentJson[]> {
    return this.api.get<IncidentJson[]>('/v1/incidents?all=1');
  }

  incident(number: number): Promise<IncidentDetailJson> {
    return this.api.get<IncidentDetailJson>(`/v1/incidents/${number}`);
  }

  /** The incident whose summary matches, once it has this status and `also` holds. */
  shows(
    summary: RegExp,
    status: IncidentJson['status'],
    also: (detail: IncidentDetailJson) => boolean = () => true,
    withinMs?: number,
  ): Promise<IncidentDetailJson> {
    let last: IncidentDetailJson | null = null;
    return until(
      `relay shows ${String(summary)} as ${status}`,
      async () => {
        const entry = (await this.incidents()).find((one) => summary.test(one.summary));
        if (entry === undefined) return null;
        last = await this.incident(entry.number);
        return last.status === status && also(last) ? last : null;
      },
      {
        seen: () => `it shows: ${JSON.stringify(last, null, 1)}\n${this.daemon.tail()}`,
        ...(withinMs === undefined ? {} : { withinMs }),
      },
    );
  }
}

const phoneNumber = (index: number): string => `+155501${String(index + 10)}`;

/** Makes an installation and starts its daemon; all of it ends with the test, however that goes. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const relay = await makeRelay(options);
  onTestFinished(() => relay.end());
  onTestFailed(() => void process.stderr.write(`the daemon's last lines:\n${relay.daemon.tail()}\n`));
  await relay.start();
  const [first = 'ana'] = options.people ?? ['ana', 'ben'];
  relay.db = await relay.service('db', options.levels ?? [{ level: first }], options.repeat);
  return relay;
}

/** The installation and the stand-ins, with nothing running. Whoever calls this ends it. */
export async function makeRelay(options: RelayOptions): Promise<Relay> {
  const people = options.people ?? ['ana', 'ben'];
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'relay-e2e-')));
  const secrets = {
    twilioToken: randomBytes(16).toString('hex'),
    mailPassword: randomBytes(12).toString('base64url'),
  };
  const twilio = await startTwilioStandin({ authToken: secrets.twilioToken, numbers: [OURS] });
  const mailbox = await startMailbox({ auth: { user: 'relay', password: secrets.mailPassword } });
  const files = { twilio: join(dir, 'twilio.token'), mail: join(dir, 'mail.password') };
  await Promise.all([
    writeFile(files.twilio, `${secrets.twilioToken}\n`, { mode: 0o600 }),
    writeFile(files.mail, `${secrets.mailPassword}\n`, { mode: 0o600 }),
  ]);
  const place = placeOf({ dir, root: false, cwd: dir });
  const answers = readAnswers(
    {
      http: '127.0.0.1:0',
      smtp: '127.0.0.1:0',
      domain: DOMAIN,
      mail: mailbox.url.replace('://', '://relay@'),
      mailFrom: 'relay@alerts.example',
      mailPasswordFile: files.mail,
      mailReplyWorks: options.replyByMail ?? true,
      twilioAccountSid: twilio.accountSid,
      twilioTokenFile: files.twilio,
      twilioFrom: OURS,
      twilioBaseUrl: twilio.baseUrl,
      twilioPollSeconds: 1,
      people: people.map((id, index) => `${id}=${capital(id)},${id}@example.com,${phoneNumber(index)}`),
    },
    {},
  );
  const made = await makeInstallation(place, answers, {});
  if (options.oneByOne === true)
    await appendFile(made.config, 'paging:\n  atOnce: 1000000\n  everySeconds: 1\n');
  if (options.config !== undefined) {
    await writeFile(made.config, options.config(await readFile(made.config, 'utf8')));
  }
  return new Relay({
    dir,
    config: made.config,
    socket: made.socket,
    twilio,
    mailbox,
    secrets,
    people,
    wrap: options.wrap ?? [],
    removeDir: options.dir === undefined,
  });
}

const capital = (id: string): string => id.slice(0, 1).toUpperCase() + id.slice(1);
