#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that is stopped is continued, so that it can end by kill_signal.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

# The second process of the group is stopped too.
cat >stops <<'EOF'
#!/bin/sh
sh -c 'kill -STOP $$' &
kill -STOP $$
EOF
chmod 755 stops
# KILL would come too late for this test.
start -l 127.0.0.1:0 -u nobody -s time_limit=300ms -s kill_after=1h -- "$tmp/stops"
before=$(descriptors)
is "$("$tools/client" end "$(port_of stops)")" eof 'the client sees the end'
await 'grep -q "stops: end" spawnd.log'
like "$(grep 'stops: end' spawnd.log)" ' timeout=TERM ' 'it ended by TERM'
calm "$before"
done_testing
