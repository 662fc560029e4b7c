# shellcheck shell=bash
# A Slurm of several nodes on one machine. Needs root, and Linux with namespaces; leaves nothing behind.
#
# A node is a set of namespaces: it has its own host name, network, processes and /dev/shm, and shares all other files.
# n0 is where the controller is and jobs are submitted; n1, n2 ... compute, with 2 cores each.

cluster=""         # folder of its files
node_processes=() # number of the first process of each node; with it the node dies

# cannot_start_cluster: prints why, and fails where it can.
cannot_start_cluster() {
    local program
    [ "$(uname -s)" = Linux ] || { echo "nodes are namespaces of Linux"; return; }
    [ "$(id -u)" = 0 ] || { echo "only root can make nodes"; return; }
    for program in slurmctld slurmd munged sbatch unshare nsenter setpriv ip; do
        command -v "$program" > /dev/null || { echo "$program is not installed"; return; }
    done
    if ! unshare --net --uts --mount --pid --fork --mount-proc sh -ec 'hostname n0
        ip link add bridge type bridge; ip link add one type veth peer name other; mount -t tmpfs tmpfs /dev/shm'; then
        echo "namespaces cannot be made here"
        return
    fi
    return 1
} 2> /dev/null

# on NODE COMMAND...: the command on a node, in the current folder.
on() {
    local node=$1
    shift
    nsenter --target "${node_processes[${node#n}]}" --net --uts --mount --pid --wd="$PWD" -- "$@"
}

# wait_until SECONDS COMMAND...: try the command again and again. Fails where it does not succeed in time.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return
        sleep 0.05
    done
}

# The first process that another one has started, to $child.
find_child() {
    child=$(< "/proc/$1/task/$1/children") && child=${child%% *} && [ -n "$child" ] && grep -qx sleep "/proc/$child/comm"
} 2> /dev/null

# start_node NUMBER. Should the script be killed, its nodes are.
start_node() {
    local child node=n$1 address=10.77.0.$((100 + $1))/24
    setpriv --pdeathsig KILL -- unshare --net --uts --mount --pid --fork --kill-child --mount-proc sleep infinity \
        2> "$cluster/$node.err" &
    wait_until 10 find_child $! || return
    node_processes[$1]=$child
    on "$node" sh -ec "hostname $node; ip link set lo up; mount --bind $cluster/hosts /etc/hosts
        mount -t tmpfs -o mode=1777 tmpfs /dev/shm" || return
    if [ "$1" = 0 ]; then
        on n0 sh -ec "ip link add bridge type bridge; ip addr add $address dev bridge; ip link set bridge up"
    else
        # Process numbers are those of this script only without --pid.
        nsenter --target "${node_processes[0]}" --net -- sh -ec \
            "ip link add $node type veth peer name eth0 netns $child; ip link set $node master bridge up" || return
        on "$node" sh -ec "ip addr add $address dev eth0; ip link set eth0 up"
    fi
}

# Jobs go back to the queue, and on from it, in seconds instead of minutes; a node is lost after 10 s without a word.
write_slurm_conf() {
    cat << TEXT
ClusterName=test
SlurmUser=root
SlurmctldHost=n0(10.77.0.100)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool-%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd-%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/slurmd-%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,bf_interval=1
SlurmdParameters=config_overrides
TmpFS=$cluster/tmp-%n
SlurmdTimeout=10
KillWait=3
ReturnToService=2
NodeName=n[1-$1] NodeAddr=10.77.0.[101-$((100 + $1))] CPUs=2 RealMemory=1000
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE
TEXT
}

controller_answers() {
    on n0 scontrol ping | grep -q UP
} 2> /dev/null

nodes_are_idle() {
    [ "$(on n0 sinfo --noheader --format=%T)" = idle ]
} 2> /dev/null

# start_cluster FOLDER NODES: in a folder that is made. Fails where it is not ready in time.
start_cluster() {
    local i
    cluster=$1
    mkdir -p "$cluster/munge" "$cluster/state"
    (umask 077 && head -c 128 /dev/urandom > "$cluster/munge/key")
    echo "127.0.0.1 localhost" > "$cluster/hosts"
    for ((i = 0; i <= $2; i++)); do
        echo "10.77.0.$((100 + i)) n$i" >> "$cluster/hosts"
    done
    for ((i = 0; i <= $2; i++)); do
        start_node "$i" || return
    done
    write_slurm_conf "$2" > "$cluster/slurm.conf"
    if [[ $(slurmd -V) != *\ 2[0-2].* ]]; then
        echo CgroupPlugin=disabled > "$cluster/cgroup.conf" # Slurm before 23 has no such word, and no need of it
    fi
    export SLURM_CONF=$cluster/slurm.conf
    setpriv --pdeathsig KILL -- munged --foreground --force --key-file="$cluster/munge/key" \
        --socket="$cluster/munge/socket" --pid-file="$cluster/munge/pid" --log-file="$cluster/munge/log" \
        --seed-file="$cluster/munge/seed" 2> "$cluster/munge/err" &
    wait_until 10 test -S "$cluster/munge/socket" || return
    on n0 slurmctld -D -i > "$cluster/slurmctld.out" 2>&1 &
    wait_until 10 controller_answers || return
    for ((i = 1; i <= $2; i++)); do
        mkdir "$cluster/spool-n$i" "$cluster/tmp-n$i"
        on "n$i" slurmd -D -N "n$i" > "$cluster/slurmd-n$i.out" 2>&1 &
    done
    wait_until 20 nodes_are_idle
}

# lose_node NODE: as if its power were cut.
lose_node() {
    kill -KILL "${node_processes[${1#n}]}"
}

# End all nodes and whatever runs in them, and all that the script has started.
stop_cluster() {
    local process
    for process in "${node_processes[@]}" $(jobs -p); do
        kill -KILL "$process" || true
    done
    node_processes=()
    wait || true
} 2> /dev/null
