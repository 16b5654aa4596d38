#!/bin/sh
# SPDX-License-Identifier: MIT
# Two programs that speak HTTP on stdio, micro-httpd and tangd, answer curl.
. "$(dirname "$0")/../lib.sh"

mkdir www keys
echo 'a page' >www/page.txt
head -c 500000 /dev/urandom >www/blob
/usr/libexec/tangd-keygen "$tmp/keys" sig exc >/dev/null 2>&1
chown -R alice:alice keys
chmod 700 keys
# tangd says on stderr what it did; with the socket there, that would be in its answer.
cat >spawnd.conf <<EOF
[web]
user = bob
listen = 127.0.0.1:0
command = /usr/sbin/micro-httpd $tmp/www
[tang]
user = alice
listen = 127.0.0.1:0
stderr = log
command = /usr/libexec/tangd $tmp/keys
EOF
start
before=$(descriptors)
web=http://127.0.0.1:$(port_of web)
tang=http://127.0.0.1:$(port_of tang)
is "$(curl -sS "$web/page.txt")" 'a page' 'micro-httpd: a page'
curl -sS -o blob "$web/blob" && cmp blob www/blob
ok $? 'half a megabyte, byte for byte'
is "$(curl -sS -o /dev/null -w '%{http_code}' "$web/none")" 404 'what is not there is 404'
answer=$(curl -sS -w '\n%{http_code}' "$tang/adv")
is "$(echo "$answer" | tail -n 1)" 200 'tangd: the advertisement'
like "$answer" '^\{"payload": ?"[A-Za-z0-9_-]+"' 'is its JSON'
is "$(curl -sS -o /dev/null -w '%{http_code}' "$tang/none")" 404 'what is not there is 404'
await '[ "$(grep -c "tang: end" spawnd.log)" = 2 ] && [ "$(grep -c "web: end" spawnd.log)" = 3 ]'
like "$(cat spawnd.log)" 'tang: stderr: .*127\.0\.0\.1 GET /adv' \
	'what tangd says of it is in the log'
calm "$before"
done_testing
