#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systemd.sh BUILD - measures spawnd beside what systemd does by itself, in the container
# of t/systemd/: the same command,
#
#	systemd   as a unit with Accept=yes, which has no line but its user
#	inetd     by spawnd@.service, a spawnd -i for each connection
#	spawnd    by spawnd.service, which has its socket from systemd
#
# All write to the same journal.  They are loaded in turn, round after round, and each
# turn begins when the units of the one before are gone.  ROUNDS and MSEC (of one turn)
# can be set.

build=$PWD/${1:?the build folder}
SPAWND=$build/spawnd
TOOLS=$build/t/tools
export SPAWND TOOLS
. "$(dirname "$0")/../systemd/lib.sh"
rounds=${ROUNDS:-9}
msec=${MSEC:-700}
boot

mkdir "$root/opt/bench"
cp "$build/t/bench/hello" "$build/t/bench/load" "$root/opt/bench"
put /etc/spawnd/spawnd.conf <<'END'
[hello]
listen = systemd:hello
command = /opt/bench/hello
user = spawnd-echo
max_connections = 1000
END

units=$root/usr/local/lib/systemd/system
system=$root/etc/systemd/system
# No unit is to refuse or to slow down anybody.  (The last one is known to systemd 255.)
limits='TriggerLimitIntervalSec=0
PollLimitIntervalSec=0
Backlog=4096'
accept="$limits
Accept=yes
MaxConnections=4096"
put /etc/systemd/system/hello.socket <<END
[Socket]
ListenStream=127.0.0.1:17701
$accept
END
put /etc/systemd/system/hello@.service <<'END'
[Unit]
CollectMode=inactive-or-failed
[Service]
ExecStart=/opt/bench/hello
StandardInput=socket
User=spawnd-echo
END
cp "$units/spawnd@.service" "$system/spawnd-hello@.service"
put /etc/systemd/system/spawnd-hello.socket <<END
[Socket]
ListenStream=127.0.0.1:17702
$accept
END
put /etc/systemd/system/spawnd.socket <<END
[Socket]
ListenStream=127.0.0.1:17703
FileDescriptorName=hello
$limits
END
inside systemctl daemon-reload
for i in hello spawnd-hello spawnd; do
	inside systemctl start "$i.socket" || bail "$i.socket does not start"
done

idle() { # SOCKET...: no connection of theirs is left
	for socket in "$@"; do
		await '[ "$(property "$socket" NConnections)" = 0 ]'
	done
}

turn() { # NAME PORT CLIENTS
	idle hello.socket spawnd-hello.socket
	echo "$1 $(inside /opt/bench/load -c "$3" -t "$msec" "$2")"
}

echo "$rounds rounds of $msec ms each; times in us; ratios to Accept=yes (medians of the rounds)"
echo 'clients server    conns/s       p50       p99  ratio failed'
for clients in 1 32; do
	round=0
	while [ "$round" -lt "$rounds" ]; do
		turn systemd 17701 "$clients"
		turn inetd 17702 "$clients"
		turn spawnd 17703 "$clients"
		round=$((round + 1))
	done >results
	awk -v clients="$clients" '
		function median(list, n,    i, j, t) {
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
					t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
				}
			return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
		}
		!($1 in n) { order[++servers] = $1 }
		{
			i = ++n[$1]
			rate[$1, i] = $2; p50[$1, i] = $3; p99[$1, i] = $4; failed[$1] += $5
		}
		END {
			for (s = 1; s <= servers; s++) {
				name = order[s]
				k = n[name]
				for (i = 1; i <= k; i++) {
					a[i] = rate[name, i]; b[i] = p50[name, i]; c[i] = p99[name, i]
					d[i] = rate["systemd", i] ? a[i] / rate["systemd", i] : 0
				}
				printf "%7d %-8s %8.0f %9.0f %9.0f %6.2f %6d\n", clients, name,
					median(a, k), median(b, k), median(c, k), median(d, k), failed[name]
			}
		}' results
done
halt
