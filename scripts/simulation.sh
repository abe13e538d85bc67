#!/usr/bin/env bash
# Runs the storage engine's simulations: so many seeds, so many processes at a time. Each process takes a block of seeds, and a
# twentieth of them with backups meanwhile; the first that fails ends it all, and its output names the seed to repeat.
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${1:?how many seeds}
processes=${2:-1}
block=2000
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
export output block

simulate() {
    local name=$1 first=$2 count=$3 file=$output/$1-$2
    if ! MILLRACE_SEED=$first MILLRACE_SEEDS=$count build/dev/src/storage_simulation_test --gtest_brief=1 --gtest_filter="$name.*" >"$file" 2>&1; then
        grep -v '^{"time"' "$file" >&2
        return 255  # xargs starts no more
    fi
    rm "$file"
}

# A backup's seed takes ten times as long as one without.
run_block() {
    simulate JournalSimulation "$1" "$block" && simulate JournalBackupSimulation "$1" $((block / 20))
}
export -f simulate
export -f run_block

started=$SECONDS
seq 1 "$block" "$seeds" | xargs -P "$processes" -I{} bash -c 'run_block {}'
echo "$seeds seeds passed in $((SECONDS - started)) s"
