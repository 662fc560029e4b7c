# shellcheck shell=bash
# What the tests of job scripts share, on top of what tests of the program do. They source it with the folder of the
# programs as $1, and are skipped where no cluster can be started.

# shellcheck source-path=SCRIPTDIR source=../support/checks.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$tests/slurm/cluster.sh"

# shellcheck disable=SC2034 # for the scripts
jobs_folder=$(cd "$tests/../jobs" && pwd)
export SPARSEMED=$sparsemed

trap 'stop_cluster; clean_up' EXIT

if reason=$(cannot_start_cluster); then
    skip "$reason"
fi

# begin_cluster NODES
begin_cluster() {
    # From here on MPI starts as it does for users, but as root.
    unset OMPI_MCA_orte_tmpdir_base OMPI_MCA_pml OMPI_MCA_btl OMPI_MCA_mpi_yield_when_idle
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export UCX_TLS=tcp,self # it takes all nodes for one machine, and would share memory
    chmod 755 "$scratch" # munge insists
    if ! start_cluster "$scratch/cluster" "$1"; then
        tail -n 5 -v "$cluster"/*.log "$cluster"/*.out "$cluster"/munge/err
        fail "the cluster does not start"
        exit 1
    fi
}

# How srun starts ranks of this MPI; nothing where it cannot. MPICH 4.0 does not end there without the variable.
srun_of_mpi() {
    local kind=pmix srun="srun"
    [[ $(${MPIRUN:-mpirun} --version 2>&1) != *HYDRA* ]] || kind=pmi2 srun="env MPIR_CVAR_PMI_VERSION=2 srun"
    ! on n0 srun --mpi=list 2>&1 | grep -q "$kind" || echo "$srun --mpi=$kind"
}

# submit SCRIPT ARGUMENT...: options of sbatch, the script of a job and its arguments. Prints the number of the job.
submit() {
    on n0 sbatch --parsable --output="$scratch/log.%j" "$@"
}

# job_value JOB KEY: what Slurm tells of a job.
job_value() {
    on n0 scontrol --oneliner show job "$1" | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1
}

has_ended() {
    [[ "$(job_value "$1" JobState)" =~ ^(COMPLETED|FAILED|TIMEOUT|CANCELLED|OUT_OF_MEMORY)$ ]]
}

# explain JOB: what it has written, and where it is.
explain() {
    on n0 scontrol --oneliner show job "$1" | sed 's/^/    /'
    [ ! -e "$scratch/log.$1" ] || show "$scratch/log.$1"
}

# ends JOB STATUS RESTARTS: it must end with this exit status after so many restarts, which may be a pattern.
ends() {
    local found
    wait_until 180 has_ended "$1" || fail "the job does not end, it is $(job_value "$1" JobState)"
    found="$(job_value "$1" ExitCode) $(job_value "$1" Restarts)"
    # shellcheck disable=SC2053 # it may be a pattern
    if [[ $found = $2:0\ $3 ]]; then
        pass
    else
        fail "exit code and restarts are $found instead of $2:0 $3"
        explain "$1"
    fi
}

# find_ranks FOLDER: numbers of the processes of sparsemed, on all nodes, that make outputs there, a name in this folder.
# Quick: they are running.
find_ranks() {
    local process name words
    for process in /proc/[0-9]*; do
        name="" words=()
        read -r name < "$process/comm" || true
        mapfile -d '' words < "$process/cmdline" || true
        if [ "$name" = sparsemed ] && [ "$process/cwd" -ef . ] && [[ " ${words[*]} " = *" --output-dir $1 "* ]]; then
            echo "${process#/proc/}"
        fi
    done
} 2> /dev/null

# has_pending_usr1 PROCESS...: all of them have been sent the signal, and have not taken it.
has_pending_usr1() {
    local process
    for process in "$@"; do
        grep -qE '^ShdPnd:.*[2367abef]..$' "/proc/$process/status" || return
    done
}
