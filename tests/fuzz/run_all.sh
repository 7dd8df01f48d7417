#!/usr/bin/env bash
# Runs every fuzz target of a build: run_all.sh BUILD_FOLDER [SECONDS each]. What is found stays under
# BUILD_FOLDER/fuzz/<name>; the exit code says whether anything was.
set -euo pipefail
build=$1
seconds=${2:-60}
here=$(dirname "$(readlink -f "$0")")
status=0
for source in "$here"/*_fuzz.cc; do
  target=$(basename "$source" .cc)
  name=${target%_fuzz}
  work=$build/fuzz/$name
  mkdir -p "$work/corpus"
  log=$work/log.txt
  seeds=()
  [ ! -d "$here/corpus/$name" ] || seeds=("$here/corpus/$name")
  outcome=clean
  "$(find "$build" -name "$target" -type f -perm -u+x -print -quit)" -max_total_time="$seconds" -timeout=20 \
    -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix="$work/" "$work/corpus" "${seeds[@]}" \
    >"$log" 2>&1 || outcome="FOUND SOMETHING: $log" status=1
  printf '%-20s %12s runs  %s\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)" "$outcome"
done
exit "$status"
