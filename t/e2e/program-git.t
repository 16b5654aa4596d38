#!/bin/sh
# SPDX-License-Identifier: MIT
# git daemon --inetd serves a clone and a fetch to a real git.
. "$(dirname "$0")/../lib.sh"

export HOME="$tmp" GIT_CONFIG_NOSYSTEM=1
git config --global user.name T
git config --global user.email t@localhost
git config --global init.defaultBranch main
git config --global protocol.version 2
mkdir srv
git init -q work
head -c 300000 /dev/urandom >work/blob
git -C work add blob
git -C work commit -q -m one
git clone -q --bare work srv/project.git
chown -R alice:alice srv
cat >spawnd.conf <<EOF
[git]
user = alice
listen = 127.0.0.1:0
stderr = log
environment = HOME=/nonexistent
command = /usr/bin/git daemon --inetd --export-all --base-path=$tmp/srv $tmp/srv
EOF
start
port=$(port_of git)
before=$(descriptors)
git clone -q "git://127.0.0.1:$port/project.git" copy 2>clone.err
is "$?" 0 'a clone'
cmp work/blob copy/blob
ok $? 'and what was committed is in it'
git -C copy ls-remote -q >refs
is "$?" 0 'ls-remote'
like "$(cat refs)" 'refs/heads/main' 'tells the branch'
for i in 1 2 3 4; do
	git clone -q "git://127.0.0.1:$port/project.git" "copy$i" 2>/dev/null &
	eval "clone$i=$!"
done
bad=0
for i in 1 2 3 4; do
	eval "wait \$clone$i" || bad=$((bad + 1))
done
is "$bad" 0 'four clones at once'
! git ls-remote "git://127.0.0.1:$port/none.git" >/dev/null 2>&1
ok $? 'what is not there is refused'
await '[ "$(grep -c "git: end" spawnd.log)" = 7 ]'
is "$(grep -c 'git: end .* exit=0 ' spawnd.log)" 6 'the records say which went well'
[ ! -s clone.err ]
ok $? 'nothing else was on the wire'
calm "$before"
done_testing
