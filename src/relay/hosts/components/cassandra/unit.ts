/** relay-cassandra.service. */
import { PLACES } from '../../places.ts';
import { CASSANDRA_FILES } from './files.ts';

const { current, etc, state, user } = PLACES.cassandra;

/** What neither the node nor nodetool needs is taken from them. */
export const SANDBOX = `CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
PrivateMounts=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
DevicePolicy=closed
# Not MemoryDenyWriteExecute: Java writes machine code.
`;

/**
 * The unit's text. Cassandra says to nobody when it is ready: whoever started it asks. On SIGTERM it takes leave of the
 * others and writes everything out by itself, as `nodetool drain` does.
 */
export const CASSANDRA_UNIT = `# Written by relay cluster apply: what is changed here is changed back.
[Unit]
Description=Cassandra, the store of Relay
Documentation=file:///opt/relay/current/docs/operations.md
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
# Refused where a container may not set it; Cassandra then only warns.
ExecStartPre=-+/usr/sbin/sysctl -q -e -p ${CASSANDRA_FILES.sysctl}
ExecStart=${current}/bin/cassandra -f
# New certificates are used from now on; those that are in use stay.
ExecReload=${CASSANDRA_FILES.nodetool} reloadssl
Environment=CASSANDRA_CONF=${etc} MALLOC_ARENA_MAX=4
EnvironmentFile=-${CASSANDRA_FILES.once}
User=${user}
Group=${user}
WorkingDirectory=${state}
Restart=always
RestartSec=5
SuccessExitStatus=143
TimeoutStopSec=120
KillMode=mixed
OOMScoreAdjust=-300
LimitNOFILE=100000
LimitMEMLOCK=infinity
LimitNPROC=32768
TasksMax=32768
LimitCORE=0

StateDirectory=${user}
StateDirectoryMode=0750
LogsDirectory=${user}
LogsDirectoryMode=0750
UMask=0027

${SANDBOX}
[Install]
WantedBy=multi-user.target
`;
