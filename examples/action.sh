#!/bin/sh
# What action.yml runs: pull-and-commit.sh with the action's inputs, as variables.
set -eu

case ${PUSH_INPUT:-true} in true) PUSH=1 ;; *) PUSH= ;; esac
[ -n "${FONDS_COOKIES:-}" ] || unset FONDS_COOKIES
FONDS=${FONDS:-"$RUNNER_TEMP/fonds/bin/fonds"}
export FONDS PUSH

before=$(git -C "$ARCHIVE" rev-parse --quiet --verify HEAD || true)
code=0
# Options are words separated by blanks: no globbing, no quotes.
set -f
# shellcheck disable=SC2086
"$SOURCE/examples/pull-and-commit.sh" "$ARCHIVE" ${OPTIONS:-} || code=$?
set +f
after=$(git -C "$ARCHIVE" rev-parse --quiet --verify HEAD || true)

echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ "$before" != "$after" ]; then
    echo "commit=$after" >>"$GITHUB_OUTPUT"
fi
# 130 is no sum of bits: the job was stopped.
if [ "$code" -ne 130 ] && [ $((code & ~${TOLERATE:-0})) -eq 0 ]; then
    exit 0
fi
exit "$code"
