/** What the people who look after a host may do as root, and nothing else. */
import { PLACES } from '../../places.ts';
import { CASSANDRA_FILES } from '../cassandra/files.ts';
import { ADMIN_GROUP } from './files.ts';

const units = [PLACES.relay.unit, PLACES.cassandra.unit];

/** Whole command lines: with a pager, or with one word more, a shell as root would be near. */
const ALLOWED = [
  `/usr/bin/systemctl reload ${PLACES.relay.unit}`,
  `/usr/bin/systemctl restart ${PLACES.relay.unit}`,
  ...units.flatMap((unit) => [
    `/usr/bin/systemctl --no-pager status ${unit}`,
    `/usr/bin/journalctl --no-pager -u ${unit}`,
    `/usr/bin/journalctl --no-pager -n 1000 -u ${unit}`,
    `/usr/bin/journalctl --no-pager -f -u ${unit}`,
  ]),
];

/** The file's text. */
export const SUDOERS = `# Written by relay cluster apply: what is changed here is changed back.
Cmnd_Alias RELAY_ADMIN = ${ALLOWED.join(', \\\n    ')}
%${ADMIN_GROUP} ALL = (root) NOPASSWD: RELAY_ADMIN
%${ADMIN_GROUP} ALL = (${PLACES.cassandra.user}) NOPASSWD: ${CASSANDRA_FILES.nodetool} status
`;
