# SPDX-License-Identifier: MIT
#
# reload.sh - for the tests of reloading: HUP and its outcome, who listens where, and
# clients that never stop to come.  To be included before lib.sh, which changes
# the folder.

reloads() { grep -c ': reloaded \|: reload failed' spawnd.log; }

# HUP, and wait until it is over.
reload() {
	reloads_before=$(reloads)
	kill -HUP "$pid"
	await '[ "$(reloads)" -gt "$reloads_before" ]'
}

reloaded() { # NAME
	reload
	like "$(grep ': reloaded \|: reload failed' spawnd.log | tail -n 1)" ': reloaded ' "$1"
}

# The reload fails, and what it tells has each of the lines in it.
reload_fails() { # NAME [TEXT]...
	failing=$1
	shift
	told_before=$(wc -l <spawnd.log)
	reload
	tail -n "+$((told_before + 1))" spawnd.log >reload.told
	grep -q ': reload failed.*; the configuration before stays in force$' reload.told
	ok $? "$failing: the reload fails"
	for text; do
		grep -Fq -e "$text" reload.told
		ok $? "... $text"
	done
}

# The inodes of the sockets that listen on a TCP port, or a path.
inode() { # PORT
	ss -Hltne "sport = :$1" | sed 's/.* ino:\([0-9]*\) .*/\1/' | sort | tr '\n' ' '
}
inode_unix() { # PATH
	ss -Hlxe "src = $1" | awk '{ print $6 }'
}

# How many clients wait to be accepted.
backlog() { # PORT
	ss -Hltn "sport = :$1" | awk '{ print $2 }'
}
backlog_unix() { # PATH
	ss -Hlx "src = $1" | awk '{ print $3 }'
}

# All sockets that the daemon has open.
sockets() {
	find "/proc/$pid/fd" -mindepth 1 -lname 'socket:*' -printf '%f %l\n' | sort
}

# A port that nobody uses now.  Another test may take it before we do: seldom.
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
		Listen => 1, LocalAddr => "0.0.0.0")->sockport, "\n"'
}

# The first of so many, one behind the other, of which the same is true.
free_ports() { # N
	perl -MIO::Socket::INET -e 'my ($n) = @ARGV;
		for (;;) {
			my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "0.0.0.0");
			my $p = $s->sockport;
			my @more = grep { $_ } map { IO::Socket::INET->new(Listen => 1,
				LocalAddr => "0.0.0.0", LocalPort => $p + $_) } 1 .. $n - 1;
			if (@more == $n - 1) { print "$p\n"; exit }
		}' "$1"
}

# Clients that come back at once; their count of served and not served is the result.
loop=
loop_start() { # ADDRESS N
	"$tools/loop" "$@" >loop.out 2>loop.err &
	loop=$!
}
loop_stop() { # NAME [REFUSALS]: so many of a thousand may not even be connected
	kill "$loop"
	wait "$loop"
	read -r loop_good loop_bad loop_refused <loop.out
	[ "$loop_bad" = 0 ] && [ "$loop_good" -gt 0 ] &&
		[ $((loop_refused * 1000)) -le $((loop_good * ${2:-0})) ]
	ok $? "$1 ($loop_good clients served)"
	[ "$loop_bad $loop_refused" = '0 0' ] || {
		echo "$loop_bad lost, $loop_refused refused"
		sort loop.err | uniq -c
	} | note
}

# What USR1 tells, in the file "report".
report() {
	report_before=$(wc -l <spawnd.log)
	kill -USR1 "$pid"
	await 'tail -n "+$((report_before + 1))" spawnd.log | grep -q "end of the report"'
	tail -n "+$((report_before + 1))" spawnd.log >report
}
