#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build.sh - makes a Debian package of what make install puts down.
#
#	units/debian/build.sh FOLDER [VERSION]
#
# is called by make deb, in the top folder; the package comes to lie in FOLDER.  No root
# is needed.  The same sources give the same package, bit by bit: its times are those of
# the last commit, or SOURCE_DATE_EPOCH, and its maintainer is DEBFULLNAME and DEBEMAIL
# where these are set.
set -eu

umask 022
export LC_ALL=C TZ=UTC
unset DESTDIR

out=$1
version=${2:-$(sed -n 's/^#define VERSION "\(.*\)"$/\1/p' spawnd.c)}
maintainer="${DEBFULLNAME:-spawnd developers} <${DEBEMAIL:-spawnd@packages.example.org}>"
from=units/debian

for i in dpkg-deb dpkg-shlibdeps strip gzip; do
	command -v "$i" >/dev/null || {
		echo "make deb needs $i (Debian: dpkg-dev)" >&2
		exit 1
	}
done

# A tree that is not of git has the time of its archive on all files.
epoch=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$PWD" log -1 --format=%ct 2>/dev/null ||
	stat -c %Y spawnd.c)}
export SOURCE_DATE_EPOCH="$epoch"

mkdir -p "$out"
work=$(mktemp -d "$out/deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
root=$work/debian/spawnd # where dpkg-shlibdeps wants it
doc=$root/usr/share/doc/spawnd
unit_dir=$("${PKG_CONFIG:-pkg-config}" --variable=systemd_system_unit_dir systemd \
	2>/dev/null) || unit_dir=/usr/lib/systemd/system

mkdir -p "$root"
"${MAKE:-make}" -s --no-print-directory install PREFIX=/usr CONFDIR=/etc/spawnd \
	UNITDIR="$unit_dir" DESTDIR="$(cd "$root" && pwd)" >/dev/null
chmod 755 "$root"

# Without what the services of the configuration need: the accounts of other samples are
# made by whoever uses them.
sysusers=$root/usr/lib/sysusers.d/spawnd.conf
sed '/^u .*"spawnd, example /d' units/sysusers.conf >"$sysusers"
{
	printf '%s\n' '# SPDX-License-Identifier: MIT' '#' \
		'# sysusers.conf - an account for each of the samples beside it.' ''
	sed -n '/^u .*"spawnd, example /p' units/sysusers.conf
} >"$doc/examples/sysusers.conf"
accounts=$(awk '/^u / { print $2 }' "$sysusers" | paste -s -d ' ')

# The rights of a configuration file are dpkg's (dpkg-statoverride), and set once.
sed -i -e 's/rights of the configuration, and a place/a place/' \
	-e '/^# A configuration may/,/^z /d' "$root/usr/lib/tmpfiles.d/spawnd.conf"

install -D -m 644 $from/spawnd.preset \
	"$root${unit_dir%/*}/system-preset/80-spawnd.preset"
install -D -m 644 $from/lintian-overrides "$root/usr/share/lintian/overrides/spawnd"
strip --remove-section=.comment --remove-section=.note "$root/usr/sbin/spawnd"

# Documentation, as Debian has it.
{
	printf '%s\n' 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/' \
		'Upstream-Name: spawnd' '' 'Files: *'
	sed -n 's/^Copyright (c) /Copyright: /p' LICENSE
	echo 'License: MIT'
	sed '1,/^Copyright/d' LICENSE | sed '1{ /^$/d; }; s/^$/./; s/^/ /'
} >"$doc/copyright"
rm "$doc/LICENSE"
sed '/^#/d' $from/README.Debian >"$doc/README.Debian"
printf 'spawnd (%s) unstable; urgency=medium\n\n  * %s\n\n -- %s  %s\n' "$version" \
	'A build of the sources, whose history says what has changed.' "$maintainer" \
	"$(date -R -d "@$epoch")" >"$doc/changelog"
gzip -9n "$doc/changelog" "$doc/README.md"
find "$root/usr/share/man" -type f -exec gzip -9n {} +

# As dpkg-gencontrol counts it: the space on some disk.
size=$(find "$root" -type f -printf '%s\n' -o -printf '1\n' |
	awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')

mkdir "$root/DEBIAN"
printf 'Source: spawnd\n\nPackage: spawnd\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O debian/spawnd/usr/sbin/spawnd)
sed -e '/^#/d' -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" \
	-e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
	-e "s/@MAINTAINER@/$(printf '%s' "$maintainer" | sed 's:[&/\\]:\\&:g')/" \
	-e "s/@LIBRARIES@/${libraries#shlibs:Depends=}/" $from/control >"$root/DEBIAN/control"
echo /etc/spawnd/spawnd.conf >"$root/DEBIAN/conffiles"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\n' |
	sort | xargs md5sum) >"$root/DEBIAN/md5sums"
for i in preinst postinst prerm postrm; do
	sed "s/@ACCOUNTS@/$accounts/" $from/$i >"$root/DEBIAN/$i"
	chmod 755 "$root/DEBIAN/$i"
done

find "$root" -exec touch -h -d "@$epoch" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$work" >/dev/null
for i in "$work"/*.deb; do
	mv "$i" "$out"
	echo "$out/${i##*/}"
done
