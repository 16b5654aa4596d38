#!/bin/sh
# SPDX-License-Identifier: MIT
# A reload tells the warnings that are new; not those again that the configuration in
# force was told with.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

configure() { # ACCESS-TIMES [LINE]
	cat >spawnd.conf <<-EOT
	${2:-# nothing}
	[one]
	listen = $tmp/one.sock
	command = cat
	user = alice
	[two]
	listen = $tmp/two.sock
	command = cat
	user = alice
	access_times = $1
	EOT
}
told() { grep -c "$1" spawnd.log; }
shared='warning: two: user: is also the account of one'
reversed='warning: two: access_times: "Mon" is all day, and the times before it are for every day'

configure 00:00-24:00
start
is "$(told "$shared")" 1 'it starts with a warning'
reloaded 'the same again'
is "$(told "$shared")" 1 '... the warning is not told again'
configure '08:00-18:00 Mon' '# a line more,
# and one'
reloaded 'another warning'
is "$(told "$shared") $(told "$reversed")" '1 1' \
	'... which is told, and the other, which has moved, is not'
configure '08:00-18:00 Mon' nonsense
reload_fails 'a configuration that is wrong'
is "$(told "$shared") $(told "$reversed")" '1 1' '... the warnings of what is in force are not told'
configure 'Mon 08:00-18:00'
reloaded 'a warning less'
configure '08:00-18:00 Mon'
reloaded 'which comes back'
is "$(told "$shared") $(told "$reversed")" '1 2' '... is told again'
stop
done_testing
