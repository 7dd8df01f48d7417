#!/usr/bin/env bash
# bench/compare on two runs whose difference is known: 56/70 against 48/80, the example of Newcombe's paper
# (Statistics in Medicine 17, 1998, table II, method 10: 0.0524 to 0.3339).
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
header=suite,metric,unit,value,low,high,trials,commit,machine,seed,options
printf '%s\n%s\n%s\n' "$header" "s,share,,0.6,0.490543,0.700421,80,a,m,1," "s,gone,s,1,1,1,0,a,m,1," >"$scratch/a.csv"
printf '%s\n%s\n' "$header" "s,share,,0.8,0.691791,0.876940,70,b,m,1," >"$scratch/b.csv"
out=$(bench/compare "$scratch/a.csv" "$scratch/b.csv")
grep -q '^share .*+0.2 \[+0.052.*, +0.33.*\] .*changed' <<<"$out"
grep -q '^gone .* only in A' <<<"$out"
