#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A Slurm of one node on the loopback interface, of Debian's slurm-wlm and munge, with all that it has in one folder.
# Nothing outside of that folder is written, and no other Slurm is disturbed: own ports, own key, own socket.
#   cluster.sh start DIR   munged, slurmctld and slurmd; returns when a job could start. DIR/env is to be sourced.
#   cluster.sh stop DIR    ends these, and all steps of jobs
# It needs root, as slurmd does. Exit code 3: a program is missing, with the package that has it.
set -euo pipefail
PATH=$PATH:/usr/sbin
usage() {
  echo "usage: cluster.sh start|stop DIR" >&2
  exit 2
}
(($# == 2)) || usage
dir=$(realpath -m "$2")
node=gradloom-node

need() { # need PROGRAM PACKAGE
  command -v "$1" >/dev/null || {
    echo "cluster.sh: $1: found no such program; it comes with the Debian package $2 (apt-get install $2)" >&2
    exit 3
  }
}

# A port that nobody listens on.
free_port() {
  local port
  for port in $(shuf -i 20000-32000 -n 50); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  echo "cluster.sh: no free port" >&2
  exit 1
}

write_config() {
  local cpus
  cpus=$(nproc)
  cat >"$dir/slurm.conf" <<TEXT
ClusterName=gradloom
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=60
KillWait=5
MinJobAge=60
NodeName=$node NodeHostname=$(hostname) NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
TEXT
  # slurmd loads a plugin for cgroups even if nothing uses them; that of version 1 asks nothing of the system then.
  printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$dir/cgroup.conf"
}

write_env() {
  cat >"$dir/env" <<TEXT
export SLURM_CONF='$dir/slurm.conf'
TEXT
}

start_munge() {
  mkdir -p "$dir/munge"
  chmod 711 "$dir/munge"
  head -c 1024 /dev/urandom >"$dir/munge/key"
  chmod 400 "$dir/munge/key"
  munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
    --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" --num-threads=2
}

wait_idle() {
  local i
  for ((i = 0; i < 120; ++i)); do
    [[ $(sinfo --noheader --format=%T 2>/dev/null) != idle ]] || return 0
    sleep 0.5
  done
  echo "cluster.sh: the node does not become idle; logs in $dir:" >&2
  tail -n 5 "$dir/slurmctld.log" "$dir/slurmd.log" >&2
  return 1
}

start() {
  need munged munge
  need slurmctld slurm-wlm
  need slurmd slurm-wlm
  if ((EUID != 0)); then
    echo "cluster.sh: found user $EUID, allowed root (slurmd)" >&2
    exit 3
  fi
  mkdir -p "$dir/state" "$dir/spool"
  write_config
  write_env
  # shellcheck disable=SC1091
  source "$dir/env"
  start_munge
  slurmctld -f "$dir/slurm.conf"
  slurmd -f "$dir/slurm.conf" -N "$node"
  wait_idle || {
    stop
    exit 1
  }
}

# end PIDFILE: TERM, then KILL for what does not end.
end() {
  local pid i
  [[ -s $1 ]] || return 0
  pid=$(<"$1")
  kill "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 40; ++i)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.25
  done
  kill -9 "$pid" 2>/dev/null || true
}

stop() {
  if [[ -f $dir/env ]]; then
    # shellcheck disable=SC1091
    source "$dir/env"
    timeout 20 scancel --user=root 2>/dev/null || true
  fi
  end "$dir/slurmd.pid"
  end "$dir/slurmctld.pid"
  end "$dir/munge/pid"
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
