#!/usr/bin/env bash
# Runs every fuzz target for the given seconds on a copy of its seeds; what it finds is left in build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
mkdir -p build/fuzz/findings
failed=0
for target in build/fuzz/fuzz/*_fuzz; do
    name=$(basename "$target" _fuzz)
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    [[ -d fuzz/corpus/$name ]] && cp -n fuzz/corpus/"$name"/* "$corpus"/ 2>/dev/null
    echo "fuzzing $name for ${seconds} s"
    "$target" -max_total_time="$seconds" -artifact_prefix=build/fuzz/findings/"$name"- -print_final_stats=0 -verbosity=0 \
        "$corpus" || { echo "$name: a finding, see build/fuzz/findings" >&2; failed=1; }
done
exit "$failed"
