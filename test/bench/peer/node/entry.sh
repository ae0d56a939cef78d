#!/bin/bash
# Process 1 of a node of the peer, under the engine's init. What the daemons say goes to stdout, where the harness hears
# it; what this node is comes in HA_NODE, as for the simulated cluster.
set -eu
here=$(dirname "$0")
exec 2>&1
# Corosync and Pacemaker talk through shared memory, of which a container has too little.
mount -o remount,size=512m /dev/shm
mkdir -p /bench
node "$here/wire.ts"
# With the default, 20 s, a new cluster would wait that long for a coordinator that nobody has seen yet.
cib=/var/lib/pacemaker/cib/cib.xml
soon='<crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="soon" name="dc-deadtime" value="2s"/></cluster_property_set></crm_config>'
cibadmin --empty | sed "s|<crm_config/>|$soon|" >$cib
chown hacluster:haclient $cib
corosync -f &
until corosync-quorumtool -s >/dev/null 2>&1; do sleep 0.05; done
# Its daemons leave stdout alone; whoever hears this container hears their file as it is written.
# On tmpfs, where tail is woken by each line instead of looking once a second.
log=/dev/shm/pacemaker.log
: >$log
chown hacluster:haclient $log
PCMK_logfile=$log pacemakerd -f >/dev/null &
tail -f -n +1 $log &
wait
