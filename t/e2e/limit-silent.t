#!/bin/sh
# SPDX-License-Identifier: MIT
# A silent client ends by time_limit; the record says so, and how to set it.
. "$(dirname "$0")/../lib.sh"

start -l 127.0.0.1:0 -u nobody -s time_limit=300ms -- cat
port=$(port_of cat)
before=$(descriptors)
is "$("$tools/client" end "$port")" eof 'who says nothing sees the end'
is "$("$tools/client" end "$port" 'only this' | tr '\n' ' ')" 'only thiseof ' \
	'and so does who stops half way'
await '[ "$(grep -c "cat: end" spawnd.log)" = 2 ]'
like "$(grep 'cat: end id=1 ' spawnd.log)" \
	'pid=[0-9]+ timeout=TERM run=[0-9]+\.[0-9]{3}s cpu=[0-9]+\.[0-9]{3}s \(time_limit = 300ms; .*infinity' \
	'the record has an outcome of its own and the hint'
is "$(echo quick | ask "$port")" quick 'a quick client is served as before'
unlike "$(cat spawnd.log)" 'pausing|looping|cannot' 'a time-out is no failure of the service'
calm "$before"
done_testing
