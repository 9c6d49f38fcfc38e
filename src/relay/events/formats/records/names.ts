/** The names under which those who write webhooks put things, the surest first. All as plainName gives them. */

const names = (text: string): readonly string[] => text.trim().split(/\s+/u);

/** Made to tell one problem from another. */
export const DEDUP = names(`
  dedupkey deduplicationkey deduplicationid dedupid incidentkey alertkey eventkey fingerprint alertuid uniquekey
`);
/** The same, where it stands at the top: deeper it may be the name of anything. */
export const TOP_DEDUP = names('key');
/** Of one problem, from its beginning to its end. */
export const PROBLEM_IDS = names(`
  incidentid incidentnumber problemid originalproblemid issueid incidentuuid alertuuid ticketid violationid outageid
  faultid anomalyid alertinstanceid
`);
/** Of what is watched, or of an alert, which with some is a rule: each host or thing of it may have a problem of its own. */
export const WATCH_IDS = names(`
  alertid alertnumber alarmid monitorid monitoruuid checkid checkuuid sensorid probeid triggerid ruleid ruleuid policyid
  conditionid jobid entityid
`);
/** Of a rule, where the id of an alert may be that of one of its hosts only. */
export const RULE_IDS = names('ruleid ruleuid policyid conditionid triggerid monitorid');
export const BARE_IDS = names('id uid uuid guid');
/** Whose own ids say nothing of a problem: many have one of these in common. */
export const OTHERS = names(`
  project account team user actor author assignee sender creator owner organization organisation org company tenant
  customer workspace space page integration receiver channel chat group folder environment region location
`);
/** Whose a thing is, when nothing names it: often that which sends. */
export const PROGRAMS = names('app appname application applicationname');
/** Where it is found. */
export const ADDRESSES = names('monitorurl checkurl targeturl siteurl endpointurl url uri location');

export const HOSTS = names(`
  host hostname hostnames hostdisplayname hostalias hostfqdn fqdn server servername node nodename instance instancename
  instanceid device devicename machine machinename computer computername vm vmname pod podname container containername
  sysname agent agentname entity entityname resource resourcename target targetname hostaddress ipaddress address ip
  rechner rechnername gerät geraet maschine knoten hôte hote équipement equipement serveur equipo servidor
  dispositivo máquina maquina macchina nodo apparaat urządzenie urzadzenie serwer värd сервер узел хост устройство
  endpoint endpointname site sitename source
`);
/** What is looked at on a host. */
export const CHECKS = names(`
  servicedescription servicedesc servicedisplayname servicename check checkname sensor sensorname monitor monitorname
  rule rulename alertrule alertname alarmname triggername trigger policyname conditionname problemname probe probename
  eventname itemname
  prüfung pruefung überwachung contrôle controle comprobación controllo kontrola проверка
`);
/** The same, where nothing surer names it. */
export const LOOSE_CHECKS = names(`
  metric metricname test testname job jobname task taskname alarm name
  messwert messgröße métrique métrica metrica meetwaarde mätvärde метрика
`);
/** Whose it is: a program, of which many things may be looked at. */
export const OWNERS = names(`
  service component item
  dienst anwendung servicio aplicación aplicacion servizio applicazione serviço servico usługa usluga tjänst сервис служба
`);

export const TITLES = names(`
  summary title subject headline alerttitle alertsubject eventtitle problemtitle incidenttitle shortdescription
  alertsummary shortmessage
  betreff titel überschrift titre objet título asunto titolo oggetto assunto onderwerp temat tytuł ämne rubrik тема заголовок
`);
export const MESSAGES = names(`
  message text msg alertmessage eventmessage statusmessage body content description alertdescription errormessage
  serviceoutput hostoutput output reason alertreason error problem details detail info alert event incident note comment
  longdescription longmessage
  nachricht meldung beschreibung texte mensaje descripción descripcion texto messaggio descrizione testo bericht
  omschrijving mensagem descrição wiadomość opis meddelande beskrivning сообщение описание
`);

/** Where the state of things stands. */
export const STATES = names(`
  notificationtype messagetype alertstate alertstatus newstate newstatus currentstate currentstatus eventstate
  eventstatus monitorstatus monitorstate checkstatus checkstate servicestate hoststate sensorstatus triggerstatus
  triggerstate incidentstatus incidentstate issuestatus problemstatus problemstate alarmstate alarmstatus transition
  alerttransition monitorcondition alertactiongroup actiongroup state status condition conclusion result outcome health
  availability zustand état etat statut estado stato toestand stan tillstånd статус состояние
  humanstatus statusname statename statuslabel statelabel
`);
/** Where the kind of a message stands, often its state, often only "alert". */
export const KINDS = names(`
  action eventaction alertaction eventtype alerttype event type kind category notification alert
`);
/** Of these, where the name of an event stands rather than that of a rule. */
export const EVENTS = names('event eventtype eventaction alerttype type action');
/** What tells a severity; some say there that all is well. */
export const SEVERITIES = names(`
  severity alertseverity eventseverity triggerseverity problemseverity incidentseverity priority alertpriority
  eventpriority level alertlevel loglevel urgency criticality severitylabel severitytext severityname
  schweregrad dringlichkeit priorität gravité gravite priorité gravedad severidad prioridad gravità priorità ernst prioriteit
  gravidade ważność allvar важность impact
`);
/** True: things are well. */
export const WELL_IF_TRUE = names(`
  resolved isresolved recovered isrecovered closed isclosed cleared iscleared ok isok up isup healthy ishealthy online
  isonline success succeeded passing reachable
`);
/** True: something is wrong. */
export const WRONG_IF_TRUE = names(`
  firing isfiring alerting isalerting triggered istriggered isproblem down isdown failed isfailed failing unhealthy
  offline isoffline active isactive isopen open
`);
/** When a problem was over; empty while it isn't. */
export const ENDS = names(
  'resolvedat recoveredat closedat clearedat resolvedtime recoverytime resolveddatetime resolvedon',
);
/** A number here is an exit status, or the state of Nagios and its like: nought is well. */
export const CODES = names(
  'state servicestate hoststate stateid exitcode exitstatus returncode rc hoststateid servicestateid',
);
/** What was, and what is now: both say a state, or neither does. */
export const BEFORE = names('from old before previous');
export const AFTER = names('to new after current');
export const TESTS = names('test istest testmode isatest testalert');
