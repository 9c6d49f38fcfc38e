/** The folder of an admin: cluster.yaml for the hosts under test, the first roster, the phone network's token. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { hashKey } from '../../src/relay/events/keys.ts';
import { DOMAIN } from '../cluster/host-files.ts';
import type { Service } from '../cluster/roster.ts';
import { RELAY_PHONE, type Standins } from '../cluster/standins.ts';
import { LAB_HOSTS, LAB_WORLD, type Lab } from './lab.ts';
import type { SshAccess, SshTarget } from './ssh.ts';

/** On each host's loopback, where a tunnel leads to the test's phone network and mailbox. */
export const STANDIN_PORTS = { twilio: 18_080, mailbox: 18_025 } as const;

/** Ten people and a service for each, so that no bundling hides a page that is missing or told twice. */
const TEAM = 10;

export interface TestHost extends SshTarget {
  provider: string;
  /** What the world reaches. */
  address: string;
}

export interface Setting {
  hosts: TestHost[];
  access: SshAccess;
  clusterFile: string;
  services: Service[];
}

interface HostEntry {
  name: string;
  provider: string;
  address: string;
  ssh?: { host?: string };
}

interface ClusterYaml {
  ssh?: { user?: string; key?: string; config?: string; port?: number };
  hosts: HostEntry[];
  [key: string]: unknown;
}

/** Writes everything into `dir`. Of a given inventory only hosts, ssh and admins are taken. */
export async function writeSetting(
  dir: string,
  { inventory, lab, standins }: { inventory: string | null; lab: Lab | null; standins: Standins },
): Promise<Setting> {
  const given = inventory === null ? await ofLab(lab) : await ofFile(inventory);
  const clusterFile = join(dir, 'cluster.yaml');
  await writeFile(join(dir, 'twilio-token'), `${standins.twilio.authToken}\n`, { mode: 0o600 });
  const services = Array.from({ length: TEAM }, (_, index) => ({
    id: `s${index}`,
    routingKey: randomBytes(16).toString('hex'),
  }));
  await writeFile(join(dir, 'roster.yaml'), stringify(team(services)));
  await writeFile(
    clusterFile,
    stringify({
      name: 'relay-test',
      domain: DOMAIN,
      ...given,
      roster: 'roster.yaml',
      relay: {
        paging: { atOnce: 1_000_000, everySeconds: 1 },
        mail: { url: `smtp://127.0.0.1:${STANDIN_PORTS.mailbox}`, from: `relay@${DOMAIN}`, replyWorks: true },
        twilio: {
          accountSid: standins.twilio.accountSid,
          authTokenFile: 'twilio-token',
          from: RELAY_PHONE,
          baseUrl: `http://127.0.0.1:${STANDIN_PORTS.twilio}`,
          pollSeconds: 1,
        },
      },
    }),
  );
  const { ssh, hosts } = given;
  return {
    clusterFile,
    services,
    access: { configFile: ssh?.config ?? null, user: ssh?.user ?? null, identityFile: ssh?.key ?? null },
    hosts: hosts.map(({ name, provider, address, ssh: own }) => ({
      name,
      provider,
      address,
      sshHost: own?.host ?? address,
    })),
  };
}

async function ofLab(lab: Lab | null): Promise<ClusterYaml> {
  if (lab === null) throw new Error('no lab');
  return {
    ssh: { config: await lab.sshConfig(), user: 'ops' },
    admins: [`${LAB_WORLD}/32`],
    hosts: LAB_HOSTS.map((host) => ({ ...host, ssh: { host: host.name } })),
  };
}

async function ofFile(path: string): Promise<ClusterYaml> {
  const { ssh, hosts, admins } = parse(await readFile(path, 'utf8')) as ClusterYaml;
  const beside = (file: string): string =>
    resolve(dirname(path), file.replace(/^~(?=\/)/u, process.env['HOME'] ?? '~'));
  return {
    ...(ssh === undefined
      ? {}
      : {
          ssh: {
            ...ssh,
            ...(ssh.key === undefined ? {} : { key: beside(ssh.key) }),
            ...(ssh.config === undefined ? {} : { config: beside(ssh.config) }),
          },
        }),
    ...(admins === undefined ? {} : { admins }),
    hosts,
  };
}

/** Nobody else is told within the hour: every further text is one too many. */
function team(services: readonly Service[]): object {
  const personOf = (id: string): string => id.replace('s', 'p');
  return {
    people: Object.fromEntries(
      services.map(({ id }, index) => [
        personOf(id),
        { name: `Person ${index}`, phone: `+155501${20 + index}` },
      ]),
    ),
    policies: Object.fromEntries(
      services.map(({ id }) => [id, { levels: [{ people: [personOf(id)], after: '1h' }], repeat: 0 }]),
    ),
    services: Object.fromEntries(
      services.map(({ id, routingKey }) => [id, { policy: id, keys: [hashKey(routingKey)] }]),
    ),
    defaultService: services[0]?.id,
  };
}
