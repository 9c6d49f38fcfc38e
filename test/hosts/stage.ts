/** What the scenarios play on: five hosts, a folder with cluster.yaml, a phone network that all hosts reach. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentJson } from '../../src/relay/api/wire.ts';
import type { ClusterJson } from '../../src/relay/cluster/wire.ts';
import type { Service } from '../cluster/roster.ts';
import type { Door } from '../cluster/senders.ts';
import { Standins } from '../cluster/standins.ts';
import { findLab, Lab } from './lab.ts';
import { buildReleases } from './releases.ts';
import { onHost, type SshAccess, type SshTarget, Tunnel } from './ssh.ts';
import { STANDIN_PORTS, writeSetting, type TestHost } from './setting.ts';

const BIN = join(import.meta.dirname, '../../bin/relay');

/** With its key in it, so that mail is taken from wherever the test runs. */
export const mailboxOf = ({ id, routingKey }: Service): string => `${id}-${routingKey}`;

/** An alert like one of an earlier run would join its incident. Letters only: numbers count as what changes. */
export const RUN = Array.from({ length: 8 }, () => 'abcdefghij'[randomInt(10)]).join('');

/** Alerts a second while something is done to the hosts. */
export const PER_SECOND = Number(process.env['RELAY_TEST_RATE'] ?? '20');

export interface CommandResult {
  exit: number;
  out: string;
  err: string;
  tookMs: number;
}

export class Stage {
  readonly dir: string;
  readonly hosts: readonly TestHost[];
  readonly access: SshAccess;
  readonly standins: Standins;
  /** Null: hosts whose network and power nobody here can cut. */
  readonly lab: Lab | null;
  readonly clusterFile: string;
  /** Each with somebody of its own on call. */
  readonly services: readonly Service[];
  readonly #tunnels = new Map<string, Tunnel>();

  private constructor(
    parts: Pick<Stage, 'dir' | 'hosts' | 'access' | 'standins' | 'lab' | 'clusterFile' | 'services'>,
  ) {
    this.dir = parts.dir;
    this.hosts = parts.hosts;
    this.access = parts.access;
    this.standins = parts.standins;
    this.lab = parts.lab;
    this.clusterFile = parts.clusterFile;
    this.services = parts.services;
  }

  /** `inventory`: a cluster.yaml whose hosts are used; null: the lab, booted anew. Rejects where there is neither. */
  static async set(inventory: string | null): Promise<Stage> {
    const program = inventory === null ? findLab() : null;
    if (inventory === null && program === null) {
      throw new Error(
        'there is no lab on this machine (RELAY_LAB names its program): give hosts, npm run test:hosts -- --inventory cluster.yaml',
      );
    }
    await buildReleases();
    const lab = program === null ? null : new Lab(program);
    await lab?.boot();
    const dir = mkdtempSync(join(tmpdir(), 'relay-hosts-'));
    const standins = await Standins.start();
    try {
      const setting = await writeSetting(dir, { inventory, lab, standins });
      const stage = new Stage({ dir, standins, lab, ...setting });
      for (const host of stage.hosts) await stage.connect(host);
      return stage;
    } catch (error) {
      await standins.close();
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  host(name: string): TestHost {
    const found = this.hosts.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no host ${name}`);
    return found;
  }

  /** Where alerts are sent to a host: what the world sees of it. */
  door(host: TestHost): Door {
    return { name: host.name, http: `http://${host.address}`, smtp: { host: host.address, port: 25 } };
  }

  /** `relay …` as the admin types it in the folder of cluster.yaml. */
  async relay(...args: string[]): Promise<CommandResult> {
    const startedMs = performance.now();
    const child = spawn(BIN, args, {
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], RELAY_CLUSTER: this.clusterFile },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      err += part;
      process.stderr.write(part);
    });
    const exit = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    return { exit, out, err, tookMs: performance.now() - startedMs };
  }

  /** The same, and it must succeed. */
  async done(...args: string[]): Promise<CommandResult> {
    const result = await this.relay(...args);
    if (result.exit !== 0)
      throw new Error(`relay ${args.join(' ')}: exit ${result.exit}\n${result.out}\n${result.err}`);
    return result;
  }

  /** As root on a host. */
  async on(target: SshTarget, script: string, stdin?: string): Promise<string> {
    return onHost(this.access, target, script, stdin);
  }

  /** What a host's own relay command answers in JSON. */
  async ask<T>(host: TestHost, ...args: string[]): Promise<T> {
    const words = args.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    return JSON.parse(await this.on(host, `relay ${words} --json || [ $? -eq 1 ]`)) as T;
  }

  /** From the first host that answers: one of them may be down on purpose. */
  async incidents(): Promise<IncidentJson[]> {
    const failures: unknown[] = [];
    for (const host of this.hosts) {
      try {
        return await this.ask<IncidentJson[]>(host, 'incidents');
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, 'no host lists its incidents');
  }

  /** So that no scenario is slowed down by what the one before left open. */
  async resolveAll(): Promise<void> {
    await this.on(this.anyHost, 'relay resolve --all --yes >/dev/null || [ $? -eq 4 ]');
  }

  async cluster(host = this.anyHost): Promise<ClusterJson> {
    return this.ask(host, 'cluster', 'status');
  }

  get anyHost(): TestHost {
    const [first] = this.hosts;
    if (first === undefined) throw new Error('a stage without hosts');
    return first;
  }

  /** The phone network and the mailbox, brought to a host's loopback. Again after it was rebuilt. */
  async connect(host: TestHost): Promise<void> {
    this.#tunnels.get(host.name)?.close();
    const { twilio, mailbox } = this.standins;
    const ports = [
      [STANDIN_PORTS.twilio, Number(new URL(twilio.baseUrl).port)],
      [STANDIN_PORTS.mailbox, Number(new URL(mailbox.url).port)],
    ] as const;
    this.#tunnels.set(host.name, await Tunnel.open(this.access, host, ports));
  }

  async close(): Promise<void> {
    for (const tunnel of this.#tunnels.values()) tunnel.close();
    await this.standins.close();
    await this.lab?.do('down');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
