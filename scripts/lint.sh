#!/usr/bin/env bash
# Formatting, layering, sizes, work left open, headers that compile alone. --fix formats.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(git ls-files '*.cc' '*.h')
if [[ "${1:-}" == --fix ]]; then
    clang-format-19 -i "${sources[@]}"
    exit 0
fi

failed=0
clang-format-19 --dry-run --Werror "${sources[@]}" || {
    echo "Run 'make format'." >&2
    failed=1
}

/usr/bin/python3 tools/check_structure.py || failed=1

cmake --preset asan >build/asan.log || { cat build/asan.log; exit 1; }
ninja -C build/asan check_headers >build/check_headers.log || {
    grep -a -A 5 'error:' build/check_headers.log >&2
    failed=1
}
exit "$failed"
