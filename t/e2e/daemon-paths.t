#!/bin/sh
# SPDX-License-Identifier: MIT
# -d: relative names of the command line are those of where it was started, and links
# in them stay links.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir -p etc/new bin
printf '[cat]\nlisten = %s/socket\ncommand = cat\nuser = nobody\n' "$tmp" >etc/x.conf
cat >bin/name.real <<'EOT'
#!/bin/sh
echo "$0"
EOT
chmod 755 bin/name.real
ln -s name.real bin/name

finish() {
	pid=$(cat x.pid)
	kill "$pid"
	await '! kill -0 "$pid" 2>/dev/null'
	pid=
}

cd etc || exit 1
"$spawnd" -d -c x.conf -s "pid_file=$tmp/x.pid" 2>/dev/null
is $? 0 'a relative configuration'
cd "$tmp" || exit 1
is "$(echo x | ask_unix socket)" x '... is served'
finish

printf '[cat]\nlisten = /\ncommand = cat\nuser = x\n' >etc/bad.conf
for i in bad.conf ./bad.conf .//./bad.conf; do
	like "$(cd etc && "$spawnd" -d -c "$i" 2>&1)" "^$tmp/etc/bad.conf:4: cat: user: " \
		"-c $i is an absolute one"
done
like "$(cd etc/new && "$spawnd" -d -c ../bad.conf 2>&1)" "^$tmp/etc/new/../bad.conf:4: " \
	'... as it was named'
ln -s ../bad.conf etc/new/link.conf
like "$(cd etc/new && "$spawnd" -d -c link.conf 2>&1)" "^$tmp/etc/new/link.conf:4: " \
	'... and a link stays a link'
like "$(cd etc && "$spawnd" -c bad.conf 2>&1)" '^bad.conf:4: ' 'in the foreground it is kept'
is "$(cd / && "$spawnd" -d -c none 2>&1)" '/none: cannot open: No such file or directory' 'from /'
is "$("$spawnd" -d -c '' 2>&1)" ': cannot open: No such file or directory' 'an empty name'

# Whoever calls a program by a link may mean the link.
for i in bin/name ./bin/name; do
	"$spawnd" -d -l "$tmp/socket" -u nobody -s "pid_file=$tmp/x.pid" -- "$i" 2>/dev/null
	is "$(ask_unix socket </dev/null)" "$tmp/bin/name" "a command $i"
	finish
done

said=$("$spawnd" -d -l "$tmp/socket" -u nobody -s pid_file=x.pid -- cat 2>&1)
is "$? $said" '1 command line: global: pid_file: not an absolute path: "x.pid"' \
	'a relative pid file is an error'

# A directory that is gone has no names.
mkdir gone
said=$(cd gone && rmdir "$tmp/gone" && "$spawnd" -d -c x.conf 2>&1)
is "$? $said" '3 spawnd: cannot tell where x.conf is: No such file or directory' 'from nowhere'
done_testing
