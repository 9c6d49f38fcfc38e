/** Sources whose mails we know by their own look, in the order they are asked. The first that knows a mail has it. */
import type { MailSource } from '../source.ts';
import { alertmanager } from './alertmanager.ts';
import { cron } from './cron.ts';
import { mdadm, smartd, zed } from './disks.ts';
import { fail2ban } from './fail2ban.ts';
import { grafana } from './grafana.ts';
import { healthchecks } from './healthchecks.ts';
import { icinga2 } from './icinga2.ts';
import { collectd, netdata } from './labelled.ts';
import { mon } from './mon.ts';
import { monit } from './monit.ts';
import { munin } from './munin.ts';
import { icinga, naemon, nagios } from './nagios.ts';
import { apticron, unattendedUpgrades } from './packages.ts';
import { apcupsd, nut } from './power.ts';
import { systemd } from './systemd.ts';
import { truenas } from './truenas.ts';
import { uptimeKuma } from './uptime-kuma.ts';
import { zabbix } from './zabbix.ts';

export const MAIL_SOURCES: readonly MailSource[] = [
  naemon,
  icinga,
  nagios,
  icinga2,
  alertmanager,
  grafana,
  uptimeKuma,
  truenas,
  healthchecks,
  mon,
  zabbix,
  monit,
  smartd,
  mdadm,
  zed,
  munin,
  collectd,
  netdata,
  unattendedUpgrades,
  apticron,
  fail2ban,
  apcupsd,
  nut,
  // By its subject alone, and what a job printed may look like any of those above and below.
  cron,
  systemd,
];
