/**
 * New rules with a dead man's switch: the host itself brings the old ones back in a minute, unless a new connection gets
 * in and says not to. So nobody who applies rules can lock everybody out, whatever dies on the way: ssh, the admin's
 * machine, this process. What the next boot loads is replaced last: a host that restarts in between has the old rules.
 */
import { FIREWALL_UNIT } from '../components/firewall/component.ts';
import { PLACES } from '../places.ts';
import { HostError } from '../ssh/port.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';
import { LISTING } from './listing.ts';

/** How long the host waits for the new connection. */
export const WAIT_S = 60;

/** A new connection that takes longer than this has been dropped; there is time left to say so before the host acts. */
const CONFIRM_WITHIN_MS = 25_000;

/** Another apply at the same time, or one that was cut off less than a minute ago. */
const BUSY = 75;

/** What systemd does on a host. Each is sh; `$OLD` is a file for `nft -f`. */
export interface Keeper {
  /** Loads the old rules in WAIT_S, whatever becomes of this connection. */
  arm: string;
  disarm: string;
  /** Succeeds while it waits. */
  isArmed: string;
  /** Has the next boot load the rules. */
  enable: string;
}

const UNIT = 'relay-firewall-rollback';

/** A timer outlives the connection. It is gone after a restart, and so are the rules. */
export const SYSTEMD: Keeper = {
  arm: `systemd-run --quiet --collect --unit=${UNIT} --on-active=${WAIT_S} --timer-property=AccuracySec=1s -- /usr/sbin/nft -f "$OLD"`,
  disarm: `systemctl stop ${UNIT}.timer`,
  isArmed: `systemctl is-active --quiet ${UNIT}.timer`,
  enable: `unit=/etc/systemd/system/${PLACES.firewall.unit}
if ! printf '%s' ${quoted(FIREWALL_UNIT)} | cmp -s - "$unit"; then
  printf '%s' ${quoted(FIREWALL_UNIT)} >"$unit.new"
  mv "$unit.new" "$unit"
  systemctl daemon-reload
fi
systemctl enable --quiet ${PLACES.firewall.unit}
systemctl start ${PLACES.firewall.unit}`,
};

/** `unchanged`: the kernel and the next boot had these rules already. */
export type Applied = 'applied' | 'unchanged';

/** The old rules are back, or come back by themselves within WAIT_S. */
export class RolledBackError extends Error {
  override name = 'RolledBackError';
  readonly host: string;
  /** The message without the host. */
  readonly why: string;

  constructor(host: string, when: string, because: string) {
    const why = `with the new rules somebody who must get in doesn't, ${when}: ${because}`;
    super(`${host}: ${why}`);
    this.host = host;
    this.why = why;
  }
}

const FOLDER = `${PLACES.memory}/firewall`;
const PREPARED = `${LISTING}
NEW=${FOLDER}/new.nft OLD=${FOLDER}/old.nft RULES=${PLACES.firewall.rules}
`;

/**
 * Loads `rules` (a whole file for `nft -f`), proves that a new connection gets in, and has the next boot load them.
 * `proof`: rejects with HostError when somebody else who must doesn't get in. Rejects with RolledBackError then, and when
 * no ssh does; with HostError when a step fails (the old rules are in place then too, or within WAIT_S) or when another
 * apply is under way.
 */
export async function applyFirewall(
  remote: Remote,
  rules: string,
  proof: () => Promise<void>,
  keeper: Keeper = SYSTEMD,
): Promise<Applied> {
  if (await load(remote, rules, keeper)) return 'unchanged';
  try {
    await proof();
    await remote.run('confirm the firewall over a new connection', confirmScript(keeper), {
      fresh: true,
      timeoutMs: CONFIRM_WITHIN_MS,
    });
  } catch (error) {
    throw await goneBack(remote, keeper, error);
  }
  return 'applied';
}

/** True: there was nothing to do. */
async function load(remote: Remote, rules: string, keeper: Keeper): Promise<boolean> {
  try {
    const answer = await remote.run('load the firewall', loadScript(keeper), { stdin: rules });
    return answer.trim() === 'unchanged';
  } catch (error) {
    if (!(error instanceof HostError) || error.exitCode !== BUSY) throw error;
    const why = `another "relay firewall apply" is being tried there, or was cut off; try again in ${WAIT_S} s`;
    throw new HostError(error.host, error.what, error.exitCode, why);
  }
}

/**
 * The old rules are saved as the kernel has them, whoever made them; where there were none, going back is to have none.
 * The switch is armed before the new rules are loaded: dying in between leaves the old ones, which are loaded once more.
 */
const loadScript = (keeper: Keeper): string => `${PREPARED}
umask 077
if ! command -v nft >/dev/null; then
  echo "nftables is not installed; relay cluster apply installs it" >&2
  exit 1
fi
mkdir -p ${FOLDER}
if ${keeper.isArmed}; then exit ${BUSY}; fi
cat >"$NEW"
chmod 644 "$NEW"
made=$(made "$NEW")
if [ "$(listed || true)" = "$made" ] && cmp -s "$NEW" "$RULES"; then
  echo unchanged
  exit 0
fi
gone='table inet relay
delete table inet relay'
printf '%s\\n' "$gone" "$(nft -s list table inet relay 2>/dev/null || true)" >"$OLD"
# Some versions can't read all that they list of what limits remember.
nft -c -f "$OLD" 2>/dev/null || printf '%s\\n' "$gone" "$(listed)" >"$OLD"
nft -c -f "$OLD"
sync "$NEW" "$OLD"
${keeper.arm}
if ! nft -f "$NEW"; then
  ${keeper.disarm}
  exit 1
fi
echo loaded`;

/** The switch may have fired just before it was disarmed: what counts is what the kernel has now. */
const confirmScript = (keeper: Keeper): string => `${PREPARED}
${keeper.disarm}
if [ "$(listed || true)" != "$(made "$NEW")" ]; then
  echo "the old rules had come back already" >&2
  exit 1
fi
umask 022
mkdir -p "$(dirname "$RULES")"
cp "$NEW" "$RULES.new"
sync "$RULES.new"
mv "$RULES.new" "$RULES"
${keeper.enable}
sync "$(dirname "$RULES")"`;

/** Over the connection that was there before, which the old rules let in and the new ones leave alone. */
async function goneBack(remote: Remote, keeper: Keeper, error: unknown): Promise<Error> {
  const why = error instanceof HostError ? error.message.replace(`${error.host}: `, '') : String(error);
  try {
    await remote.run(
      'bring the old firewall rules back',
      `${PREPARED}nft -f "$OLD"\n${keeper.disarm} || true`,
      { timeoutMs: 10_000 },
    );
    return new RolledBackError(remote.host.name, 'so the old ones are back', why);
  } catch {
    return new RolledBackError(remote.host.name, `so the old ones come back within ${WAIT_S} s`, why);
  }
}
