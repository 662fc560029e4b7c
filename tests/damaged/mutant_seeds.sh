# shellcheck shell=bash
# The measurements that are changed at random. Sourced after support/checks.sh, whose variables it uses; has them in the
# array seeds.

# draw NAME OPTION...: a measurement with logs, attributes and basins, stored in some way
draw() {
    measure "${scratch:?}/seeds/$1.rtdc" "${@:2}"
    "${programs:?}/alter_measurement" extras "$scratch/seeds/$1.rtdc"
}

mkdir "${scratch:?}/seeds"
draw zstd
draw gzip --filter gzip-4 --shuffle --time float32
draw lzf --filter lzf --layout tiles --chunk 5 --fletcher before
draw plain --filter none --fletcher none
draw contiguous --layout contiguous --time frame
draw new --filter none --fletcher none --format new
draw tiles --filter gzip-1 --layout tiles --chunk 5 --format new --fletcher before --time rate
draw old --filter none --time none --fletcher after
cp "${tests:?}"/golden/{szip,raw_chunks,gzip_shuffle,default,gzip_tiled,one_step,basin_file,basin_mapped}.in.rtdc \
    "$scratch/seeds"
cp "$tests"/damaged/found/*.rtdc "$scratch/seeds"
# shellcheck disable=SC2034 # for who sources this
seeds=("$scratch"/seeds/*)
