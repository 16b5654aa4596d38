#!/bin/sh
# SPDX-License-Identifier: MIT
# The journal has the fields of each record; journalctl -x explains each kind of message;
# a journal that stands still holds nobody up.
. "$(dirname "$0")/lib.sh"
boot

put /etc/spawnd/spawnd.conf <<'END'
[upper]
listen = 127.0.0.1:7777
command = tr a-z A-Z
user = spawnd-upper

[missing]
listen = 127.0.0.1:7778
command = /opt/not-there
user = spawnd-echo
END
inside systemctl start spawnd.service

is "$(echo hi | talk 7777)" HI 'it serves'
talk 7778 </dev/null
await '[ -n "$(journal SPAWND_SERVICE=missing SPAWND_OUTCOME=failed)" ]'
await '[ -n "$(journal SPAWND_SERVICE=upper SPAWND_OUTCOME=exit)" ]'

# Fields.
field() { # NAME, of the record
	journal -o json SPAWND_SERVICE=upper SPAWND_OUTCOME=exit |
		sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}
is "$(field SPAWND_ID) $(field SPAWND_STATUS) $(field SPAWND_LOCAL)" '1 0 127.0.0.1:7777' \
	'a record has its number, its status and its address'
like "$(field SPAWND_PEER) $(field SPAWND_RUN_USEC) $(field SPAWND_CPU_USEC)" \
	'^127\.0\.0\.1:[1-9][0-9]* [0-9]+ [0-9]+$' 'its client and its times'
is "$(field SPAWND_UID)" "$(inside id -u spawnd-upper)" 'the user of the command'
is "$(field _UID) $(field _SYSTEMD_UNIT) $(field _COMM)" \
	"$(inside id -u spawnd) spawnd.service spawnd" \
	'it comes from spawnd, and from its unit'
is "$(field MESSAGE_ID)" ffe6da4afbda424a9f2fd396e35b93b2 'and says of which kind it is'
is "$(journal -u spawnd.service SPAWND_SERVICE=upper SPAWND_OUTCOME=exit | wc -l)" 1 \
	'there is one'

# The catalog: for each id, of each id, and with the fields of the entry in its text.
known=$(sed -n 's/.*\[EVENT_[A-Z_]*\] = "\([0-9a-f]*\)".*/\1/p' "$repo/lib/report/event.c")
is "$(inside journalctl --no-pager --dump-catalog | sed -n '
	/^-- /{ s/^-- //; h; }
	/^Defined-By: spawnd$/{ x; p; }' | sort)" "$(printf '%s\n' "$known" | sort)" \
	'the catalog explains the kinds that there are'
for i in $known; do
	like "$(inside journalctl --no-pager --dump-catalog "$i" | sed '1,/^$/d')" \
		'^.{40}' "$i has a text"
done
like "$(journal -x -o short MESSAGE_ID=26f18af8adac48ca83497ea08333cba7)" \
	'All services listen' 'journalctl -x explains the start'
like "$(journal -x -o short SPAWND_SERVICE=upper SPAWND_OUTCOME=exit)" \
	'The command for 127\.0\.0\.1:[0-9]+ exited with status 0' \
	'and a record, with its client'
like "$(journal -x -o short SPAWND_SERVICE=missing SPAWND_OUTCOME=failed)" \
	'^.*cannot execute /opt/not-there: No such file or directory$' \
	'and a failure, with its cause'
is "$(journal -x -o short SPAWND_SERVICE=missing -p err..info | grep -c '@[A-Z]')" 0 \
	'no name of a field is left in the texts'

# A journal that stands still.
journald=$(property systemd-journald.service MainPID)
inside kill -STOP "$journald"
is "$(inside sh -c 'i=0; while [ $i -lt 200 ]; do i=$((i + 1))
	echo "hi $i" | nc -N 127.0.0.1 7777; done' | sort -u | wc -l)" 200 \
	'with the journal stopped clients are served'
inside kill -CONT "$journald"
await '[ "$(journal SPAWND_SERVICE=upper SPAWND_OUTCOME=exit | wc -l)" = 201 ]'
ok $? 'and all of their records arrive when it goes on'

# More lines than the journal takes from other services in its interval.
is "$(property spawnd.service LogRateLimitIntervalUSec)" 0 \
	'no record is left out for there being many'
inside systemctl stop spawnd.service
finish
