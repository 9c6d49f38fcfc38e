/** HAProxy in front of a host's daemon. */
import { PLACES } from '../../places.ts';
import type { Component, DesiredFile, HostContext } from '../../types.ts';
import { proxyConfig } from './config.ts';
import { PROXY_FILES, proxyLayout } from './layout.ts';

const DROP_IN = '/etc/systemd/system/haproxy.service.d/relay.conf';

/** It never stops trying to come back, and may do no more than it needs. */
const DROP_IN_TEXT = `# Made by relay from cluster.yaml.
[Unit]
StartLimitIntervalSec=0

[Service]
RestartSec=1
NoNewPrivileges=true
ProtectHome=true
ProtectSystem=full
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectControlGroups=true
PrivateTmp=true
`;

/** HAProxy of Debian with a configuration of ours. */
export const proxy: Component = {
  name: 'proxy',
  packages: ['haproxy'],
  users: () => [],
  folders: () => [{ path: PLACES.proxy.tls, mode: 0o700, owner: 'root', group: 'root' }],
  files: proxyFiles,
  units: () => [
    {
      name: PLACES.proxy.unit,
      state: 'started',
      restartsOn: [DROP_IN],
      reloadsOn: [PLACES.proxy.config, ...Object.values(PROXY_FILES)],
    },
  ],
};

function proxyFiles(context: HostContext): DesiredFile[] {
  const { inventory, host, secrets } = context;
  const own = secrets.certificates[host.name];
  if (own === undefined)
    throw new Error(
      `there is no certificate for ${host.name}; relay cluster plan makes one beside ${inventory.path}`,
    );
  const root = { owner: 'root', group: 'root' } as const;
  return [
    {
      path: PLACES.proxy.config,
      content: proxyConfig(proxyLayout(context)),
      mode: 0o644,
      ...root,
      secret: false,
      check: checkOf(Object.values(PROXY_FILES)),
    },
    { path: PROXY_FILES.ca, content: secrets.authority.cert, mode: 0o644, ...root, secret: false },
    { path: PROXY_FILES.host, content: bundle(own), mode: 0o600, ...root, secret: true },
    { path: PROXY_FILES.site, content: siteBundle(context, own), mode: 0o600, ...root, secret: true },
    { path: DROP_IN, content: DROP_IN_TEXT, mode: 0o644, ...root, secret: false },
  ];
}

/** The certificates it names are put in place in the same go: the first time there is nothing yet to check it with. */
const checkOf = (named: readonly string[]): string =>
  `${named.map((file) => `[ ! -e ${file} ]`).join(' || ')} || haproxy -c -q -f "$FILE"`;

/** HAProxy reads certificate, chain and key from one file. */
const bundle = ({ cert, key }: { cert: string; key: string }): string => `${cert.trim()}\n${key.trim()}\n`;

function siteBundle({ inventory, givenFiles }: HostContext, own: { cert: string; key: string }): string {
  const { certificate } = inventory;
  if (certificate === null) return bundle(own);
  const read = (path: string): string => {
    const given = givenFiles[path];
    if (given === undefined) throw new Error(`${path}, which ${inventory.path} names, was not read`);
    return new TextDecoder().decode(given);
  };
  return bundle({ cert: read(certificate.certFile), key: read(certificate.keyFile) });
}
