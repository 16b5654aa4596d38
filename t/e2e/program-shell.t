#!/bin/sh
# SPDX-License-Identifier: MIT
# Shell scripts and filters: what works in a pipe works over the network.
. "$(dirname "$0")/../lib.sh"

cat >calc <<'EOF'
#!/bin/sh
echo "hello $REMOTE_ADDR"
while read -r a op b; do
	case $op in
	+) echo "$((a + b))" ;;
	bye) echo "bye"; exit 0 ;;
	*) echo "what?" ;;
	esac
done
echo "no bye?"
EOF
chmod 755 calc
cat >spawnd.conf <<EOF
[global]
user = nobody
[calc]
listen = 127.0.0.1:0
command = $tmp/calc
[yes]
listen = 127.0.0.1:0
command = /bin/sh -c "yes | head -2000"
[sort]
listen = 127.0.0.1:0
command = /usr/bin/sort -n
[cat]
listen = 127.0.0.1:0
command = /bin/cat
[date]
listen = 127.0.0.1:0
command = /bin/echo only talks
[stdin]
listen = 127.0.0.1:0
command = /usr/bin/head -n 1 /dev/stdin
EOF
start
before=$(descriptors)
is "$(printf '1 + 2\nx\n20 + 22\n. bye\n' | ask "$(port_of calc)" | tr '\n' ' ')" \
	'hello 127.0.0.1 3 what? 42 bye ' 'a dialogue'
is "$(printf '1 + 1\n' | ask "$(port_of calc)" | tail -n 1)" 'no bye?' \
	'the end of what the client sends is the end of the input'
is "$(ask "$(port_of yes)" </dev/null | wc -l)" 2000 'yes | head -2000 gives 2,000 lines'
is "$("$tools/client" end "$(port_of yes)" | sort | uniq -c | tr -s ' \n' ' ')" \
	' 1 eof 2000 y ' 'and to a client that says nothing, too, and nothing else'
is "$(printf '10\n9\n1\n' | ask "$(port_of sort)" | tr '\n' ' ')" '1 9 10 ' \
	'a filter that must see all before it answers'
is "$("$tools/client" end "$(port_of date)" | tr '\n' ' ')" 'only talks eof ' \
	'a command that never reads'
i=0
while [ "$i" -lt 256 ]; do
	# shellcheck disable=SC2059 # the format is the point
	printf "\\$(printf %o "$i")"
	i=$((i + 1))
done >bytes
ask "$(port_of cat)" <bytes >echoed
cmp bytes echoed
ok $? 'all 256 bytes, without a newline at the end'
is "$(ask "$(port_of cat)" </dev/null | wc -c)" 0 'nothing at all'
like "$(ask "$(port_of stdin)" </dev/null)" 'No such device or address' \
	'a socket cannot be opened as /dev/stdin'
await '[ "$(grep -c ": end id=" spawnd.log)" = 9 ]'
calm "$before"
done_testing
