#!/bin/sh
# SPDX-License-Identifier: MIT
# The units are as systemd wants them; what they need is made as install says: accounts,
# rights, a place for sockets.  The sandbox is rated 4.5 or better.
. "$(dirname "$0")/lib.sh"
boot

units=/usr/local/lib/systemd/system
is "$(inside systemd-analyze verify --man=no "$units/spawnd.service" \
	"$units/spawnd.socket" "$units/spawnd@.service" "$units/spawnd@.socket" 2>&1)" '' \
	'systemd-analyze verify has nothing to say'
for i in spawnd.service spawnd@.service; do
	# From here: in there a build with sanitizers has a drop-in.
	systemd-analyze security --offline=true --threshold=45 --no-pager \
		"$root$units/$i" >security.log 2>&1
	ok $? "$i: $(tail -n 1 security.log)"
done

accounts=$(cat "$repo"/conf/*.conf "$repo"/conf/examples/*.conf |
	sed -n 's/^#\{0,1\}user = //p' | sort -u)
for i in spawnd $accounts; do
	like "$(inside getent passwd "$i")" "^$i:[^:]*:[1-9][0-9]*:[1-9].*:/usr/sbin/nologin\$" \
		"the account $i is there"
done
is "$(inside stat -c '%a %U:%G' /etc/spawnd/spawnd.conf)" '640 root:spawnd' \
	'spawnd can read its configuration, others cannot'
is "$(inside stat -c '%a %U:%G' /run/spawnd)" '755 spawnd:spawnd' \
	'and make sockets in /run/spawnd'
inside setpriv --reuid=spawnd --regid=spawnd --clear-groups spawnd -n 2>check.log
is "$? $(cat check.log)" '0 ' 'the sample is good'

# The sample that adds a port.
inside cp -r /usr/local/share/doc/spawnd/examples/spawnd.socket.d /etc/systemd/system
inside systemctl daemon-reload
is "$(property spawnd.socket Listen)" '127.0.0.1:7777 (Stream)
[::1]:7777 (Stream)' 'the drop-in adds a port'

# As few as possible start at the boot: none that is not enabled.
is "$(property spawnd.service ActiveState) $(property spawnd.socket ActiveState)" \
	'inactive inactive' 'nothing runs that was not switched on'
inside systemctl -q enable spawnd.service
ok $? 'the service can be enabled'
is "$(property multi-user.target Wants | grep -o 'spawnd[^ ]*')" spawnd.service \
	'for the boot'
finish
