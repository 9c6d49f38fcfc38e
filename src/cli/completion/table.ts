/** Every command with the kinds of its arguments and options. Made of the commands: npm run completion-table. */
export const TABLE = `
ack | incidents* | all as=people config=files debug json service=services yes | Acknowledge incidents: nobody else is paged about them.
backup | - | check= config=files json keep= list= to= with-secrets | Write everything into one file, while relay goes on paging; or look at such files.
cluster apply | - | file= force-unlock json yes | Make the hosts of cluster.yaml a relay, or make them so again.
cluster plan | - | check contents file= json | Show what relay cluster apply would do on each host, with exact file differences.
cluster remove | - | all file= force force-unlock json purge yes | Take one host out of the cluster, or relay off all of them.
cluster replace | - | file= force-unlock from= json yes | Set up a new machine in place of a dead host: same name, same place in the ring.
cluster restore | - | file= force-unlock json yes | Put a backup into an empty store, and have all hosts work with it.
cluster rollback | - | cassandra file= force-unlock json yes | Go back to the release from before the last upgrade, one host after the other.
cluster rotate | certificates|authority|passwords|token|api-token | file= force-unlock json yes | Make the cluster's certificates, authority, passwords or keys anew, and bring them to all hosts.
cluster status | - | config=files debug file= json | All hosts, nodes and datacenters: who lives, whether there is a quorum, what may still be lost.
cluster upgrade | - | cassandra= file= force-unlock json release= yes | Bring another release to all hosts, one after the other, while alerts go on.
completion | bash|zsh|fish | - | Print what makes a shell complete commands, flags and names.
demo | - | auto | Watch an alert go its whole way, with a stand-in phone network.
firewall apply | - | file= force-unlock host= json yes | Load the rules on each host, with a way back.
firewall diff | - | file= host= json | Compare the rules in each host's kernel with what cluster.yaml makes.
firewall show | - | file= host= json | Print the firewall rules of each host, as cluster.yaml makes them.
group add | _ people* | as=people config=files debug json | Add a group: people who are told together.
group edit | groups | add=people, as=people config=files debug json people=people, remove=people, | Change who is in a group.
group list | - | config=files debug json | List the groups.
group remove | groups | as=people config=files debug json | Remove a group that no policy names.
group show | groups | config=files debug json | A group: who is in it, and what uses it.
heartbeat add | - | as=people config=files debug every= grace= json service=services severity=severities | Add a heartbeat, and print where it reports and its key, this once.
heartbeat edit | heartbeats | as=people config=files debug every= grace= json service=services severity=severities | Change how often a heartbeat reports, or whose incident it becomes.
heartbeat key | heartbeats | as=people config=files debug json | Make another key for a heartbeat; the one before stays valid until the next change.
heartbeat list | - | config=files debug json | List the heartbeats, how each is, and when it is due.
heartbeat pause | heartbeats | as=people config=files debug json | Expect nothing of a heartbeat until it is resumed; its incident, if there is one, ends.
heartbeat remove | heartbeats | as=people config=files debug json | Remove a heartbeat; its incident, if there is one, ends.
heartbeat resume | heartbeats | as=people config=files debug json | Expect reports of a paused heartbeat again, from its next one on.
heartbeat show | heartbeats | config=files debug json | Show how a heartbeat is, and what came of it.
incident escalate | incidents | as=people config=files debug json | Page the next level about an incident now.
incident note | incidents | as=people config=files debug json | Write a line into the timeline of an incident.
incident raw | incidents | config=files debug event= json list | Show the mail or request that an incident came from, as it came.
incident reassign | incidents people | as=people config=files debug json policy=policies | Give an incident to a person, or to another policy: they are paged at once.
incident show | incidents | config=files debug json | Show one incident: every decision with its reason, and every message.
incident snooze | incidents | as=people config=files debug json | Put an incident off for a time: nobody is told before.
incidents | - | all config=files debug json | List the open incidents.
init | - | admin= cluster dir=folders domain= host= http= json mail-from= mail-password-file=files mail-reply-works mail= person= public-url= purge release= remove reply-to= skip-checks smtp= ssh-config= ssh-key= ssh-user= systemd twilio-account-sid= twilio-base-url= twilio-from= twilio-poll-seconds= twilio-token-file=files yes | Set relay up: asks, checks, and writes relay.yaml, keys and the database; or a cluster.yaml for five hosts.
maintenance add | - | all as=people config=files debug every= for= from= host= json match= service=services until= why= zone=zones | Have incidents of a service, a host or a pattern page nobody for a time.
maintenance end | windows | as=people config=files debug json | End a maintenance window now: what is open pages. One that comes again does so next time.
maintenance list | - | config=files debug json | Show the maintenance windows that are in force or to come.
maintenance remove | windows | as=people config=files debug json | Remove a maintenance window; what waits for it pages.
message show | - | config=files debug json | Show one message: its text, what it told of, and what became of it.
messages | - | config=files debug incident=incidents json limit= person=people | List what was sent to people, each message with its whole life.
oncall absent | people | as=people config=files debug for= from= ics=files json list remove= until= why= | Mark a person absent, by hand or from a calendar; the next member of a rotation takes over.
oncall calendar | turns | at= config=files debug json month= roster=files service weeks= zone=zones | A month of who is on call, drawn: shifts, handoffs, gaps.
oncall handoff | - | config=files debug json quiet | Hand over now what is due: tell who comes on call and who goes.
oncall ics | owners | as=people config=files debug json revoke rotation | Make an address under which a calendar program subscribes to shifts.
oncall next | people | as=people config=files debug for= json | Your next shifts, or those of somebody else.
oncall set | people | as=people config=files debug for= from= json level= quiet rotation=rotations service=services until= why= zone=zones | Put a person on call in place of a level or of a rotation, for a time.
oncall swap | people days people days | as=people config=files debug json quiet rotation=rotations why= | Two people swap shifts of a rotation: one for the other.
oncall unset | people | as=people config=files debug json list quiet rotation=rotations service=services | End what "relay oncall set" or a swap began.
oncall | services | at= config=files debug json roster=files | Who is on call for every service or one, now or at a time, and who is next.
overview | - | config=files debug json | Open incidents, who is on call, and what is broken.
page | members* | as=people config=files debug json request= service=services severity=severities timeout= wait | Page people by hand: what you write reaches them like an alert.
person add | - | config=files debug email= json name= phone= push= voice= zone=zones | Add somebody who can be paged.
person edit | people | config=files debug email= json name= phone= push= revoke-links voice= zone=zones | Change how somebody is called or reached.
person list | - | config=files debug json | List everybody who can be paged, and how.
person quiet | people | as=people config=files debug except=severities, json off zone=zones | Quiet hours: when only what is critical may wake somebody.
person remove | people | as=people config=files debug json | Remove somebody whom nothing names any more.
person rule add | people | after= as=people before= config=files debug during= json now=channels, outside= severity=severities, zone=zones | Say how somebody is told of some incidents: by what at once, and by what later.
person rule list | people | config=files debug json | The notification rules and quiet hours of somebody.
person rule move | people | as=people config=files debug json | Move a notification rule of somebody: the first that applies decides.
person rule remove | people | as=people config=files debug json | Take a notification rule of somebody away.
person show | people | at= config=files debug json | A person: contacts, how they are told, what names them, their next shift.
policy add | - | ack-timeout= after= as=people config=files debug handover json level=members, repeat= rule= severities=severities, zone=zones | Add an escalation policy: who is told, and who next when nobody answers.
policy edit | policies | ack-timeout= add-level=members, add-rule= add=members, after= as=people before= change-level= config=files debug handover json level=members, no-handover no-rules remove-level= remove-rule= remove=members, repeat= rule= severities=severities, zone=zones | Change an escalation policy; it prints who is told differently.
policy list | - | config=files debug json | List the escalation policies.
policy remove | policies | as=people config=files debug json | Remove a policy that no service and no rule of another uses.
policy show | policies | config=files debug json | An escalation policy: its levels and rules, whom it tells now, what uses it.
resolve | incidents* | all as=people config=files debug json service=services yes | Resolve incidents.
restore | - | config=files dry-run json unpack= | Put a backup into an empty store, while relay is stopped.
roster apply | files | as=people base= config=files debug dry-run json yes | Make a roster file the roster: all of it as one version, or nothing.
roster check | files | config=files debug json strict | Whether a roster file is right, without a daemon: for a repository and its CI.
roster diff | files | as=people base= config=files debug json | What a roster file would change: its lines, and who would be on call differently.
roster export | - | config=files debug full json | Print the roster as a YAML file.
roster history | - | config=files debug json limit= | The versions of the roster: when, by whom, what changed.
roster import | files* | as=people config=files debug dry-run empty from=opsgenie|pagerduty|ics json merge out=files yes | Take over people, schedules and policies from Opsgenie, PagerDuty or a calendar.
roster rollback | - | as=people config=files debug dry-run json yes | Make the roster what it was in a former version, as a new version.
roster schema | - | config=files debug json | Print the JSON Schema of roster files, by which editors complete them.
rotation add | _ people* | as=people at= config=files debug during= every= json start=days zone=zones | Add a rotation: people who take turns.
rotation edit | rotations | add=people, after=people always as=people at= config=files debug during= every= json layer= members=people, remove-layer remove=people, start=days zone=zones | Change a rotation; those who join or leave move nobody else.
rotation list | - | config=files debug json | List the rotations and who has them now.
rotation remove | rotations | as=people config=files debug json | Remove a rotation that no policy names.
rotation show | rotations | config=files debug json | A rotation: its layers, who has it now, what uses it.
rules list | - | config=files debug json roster=files | Show the team's rules for alerts, in the order in which they are tried.
rules test | - | config=files content-type= debug explain http json no-rules roster=files | Show what a mail or a request would become, and why.
send | - | config=files debug json kept key= resolve service=services severity=severities | Send an alert by hand.
service add | - | auto-resolve= config=files debug flapping= group-by= json policy=policies | Add a service, and print its addresses and its key, this once.
service edit | services | as=people auto-resolve= config=files debug flapping= group-by= json policy=policies | Give a service another policy, or change how its incidents go on.
service key | services | config=files debug json | Make another routing key for a service, and print it, this once.
service list | - | config=files debug json | List the services and their addresses.
service remove | services | as=people config=files debug json | Remove a service; what still comes for it goes to the default one.
service show | services | config=files debug json | A service: its addresses, and who is on call for it.
start | - | config=files | Run the daemon in the foreground.
status | - | config=files debug json | How the daemon is: channels, backlog, and what is broken with its cure.
store migrate | - | config=files dry-run json | Bring the store's schema up to date: once for all hosts, before the first start and with each upgrade.
store move | - | abort config=files json to=sqlite|cassandra | Move everything to the store that relay.yaml names now, while relay runs.
tail | - | config=files debug incident=incidents json person=people | Follow what happens, as it happens.
test | people | as=people config=files debug json timeout= wait | Page a person for real on every channel, and watch what becomes of it.
wrap | - | config=files debug heartbeat=heartbeats json quiet-success service=services severity=severities timeout= url-file=files | Run a job, and tell Relay how it did.
`;
