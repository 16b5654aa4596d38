#!/bin/sh
# SPDX-License-Identifier: MIT
# vsock: it is listened on where the kernel has it, kept by a reload, and its clients are
# told of in the environment and in the records.  What the kernel lacks is said.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" "$tools/dial" .

# What the kernel can do: nothing, listen, or also connect to itself.
# sockaddr_vm: family, nothing, port (any), context, nothing.
can=$(perl -e '
	socket(my $any, 40, 1, 0) or print("nothing\n"), exit;
	bind($any, pack("SSLLL", 40, 0, 0xffffffff, 0xffffffff, 0)) or print("nothing\n"), exit;
	socket(my $local, 40, 1, 0);
	print bind($local, pack("SSLLL", 40, 0, 0xffffffff, 1, 0)) ? "connect\n" : "listen\n"')
echo "# the kernel can: $can"

cat >spawnd.conf <<EOF
[vm]
listen = vsock:0
command = $tmp/context
user = alice
EOF

if [ "$can" = nothing ]; then
	timeout 20 "$spawnd" -c spawnd.conf 2>said
	is "$?" 3 'a kernel without vsock: exit 3'
	like "$(cat said)" ': vm: cannot listen on vsock:\*:0: [A-Z]' '... and why'
else
	start
	before=$(descriptors)
	port=$(port_of vm)
	like "$(grep ': vm: listens on ' spawnd.log)" 'listens on vsock:\*:[1-9][0-9]*$' \
		'the port that the kernel chose is in the log'
	timeout 20 "$spawnd" -l "vsock:$port" -u nobody -- cat 2>said
	like "$? $(cat said)" "^3 .*cannot listen on vsock:\*:$port: Address already in use\$" \
		'it is in use'
	timeout 20 "$spawnd" -l vsock:4242:5000 -u nobody -- cat 2>said
	like "$? $(cat said)" \
		'^3 .*cannot listen on vsock:4242:5000: Cannot assign requested address$' \
		"another machine's context"

	# Kept, and handed on.
	kept=$(sockets)
	sed -i 's/alice/bob/' spawnd.conf
	reloaded 'another user'
	is "$(sockets)" "$kept" '... the same sockets'
	sed -i "s/^\[vm\]/[other]/" spawnd.conf
	reloaded 'another name'
	is "$(sockets)" "$kept" '... the same sockets'
	grep -q ": other: takes over vsock:\*:$port\$" spawnd.log
	ok $? '... by the other service'
	calm "$before"
	stop
	is "$status" 0 'it stops'
	start -l "vsock:*:$port" -u nobody -- cat
	ok 0 'the port is free again'
	stop
fi

if [ "$can" = connect ]; then
	start -l vsock:0 -u nobody -- "$tmp/context"
	./dial "vsock:1:$(port_of context)" >out
	is "$(grep -c '^env PROTO=VSOCK$\|^env REMOTE_ADDR=vsock:1$' out)" 2 \
		'a client of this machine is told of'
	await 'grep -q ": context: end .* peer=vsock:1:[0-9]* " spawnd.log'
	ok 0 '... also in the record'
	stop
else
	timeout 20 "$spawnd" -l vsock:1:5000 -u nobody -- cat 2>said
	like "$? $(cat said)" '^3 .*cannot listen on vsock:1:5000: [A-Z]' \
		'without a loopback its context is nobody'
fi

# Clients as any kernel with vsock tells of them.
start_as env LD_PRELOAD="$tools/guest" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
	"$spawnd" -l '*:0' -u nobody -- "$tmp/context"
nc -N 127.0.0.1 "$(port_of context)" </dev/null >out
is "$(sed -n 's/^env \(PROTO\|REMOTE\|TCP\|IPC\)/\1/p' out | sort)" 'PROTO=VSOCK
REMOTE_ADDR=vsock:7
REMOTE_PORT=4294967294' 'the environment of a client over vsock, and nothing else'
await 'grep -q ": context: end " spawnd.log'
like "$(grep ': context: end ' spawnd.log | tail -n 1)" ' peer=vsock:7:4294967294 ' '... its record'
done_testing
