#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever accept(2) fails with: the service pauses at most, says so once, does not
# spin, goes on listening, and serves who waited as soon as it can.
. "$(dirname "$0")/../lib.sh"

tracer=
inject() { # ERROR[:WHEN]
	rm -f trace
	strace -p "$pid" -o trace -e trace=accept4 -e "inject=accept4:error=$1" 2>strace.log &
	tracer=$!
	await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
}

no_more() {
	kill "$tracer"
	wait "$tracer" 2>/dev/null
}

start -l 127.0.0.1:0 -u nobody -- cat
port=$(port_of cat)
before=$(descriptors)

listens() { ss -Hltn "sport = :$port" | grep -c LISTEN; }
pauses() { grep -c 'cannot accept a client' spawnd.log; }

# Errors that tell of a want: three pauses, each longer than the one before.
told=0
for error in EMFILE ENFILE ENOBUFS ENOMEM; do
	inject "$error:when=1..3"
	used=$(ticks)
	echo "$error" | ask "$port" >answer &
	client=$!
	await '[ "$(grep -c INJECTED trace)" -ge 2 ]'
	is "$(listens)" 1 "$error: it listens still"
	wait "$client"
	is "$(cat answer)" "$error" 'who waited is served'
	used=$(($(ticks) - used))
	[ "$used" -lt 10 ]
	ok $? "it did not spin ($used ticks)"
	no_more
	told=$((told + 1))
	is "$(pauses)" "$told" 'one line told of it'
done

# Errors of one client or of the network: once, they are nobody's business.
for error in ECONNABORTED EPROTO EPERM ENETDOWN EHOSTUNREACH EINVAL ECONNRESET EINTR \
	EAGAIN ENOPROTOOPT EHOSTDOWN ENONET EOPNOTSUPP ENETUNREACH ETIMEDOUT; do
	inject "$error:when=1"
	is "$(echo "$error" | ask "$port")" "$error" "$error once: the next one is served"
	no_more
done
is "$(pauses)" "$told" 'and nothing was told of them'

# For ever they must not make it spin.
for error in ECONNABORTED EPROTO EPERM ENETDOWN EHOSTUNREACH EINVAL ECONNRESET \
	EOPNOTSUPP; do
	inject "$error"
	echo "$error" | ask "$port" >answer &
	client=$!
	await '[ "$(grep -c INJECTED trace)" -ge 20 ]'
	used=$(ticks)
	await '[ "$(grep -c INJECTED trace)" -ge 36 ]'
	used=$(($(ticks) - used))
	[ "$used" -lt 10 ]
	ok $? "$error for ever: it does not spin ($used ticks)"
	is "$(listens)" 1 'it listens still'
	no_more
	wait "$client"
	is "$(cat answer)" "$error" 'and serves when that is over'
	told=$((told + 1))
	is "$(pauses)" "$told" 'one line told of it'
done
calm "$before"
done_testing
