/** The life of a relay on five real hosts, from bare to removed. Each scenario goes on from what the one before left. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { backUpAndRestore } from './scenarios/backup.ts';
import { firewallFromOutside } from './scenarios/firewall.ts';
import { applyAgain, installFromBare } from './scenarios/install.ts';
import { localFirst } from './scenarios/local-first.ts';
import { lockedOut } from './scenarios/lock-out.ts';
import { removeEverything } from './scenarios/remove.ts';
import { replaceHost } from './scenarios/replace.ts';
import { newPasswords } from './scenarios/rotate.ts';
import { upgradeUnderLoad } from './scenarios/upgrade.ts';
import { figuresText } from './measured.ts';
import { Stage } from './stage.ts';

const inventory = process.env['RELAY_TEST_INVENTORY'] ?? null;
/** The cut that fits into ten minutes. */
const cut = process.env['RELAY_TEST_CUT'] === '1';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(inventory);
});

afterAll(async () => {
  process.stdout.write(`\n${figuresText()}\n`);
  await stage?.close();
});

// What takes long is left out of the cut, which says so.
const whole = it.skipIf(cut);

describe('five hosts', () => {
  it('are bare, and page Ana after one command', () => installFromBare(stage));
  it('stay as they are when it is given again', () => applyAgain(stage));
  it('let in who should come in, and swallow all else', () =>
    firewallFromOutside(stage, { everyPort: !cut }));
  it('take alerts at the host that they are sent to, and at the next when its relay stops', () =>
    localFirst(stage));
  whole('are upgraded one by one while alerts come in', () => upgradeUnderLoad(stage));
  whole('take back firewall rules that would lock their admin out', () => lockedOut(stage));
  whole('get new passwords while alerts come in', () => newPasswords(stage));
  whole('get back one that has lost everything', () => replaceHost(stage));
  whole('come back from a backup', () => backUpAndRestore(stage));
  it('are bare again after one command', () => removeEverything(stage));
});
