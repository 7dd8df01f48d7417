#!/usr/bin/env bash
# Fails when clang-format-14 would change a file. Other versions of clang-format disagree with it, so none stands in.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v clang-format-14 >/dev/null; then
  echo "SKIPPED: clang-format-14 is not installed (apt-get install clang-format-14); the format was not checked"
  exit 77
fi
find src tests bench demo -name '*.h' -o -name '*.cc' | sort | xargs clang-format-14 --dry-run --Werror
