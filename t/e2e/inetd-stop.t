#!/bin/sh
# SPDX-License-Identifier: MIT
# TERM to spawnd -i, or a hangup, ends the tree of its command, and then itself.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir pids && chmod 777 pids
cat >tree <<EOF
#!/bin/sh
[ "\$SPAWND_SERVICE" = tree ] || trap '' TERM
sleep 1000 &
echo \$! >$tmp/pids/child
wait
sleep 1000
EOF
chmod 755 tree
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
[tree]
listen = 127.0.0.1:1
command = $tmp/tree
[deaf]
listen = 127.0.0.1:2
command = $tmp/tree
kill_after = 200ms
EOF

gone() { # what is dead and not reaped is gone
	case $(ps -o stat= -p "$1") in
	'' | Z*) return 0 ;;
	esac
	return 1
}

check() { # SERVICE SIGNAL STATUS
	rm -f pids/*
	mkfifo silent
	"$tools/on-socket" tcp sh -c 'echo $$ >ours; exec "$@"' sh "$spawnd" -c spawnd.conf \
		-i "$1" <silent >answer 2>spawnd.log &
	client=$!
	exec 3>silent
	await '[ -s pids/child ]'
	kill "-$2" "$(cat ours)"
	exec 3>&-
	wait "$client"
	is "$?" "$3" "$1, $2: it ends"
	gone "$(cat pids/child)"
	ok $? 'and the command with its children'
	rm silent ours
}

check tree TERM 143
check tree INT 143
check tree QUIT 143
check tree HUP 143
check deaf TERM 137
check deaf HUP 137
like "$(cat spawnd.log)" 'deaf: end id=1 .* signal=KILL' 'a record tells of it'
done_testing
