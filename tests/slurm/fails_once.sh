#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In place of gradloom in a task: fails in the first run of configurations whose name has $FAILS_ONCE in it, with a
# line in $FAILS_LOG for each call. Then it is $REAL_GRADLOOM, or, if that is empty, writes a result of one comparison.
config='' json=''
for ((i = 1; i < $#; ++i)); do
  next=$((i + 1))
  case ${!i} in
    -c) config=$(basename "${!next}" .yaml) ;;
    --json) json=${!next} ;;
  esac
done
runs=$(grep -cx "$config" "$FAILS_LOG" 2>/dev/null)
echo "$config" >>"$FAILS_LOG"
if [[ $config == *"$FAILS_ONCE"* && ${runs:-0} == 0 ]]; then
  echo "gradloom: error: fails the first time"
  exit 1
fi
[[ -z ${REAL_GRADLOOM:-} ]] || exec "$REAL_GRADLOOM" "$@"
echo '{"checks": 1}' >"$json"
