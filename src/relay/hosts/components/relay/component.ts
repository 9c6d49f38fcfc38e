/** Relay on a host of a cluster. */
import { PLACES } from '../../places.ts';
import type { Component, DesiredFile, HostContext } from '../../types.ts';
import { relayYaml, restartsWith } from './config.ts';
import { ADMIN_GROUP, RELAY_FILES } from './files.ts';
import { SUDOERS } from './sudoers.ts';
import { shippedUnit, UNIT_ON_HOSTS } from './unit.ts';

const { etc, secrets, state, keys, spool, user, unit, current, command } = PLACES.relay;
const { caFile, certFile, keyFile } = PLACES.relay;

export const relay: Component = {
  name: 'relay',
  packages: [],
  users: () => [{ name: user, home: state, groups: [] }],
  groups: [ADMIN_GROUP],
  folders: () => [
    { path: etc, mode: 0o755, owner: 'root', group: 'root' },
    { path: secrets, mode: 0o750, owner: 'root', group: user },
    { path: `${etc}/tls`, mode: 0o750, owner: 'root', group: user },
    { path: state, mode: 0o750, owner: user, group: user },
    { path: keys, mode: 0o700, owner: user, group: user },
    { path: spool, mode: 0o700, owner: user, group: user },
  ],
  files,
  units: (context) => [
    {
      name: unit,
      state: 'started',
      restartsOn: [
        RELAY_FILES.unit,
        RELAY_FILES.unitOnHosts,
        RELAY_FILES.restartsWith,
        RELAY_FILES.cassandraPassword,
        RELAY_FILES.apiToken,
        RELAY_FILES.tokenKey,
        caFile,
        certFile,
        keyFile,
        current,
      ],
      reloadsOn: [
        RELAY_FILES.config,
        ...given(context)
          .map(({ path }) => path)
          .filter((path) => path !== RELAY_FILES.config),
      ],
    },
  ],
};

function files(context: HostContext): DesiredFile[] {
  const { host, secrets: known } = context;
  const pair = known.certificates[host.name];
  if (pair === undefined) {
    throw new Error(
      `there is no certificate for ${host.name} in cluster-secrets/: relay cluster apply makes it`,
    );
  }
  return [
    forRelay(RELAY_FILES.config, relayYaml(context)),
    forAll(RELAY_FILES.restartsWith, restartsWith(context)),
    hidden(RELAY_FILES.cassandraPassword, `${known.cassandraRelay.password}\n`),
    hidden(RELAY_FILES.apiToken, `${known.apiToken}\n`),
    // In a folder that is the daemon's own.
    { ...hidden(RELAY_FILES.tokenKey, known.tokenKey), mode: 0o600, owner: user },
    forAll(caFile, known.authority.cert),
    forRelay(certFile, pair.cert),
    hidden(keyFile, pair.key),
    ...given(context),
    forAll(RELAY_FILES.unit, shippedUnit()),
    forAll(RELAY_FILES.unitOnHosts, UNIT_ON_HOSTS),
    { ...forAll(command, `#!/bin/sh\nexec ${current}/bin/relay "$@"\n`), mode: 0o755 },
    {
      ...forAll(RELAY_FILES.sudoers, SUDOERS),
      mode: 0o440,
      // A host whose admin comes in as root may have no sudo.
      check: 'if command -v visudo >/dev/null; then visudo -c -q -f "$FILE"; fi',
    },
  ];
}

/** What the inventory names by path: secrets of relay.yaml's sections, and the certificate for those who mail. */
function given({ inventory, givenFiles }: HostContext): DesiredFile[] {
  const { certificate, relayFiles } = inventory;
  const content = (path: string): Uint8Array => {
    const found = givenFiles[path];
    if (found === undefined) throw new Error(`${path} was not read, though cluster.yaml names it`);
    return found;
  };
  return [
    ...Object.entries(relayFiles).map(([path, from]) => hidden(path, content(from))),
    ...(certificate === null
      ? []
      : [
          forRelay(RELAY_FILES.publicCert, content(certificate.certFile)),
          hidden(RELAY_FILES.publicKey, content(certificate.keyFile)),
        ]),
  ];
}

type Content = DesiredFile['content'];

const forAll = (path: string, content: Content): DesiredFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  secret: false,
});

const forRelay = (path: string, content: Content): DesiredFile => ({
  ...forAll(path, content),
  mode: 0o640,
  group: user,
});

const hidden = (path: string, content: Content): DesiredFile => ({
  ...forRelay(path, content),
  secret: true,
});
