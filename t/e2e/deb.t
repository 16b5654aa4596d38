#!/bin/sh
# SPDX-License-Identifier: MIT
# make deb packs what make install puts down; the same sources make the same package, bit
# by bit, whoever builds it and where; lintian finds no error in it.
unprivileged_ok=1
repo=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/../lib.sh"
for i in dpkg-deb dpkg-shlibdeps; do
	command -v "$i" >/dev/null 2>&1 || {
		echo "1..0 # SKIP needs $i (Debian: dpkg-dev)"
		exit 0
	}
done

# The tree that this spawnd was built in, so that nothing is built anew.
flavour=$(basename "$(dirname "$spawnd")")
case $flavour in
build-*) san=$(printf '%s\n' "${flavour#build-}" | tr - ,) ;;
*) san= ;;
esac
unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX SBINDIR MANDIR CONFDIR DOCDIR \
	UNITDIR CATALOGDIR SYSUSERSDIR TMPFILESDIR SOURCE_DATE_EPOCH DEBEMAIL DEBFULLNAME
deb() { # FOLDER [COMMAND]... that executes make
	mkdir "$1" && chmod 777 "$1" || bail "cannot make $1"
	folder=$1
	shift
	"$@" make -s -C "$repo" deb ${san:+SAN="$san"} DEB_DIR="$tmp/$folder" >make.log 2>&1
	made=$?
	[ "$made" = 0 ] || note <make.log
	return "$made"
}
field() { dpkg-deb -f one/*.deb "$1"; }

deb one
ok $? 'make deb'
version=$(sed -n 's/^#define VERSION "\(.*\)"/\1/p' "$repo/spawnd.c")
is "$(cd one && ls)" "spawnd_${version}_$(dpkg --print-architecture).deb" \
	'... makes one file, of the version of the program'
is "$(tail -n 1 make.log)" "$(ls "$tmp"/one/*)" '... and says where it is'

# Once more, elsewhere, with another umask, zone and language.
export LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo
umask 077
if [ "$(id -u)" = 0 ]; then
	# It may not own the sources, but reads them wherever they are.
	deb two setpriv --reuid=alice --regid=alice --clear-groups \
		--inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search \
		--bounding-set=-all,+dac_read_search
else
	deb two
fi
ok $? 'make deb as an ordinary user'
cmp one/*.deb two/*.deb
ok $? '... makes the same, bit by bit'
umask 022
export LC_ALL=C TZ=UTC

grep -q -F "$repo" "$spawnd"
is $? 1 '... and nothing in the program tells the folder it was built in'

# What is in it.
mkdir root && dpkg-deb -R one/*.deb root
ok $? 'it can be unpacked'
units=$(cd root && find . -name 'spawnd@.service' | sed 's:^\.::; s:/[^/]*$::')
make -s -C "$repo" install ${san:+SAN="$san"} DESTDIR="$tmp/dest" PREFIX=/usr \
	UNITDIR="$units" >make.log 2>&1 || bail 'make install failed'
is "$(cd root && find . ! -type d ! -path './DEBIAN/*' | sort)" "$(
	cd dest && {
		find . ! -type d ! -name LICENSE |
			sed 's:man/man.*:&.gz:; s:README.md$:&.gz:'
		for i in README.Debian changelog.gz copyright examples/sysusers.conf; do
			echo "./usr/share/doc/spawnd/$i"
		done
		echo ".${units%/*}/system-preset/80-spawnd.preset"
		echo ./usr/share/lintian/overrides/spawnd
	} | sort
)" 'it has what make install puts down, as Debian wants it'
is "$(dpkg-deb -c one/*.deb | awk '{ print $1, $2 }' | sort -u)" '-rw-r----- root/root
-rw-r--r-- root/root
-rwxr-xr-x root/root
drwxr-xr-x root/root' 'all of it is of root, and can be read'
is "$(dpkg-deb -c one/*.deb | awk '/^-rw-r-----/ { print $NF }')" ./etc/spawnd/spawnd.conf \
	'but the configuration'
is "$(cat root/DEBIAN/conffiles)" /etc/spawnd/spawnd.conf 'which is a configuration file'
(cd root && md5sum --quiet -c DEBIAN/md5sums)
is "$? $(cd root && cut -c 35- DEBIAN/md5sums | sort)" \
	"0 $(cd root && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' |
		sed 's:^\./::' | sort)" 'the sums are right, of all other files'
like "$(field Depends)" 'libc6 .*libinih1 .*libsystemd0 .*systemd-sysusers' \
	'it depends on the libraries and on what makes accounts'
like "$(field Installed-Size)" '^[1-9][0-9]*$' 'it has a size'
is "$(grep -rnE '@[A-Z]+@' root)" '' 'no place is left open'
is "$(readelf -SW root/usr/sbin/spawnd | grep -c '\.debug_\|\.symtab')" 0 \
	'the program has no symbols'
times=$(dpkg-deb -c one/*.deb | awk '{ print $4, $5 }' | sort -u)
if [ -e "$repo/.git" ]; then
	is "$times" "$(git -c safe.directory="$repo" -C "$repo" log -1 --format=%cd \
		--date=format-local:'%F %R')" 'its times are those of the last commit'
else
	is "$(printf '%s\n' "$times" | wc -l)" 1 'its times are one'
fi
for i in preinst postinst prerm postrm; do
	sh "root/DEBIAN/$i" nonsense >told 2>&1
	is "$? $(cat told)" "1 $i called with unknown argument 'nonsense'" \
		"$i wants to be called right"
done

# Accounts: of the configuration, and of the samples, none twice and none left out.
accounts() { awk '/^u / { print $2 }' "$@" | sort; }
is "$(accounts root/usr/lib/sysusers.d/spawnd.conf | tr '\n' ' ')" \
	'spawnd spawnd-daytime spawnd-upper ' 'it makes the accounts of its configuration'
is "$(accounts root/usr/lib/sysusers.d/spawnd.conf \
	root/usr/share/doc/spawnd/examples/sysusers.conf)" \
	"$(accounts "$repo/units/sysusers.conf")" 'those of the samples are a sample'
unlike "$(cat root/usr/lib/tmpfiles.d/spawnd.conf)" '^z|spawnd\.conf 0640' \
	'the boot does not set the rights of the configuration anew'

if [ -n "$san" ]; then
	echo 'lintian is for a build without sanitizers' | note
elif command -v lintian >/dev/null 2>&1; then
	lintian --allow-root --fail-on error,warning one/*.deb >lintian.out 2>&1
	status=$?
	is "$status $(cat lintian.out)" '0 ' 'lintian has nothing to say'
else
	ok 0 'lintian has nothing to say # SKIP needs lintian'
fi
done_testing
