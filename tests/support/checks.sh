# shellcheck shell=bash
# What tests that are scripts share. They source it with the folder of the programs as $1.
#
# A script works in a folder of its own that is removed in the end. A check that fails is told and counted, and the
# script goes on; finish, called last, settles the exit status.

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
programs=$(cd "$1" && pwd)
sparsemed=$programs/sparsemed
scratch=$(mktemp -d)
time_limit=40 # seconds; whatever takes longer hangs
what=""       # what is tested at the moment
export LC_ALL=C
# Open MPI takes its time: to look for networks, of which version 5 also tells, and to clean up after a failure.
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=^tcp,uct,openib,ofi OMPI_MCA_odls_base_sigkill_timeout=0
export PATIENT_WAITS=$programs/patient_waits.so # see mpirun
unset SPARSEMED_INSTRUCTION_SET HDF5_PLUGIN_PATH

clean_up() {
    local job
    for job in $(jobs -p); do
        kill -KILL "$job" 2> /dev/null || true
    done
    rm -rf "$scratch"
}
trap clean_up EXIT

# What runs at a time without mpirun must not share the folder for Open MPI's files. To be called in a subshell for each.
own_session() {
    export OMPI_MCA_orte_tmpdir_base=$scratch/mpi.$BASHPID
    mkdir -p "$OMPI_MCA_orte_tmpdir_base" # the number of a process may come again
}

own_session
mkdir "$scratch/work"
cd "$scratch/work" || exit

pass() {
    echo . >> "$scratch/passed"
}

# fail REASON: count a failure and tell it.
fail() {
    echo "FAILED: $what${what:+: }$1" | tee -a "$scratch/failed"
}

# check REASON COMMAND...: the command must succeed.
check() {
    local reason=$1
    shift
    if "$@"; then pass; else fail "$reason"; fi
}

# show FILE: the first lines of what a program wrote, indented, without what mpirun adds.
show() {
    sed -e '/^-----*$/,/^-----*$/d' -e 's/^/    /' "$1" | sed -n '1,12p'
}

# ended_as STATUS FILE: whether a command has ended with $status as it should. Where one rank ends a job, mpirun of MPICH may
# end with the number of the signal by which it has ended the others, and tell that in the file, from which it is removed.
ended_as() {
    [ "$status" != "$1" ] || return 0
    [ "$1" = 75 ] && grep -q '^= *BAD TERMINATION' "$2" || return 1
    sed -i -e '/^=*$/,/^Please see/d' "$2"
}

# run STATUS COMMAND...: the command must end with this status, and in time. What it writes is in the files $out and
# $err afterwards.
run() {
    local expected=$1 status=0
    shift
    as_expected=yes
    out=$scratch/out.$BASHPID
    err=$scratch/err.$BASHPID
    { timeout --kill-after=5 "$time_limit" "$@" > "$out" 2> "$err" < /dev/null; } 2> /dev/null || status=$?
    if ended_as "$expected" "$out"; then
        pass
    else
        [ "$status" != 124 ] || status="$status (it takes more than $time_limit s)"
        fail "${*##*/} ends with status $status instead of $expected"
        show "$err"
        as_expected=no
    fi
}

# at RANKS STATUS ARGUMENT...: sparsemed at a number of ranks, or with RANKS "alone" without mpirun; see run.
at() {
    local ranks=$1 expected=$2
    shift 2
    if [ "$ranks" = alone ]; then
        run "$expected" "$sparsemed" "$@"
    else
        run "$expected" "$tests/mpirun" -n "$ranks" "$sparsemed" "$@"
    fi
}

# says FILE PATTERN: an extended regular expression that a line of $out or $err must match.
says() {
    if grep -qE -e "$2" "$1"; then
        pass
    else
        fail "nothing there about \"$2\":"
        show "$1"
    fi
}

# lacks FILE PATTERN: no line of it may match.
lacks() {
    if grep -qE -e "$2" "$1"; then
        fail "something there about \"$2\":"
        show "$1"
    else
        pass
    fi
}

# silent FILE: $out or $err must be empty.
silent() {
    if [ -s "$1" ]; then
        fail "${1##*/} is not empty:"
        show "$1"
    else
        pass
    fi
}

# one_message PATTERN: exactly one line of $err is from sparsemed, and it matches; $out is empty. mpirun may add words.
# Where the status was wrong already, there is no more to tell.
one_message() {
    local n
    [ "$as_expected" = yes ] || return 0
    n=$(grep -c '^sparsemed: ' "$err" || true)
    if [ "$n" = 1 ]; then
        pass
    else
        fail "$n messages instead of one:"
        show "$err"
    fi
    says "$err" "^sparsemed: $1"
    silent "$out"
}

# has_files NAME...: the folder holds these, in this order, and nothing else, hidden or not.
has_files() {
    local found
    found=$(ls -A)
    if [ "$found" = "$(printf '%s\n' "$@")" ]; then
        pass
    else
        fail "the folder holds $(echo "$found" | tr '\n' ' ')instead of $*"
    fi
}

# measure FILE OPTION...: make a measurement. It is small unless the options say otherwise.
measure() {
    local file=$1 chunk=(--chunk 10)
    shift
    [[ "$*" != *contiguous* ]] || chunk=()
    "$programs/make_measurement" "$file" --frames 120 --width 48 --height 40 --rate 50 "${chunk[@]}" "$@"
}

# value FILE KEY: one value of a record.
value() {
    "$programs/json_value" "$1" "$2"
}

# record_has FILE KEY VALUE
record_has() {
    local found
    found=$(value "$1" "$2" 2>&1) || true
    check "$2 is \"$found\" in the record instead of \"$3\"" [ "$found" = "$3" ]
}

# same FILE FILE: both outputs hold the same background.
same() {
    check "$1 and $2 differ" "$programs/same" "$1" "$2"
}

at_a_time=2 # functions that start has running
# start FUNCTION ARGUMENT...: call the function in the background.
start() {
    while [ "$(jobs -rp | wc -l)" -ge "$at_a_time" ]; do
        wait -n || true
    done
    (
        trap '[ "$?" = 0 ] || fail "the script stumbles"' EXIT
        what=$*
        own_session
        "$@"
    ) &
}

# Wait for all that was started.
finish_started() {
    while [ -n "$(jobs -p)" ]; do
        wait -n || true
    done
}

# ---- jobs in the background ----

# launch RUNNER...: start a job under a runner, "env" or mpirun with its options. The script sets the command in the array
# long_job. Sets $job, and has the numbers of the ranks in $scratch/processes and what they write in $scratch/job.out.
launch() {
    : > "$scratch/processes"
    (
        own_session
        # shellcheck disable=SC2016 # it is the inner shell that has these
        exec "$@" sh -c 'echo $$ >> "$0"; exec "$@"' "$scratch/processes" "${long_job[@]:?}" \
            > "$scratch/job.out" 2>&1 < /dev/null
    ) &
    job=$!
}

# begin_held RUNNER...: start a job that takes a while, and stop all its ranks when it has begun with its output, of which
# $partial is the temporary file. The script has a function prepare, which is called first. Sets $processes to the numbers
# of the ranks.
begin_held() {
    local attempt i
    for ((attempt = 0; attempt < 5; attempt++)); do
        prepare
        launch "$@"
        for ((i = 0; i < 2000; i++)); do
            if [ -e "${partial:?}" ] || ! kill -0 "$job" 2> /dev/null; then
                break
            fi
            sleep 0.005
        done
        sleep 0.03 # it has made the file, and now locks it
        mapfile -t processes < "$scratch/processes"
        if kill -STOP "${processes[@]}" 2> /dev/null && [ -e "$partial" ]; then
            pass
            return
        fi
        kill -CONT "${processes[@]}" 2> /dev/null || true # it has got too far: once more
        { wait "$job"; } 2> /dev/null || true
    done
    fail "the job never begins, or ends at once"
    exit 1
}

# Wait for $job and for its ranks, which must not outlive it. Sets $status.
settle() {
    local i process
    status=0
    { timeout "$time_limit" tail --pid="$job" -f /dev/null; } 2> /dev/null || status=$?
    check "the job takes more than $time_limit s" [ "$status" = 0 ]
    [ "$status" = 0 ] || kill -KILL "$job" 2> /dev/null || true
    status=0
    { wait "$job"; } 2> /dev/null || status=$?
    while read -r process; do
        for ((i = 0; i < 1000; i++)); do
            kill -0 "$process" 2> /dev/null || break
            sleep 0.01
        done
        ! kill -KILL "$process" 2> /dev/null || fail "a rank outlives its job"
    done < "$scratch/processes"
}

# ended STATUS: wait for $job, which must end so.
ended() {
    settle
    check "the job ends with status $status instead of $1: $(show "$scratch/job.out")" ended_as "$1" "$scratch/job.out"
}

# ---- what a file holds, as other programs see it; needs h5dump and h5diff ----

need_hdf5_tools() {
    if ! command -v h5dump > /dev/null || ! command -v h5diff > /dev/null; then
        skip "there are no h5dump and h5diff"
    fi
    export HDF5_PLUGIN_PATH=$programs/../plugins
}

# list FILE: the paths of all objects but the root.
list() {
    h5dump -n "$1" | sed -nE 's,^ *(dataset|group|link) +(/[^ ]+).*,\2,p'
}

# maps FILE NAME...: the file has these maps and no others, and exactly one basin that offers a background.
maps() {
    local file=$1 found n
    shift
    found=$(list "$file" | sed -n 's,^/events/\(basinmap.*\),\1,p' | tr '\n' ' ')
    check "$file has the maps $found" [ "$found" = "$(printf '%s ' "$@")" ]
    n=$(definitions "$file" '"image_bg"' | wc -l)
    check "$file has $n basins with a background" [ "$n" = 1 ]
}

# definitions FILE PATTERN: the paths of the basin definitions in which a line matches.
definitions() {
    local key
    for key in $(list "$1" | grep '^/basins/'); do
        if h5dump -d "$key" "$1" | grep -qE "$2"; then
            echo "$key"
        fi
    done
}

# kept BEFORE AFTER PATH...: every object of the first file is in the second one and holds the same, but for these paths
# and what is below them.
kept() {
    local before=$1 after=$2 path excluded=() lost report=$scratch/difference.$BASHPID
    shift 2
    lost=$(list "$before")
    for path in "$@"; do
        excluded+=(--exclude-path "$path")
        lost=$(grep -vE "^$path(/|\$)" <<< "$lost" || true)
    done
    lost=$(list "$after" | sort | comm -23 <(sort <<< "$lost") -)
    check "$after lacks $lost" [ -z "$lost" ]
    h5diff -v "${excluded[@]}" "$before" "$after" > "$report" 2>&1 || true
    check "$after differs: $(grep -E -B 1 '^[1-9][0-9]* diff|not comparable|rror' "$report")" \
        [ -z "$(grep -E '^[1-9][0-9]* diff|not comparable|rror' "$report")" ]
    check "h5diff has compared nothing" grep -q '^0 differences' "$report"
}

skip() {
    echo "Skipped: $1"
    exit 77
}

finish() {
    local n_passed=0 n_failed=0
    finish_started
    [ ! -e "$scratch/passed" ] || n_passed=$(wc -l < "$scratch/passed")
    [ ! -e "$scratch/failed" ] || n_failed=$(wc -l < "$scratch/failed")
    echo "$n_passed checks passed, $n_failed failed"
    [ "$n_failed" = 0 ] && [ "$n_passed" -gt 0 ]
}
