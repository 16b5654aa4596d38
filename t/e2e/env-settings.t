#!/bin/sh
# SPDX-License-Identifier: MIT
# A command gets its words exactly as they are written, argv0 in the place of the
# first, and the variables of environment, which may override those of the account.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >spawnd.conf <<'EOT'
[plain]
listen = 127.0.0.1:0
command = TMP/context
user = alice
[words]
listen = 127.0.0.1:0
command = TMP/context "a b" '' "" c"d 'e'"f g\ h "i\\j" '$HOME' $HOME `id` * ; # | -- -x
user = alice
[argv0]
listen = 127.0.0.1:0
command = TMP/context one
argv0 = "another name"
user = alice
[override]
listen = 127.0.0.1:0
command = TMP/context
user = alice
environment = HOME=/elsewhere PATH=/bin USER=someone SHELL= "GREETING=hello  world" A=b=c
	lower_1='$HOME'
EOT
sed -i "s,TMP,$tmp," spawnd.conf
start
before=$(descriptors)

shown() { ask "$(port_of "$1")" </dev/null | sed -n "s/^$2 //p"; } # SERVICE WHAT

is "$(shown plain arg)" "$tmp/context" 'one word'
is "$(shown words arg)" "$tmp/context
a b


cd 'e'f
g h
i\\j
\$HOME
\$HOME
\`id\`
*
;
#
|
--
-x" 'words are split by quotes and backslashes, by nothing else'
is "$(shown argv0 arg)" 'another name
one' 'argv0'
is "$(shown override env | grep -E '^(HOME|PATH|USER|LOGNAME|SHELL|GREETING|A|lower_1)=' |
	LC_ALL=C sort)" "A=b=c
GREETING=hello  world
HOME=/elsewhere
LOGNAME=alice
PATH=/bin
SHELL=
USER=someone
lower_1=\$HOME" 'environment overrides, each variable is there once'
calm "$before"
done_testing
