/** `relay cluster plan`: looks, compares, changes nothing. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import type { Surveyed } from '../../relay/hosts/apply/survey.ts';
import { isDone, type Plan } from '../../relay/hosts/plan/types.ts';
import type { Inventory } from '../../relay/hosts/types.ts';
import { EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { styleFor } from '../render/style.ts';
import { toldOf } from './failure.ts';

export interface PlanFlags {
  json: boolean;
  check: boolean;
  contents: boolean;
}

/** Exits with 1 where something is refused, and with `check` also where something is to be done. */
export async function planCluster(wish: Wish, flags: PlanFlags, io: Io): Promise<number> {
  const { prepare } = await import('../../relay/hosts/apply/prepare.ts');
  await using prepared = await prepare(wish, Date.now());
  const { plan } = await lookedAt(prepared, io);
  const { inventory } = prepared.ground;
  if (flags.json) {
    const { dnsRecords } = await import('../../relay/hosts/inventory/dns-records.ts');
    io.out(`${JSON.stringify({ ...plan, dns: dnsRecords(inventory) }, null, 2)}\n`);
  } else await showPlan(plan, inventory, flags.contents, io);
  if (isRefused(plan)) return EXIT.failed;
  return flags.check && !plan.hosts.every(isDone) ? EXIT.failed : EXIT.ok;
}

/** Nothing is done while one finding says so. */
export const isRefused = (plan: Plan): boolean => plan.findings.some(({ level }) => level === 'refuse');

/** For people; with what DNS must say while hosts are being set up. */
export async function showPlan(plan: Plan, inventory: Inventory, contents: boolean, io: Io): Promise<void> {
  const [{ planText }, { dnsRecords, dnsText }] = await Promise.all([
    import('../../relay/hosts/plan/words.ts'),
    import('../../relay/hosts/inventory/dns-records.ts'),
  ]);
  io.out(planText(plan, styleFor(io), contents));
  if (plan.hosts.every(isDone)) return;
  io.out(`\nWhat DNS must say, once:\n${dnsText(dnsRecords(inventory))}\n`);
}

/** Says that it looks, since hosts far away take a moment. */
export async function lookedAt(
  { ground, findings }: Prepared,
  io: Io,
): Promise<{ surveyed: Surveyed; plan: Plan }> {
  const [{ survey }, { surveyFindings }] = await Promise.all([
    import('../../relay/hosts/apply/survey.ts'),
    import('../../relay/hosts/apply/prepare.ts'),
  ]);
  io.err(`relay: looking at ${ground.inventory.hosts.map(({ name }) => name).join(', ')}\n`);
  try {
    const surveyed = await survey(ground);
    return {
      surveyed,
      plan: {
        hosts: surveyed.work.hosts.map((one) => one.plan),
        findings: [...findings, ...surveyFindings(ground, surveyed)],
      },
    };
  } catch (error) {
    throw toldOf(error, 'relay cluster plan');
  }
}
