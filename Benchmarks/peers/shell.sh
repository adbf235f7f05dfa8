#!/bin/sh
# What a shell offers: normalization, rules, exact copies only. Reads standard input. Needs icu-devtools and ripgrep.
# usage: shell.sh awk|huniq
rules=$(dirname "$0")/furniture.re
case "$1" in
huniq) uconv -x any-nfc | rg --no-config -N -v -f "$rules" | huniq ;;
*) uconv -x any-nfc | rg --no-config -N -v -f "$rules" | LC_ALL=C awk '!seen[$0]++' ;;
esac
