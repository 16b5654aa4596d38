#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh SECONDS TARGET... - lets each target eat for so long, one on each processor,
# beginning with the files of t/fuzz/corpus (and the samples of conf, for the reader).
# What it finds on the way stays in TARGET.corpus for the next time; what breaks it in
# TARGET-crash-*.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
[ $# -eq 1 ] || {
	printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh t/fuzz/run.sh "$seconds"
	exit
}

target=$1
name=${target##*/}
seeds=t/fuzz/corpus/$name
[ "$name" != reader ] || seeds="$seeds conf"
mkdir -p "$target.corpus"
# An input that takes ten seconds is a find, too.
# shellcheck disable=SC2086 # folders
if "$target" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
	-artifact_prefix="$target-" "$target.corpus" $seeds >"$target.log" 2>&1; then
	executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")
	echo "fuzz: $name: $executed inputs in $seconds s, nothing found"
else
	grep -v '^#[0-9]' "$target.log" | tail -n 60
	echo "fuzz: $name: FAILED, see $target.log"
	exit 1
fi
