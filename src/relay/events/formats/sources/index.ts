/** Sources whose mails we know by their own look, in the order they are asked. The first that knows a mail has it. */
import type { MailSource } from '../source.ts';
import { alertmanager } from './alertmanager.ts';
import { amanda } from './amanda.ts';
import { azureMail } from './azure.ts';
import { bacula } from './bacula.ts';
import { gitHubMail, gitLabMail, jenkins, travis } from './builds.ts';
import { checkmk } from './checkmk.ts';
import { cloudWatch } from './cloudwatch.ts';
import { cron } from './cron.ts';
import { datadogMail } from './datadog.ts';
import { mdadm, smartd, zed } from './disks.ts';
import { elastalert2 } from './elastalert.ts';
import { fail2ban } from './fail2ban.ts';
import { aide, rkhunter } from './file-integrity.ts';
import { fortigate, pfsense } from './firewalls.ts';
import { googleCloudMail } from './google-cloud.ts';
import { grafana } from './grafana.ts';
import { healthchecks } from './healthchecks.ts';
import { deadMansSnitch, site24x7Mail, statuspageMail } from './hosted.ts';
import { icingaNotifications } from './icinga-notifications.ts';
import { icinga2 } from './icinga2.ts';
import { collectd, netdata } from './labelled.ts';
import { librenms } from './librenms.ts';
import { graylogMail, splunkMail } from './log-alerts.ts';
import { idrac, megaraid } from './management-cards.ts';
import { mon } from './mon.ts';
import { monit } from './monit.ts';
import { munin } from './munin.ts';
import { icinga, naemon, nagios } from './nagios.ts';
import { netapp } from './netapp.ts';
import { cactiThold, openNms, smokePing, zenoss } from './networks.ts';
import { newRelicMail } from './new-relic.ts';
import { apticron, unattendedUpgrades } from './packages.ts';
import { betterStackMail, opsgenie, pagerDutyMail } from './pagers.ts';
import { apcupsd, nut } from './power.ts';
import { proxmoxBackup, proxmoxVe } from './proxmox.ts';
import { prtg } from './prtg.ts';
import { qnap } from './qnap.ts';
import { sensuGo } from './sensu.ts';
import { sentryMail } from './sentry.ts';
import { synology } from './synology.ts';
import { systemd } from './systemd.ts';
import { truenas } from './truenas.ts';
import { unraid } from './unraid.ts';
import { uptimeKuma } from './uptime-kuma.ts';
import { pingdom, statuscake, uptimerobot } from './uptime-services.ts';
import { vcenter } from './vmware.ts';
import { xymon } from './xymon.ts';
import { zabbix } from './zabbix.ts';

export const MAIL_SOURCES: readonly MailSource[] = [
  naemon,
  icinga,
  nagios,
  icinga2,
  icingaNotifications,
  checkmk,
  alertmanager,
  grafana,
  uptimeKuma,
  cloudWatch,
  azureMail,
  datadogMail,
  sentryMail,
  googleCloudMail,
  newRelicMail,
  truenas,
  healthchecks,
  xymon,
  mon,
  librenms,
  sensuGo,
  elastalert2,
  pingdom,
  uptimerobot,
  statuscake,
  proxmoxVe,
  proxmoxBackup,
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
  prtg,
  synology,
  unraid,
  jenkins,
  gitLabMail,
  gitHubMail,
  travis,
  opsgenie,
  pagerDutyMail,
  betterStackMail,
  deadMansSnitch,
  site24x7Mail,
  statuspageMail,
  graylogMail,
  splunkMail,
  vcenter,
  netapp,
  fortigate,
  pfsense,
  idrac,
  megaraid,
  bacula,
  amanda,
  aide,
  rkhunter,
  cactiThold,
  smokePing,
  openNms,
  zenoss,
  qnap,
  // By its subject alone, and what a job printed may look like any of those above and below.
  cron,
  systemd,
];
