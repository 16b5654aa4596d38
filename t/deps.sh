#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh - makes sure that what building and testing need is there.
#
# Nothing is done, and nothing said, when it is.  As root it is installed; for
# anybody else the one command is shown that does it, and only what building
# needs is a failure: tests without their tool are skipped.
set -u

PATH=$PATH:/usr/sbin:/sbin # where an ordinary user's does not lead
cc=${CC:-cc}

have() { command -v "$1" >/dev/null 2>&1; }

missing_to_build() {
	have "$cc" || echo "$cc"
	have make || echo make
	echo '#include <stdio.h>' | "$cc" -E - >/dev/null 2>&1 || echo stdio.h
	for i in libsystemd inih; do
		"${PKG_CONFIG:-pkg-config}" --exists "$i" 2>/dev/null || echo "$i"
	done
}

missing_to_test() {
	for i in prove strace curl git tcpserver systemd-socket-activate setpriv \
		unshare ss ps script micro-httpd setcap getcap mandoc logrotate \
		systemd-nspawn nsenter; do
		have "$i" || echo "$i"
	done
	! have dpkg || have dpkg-shlibdeps || echo dpkg-shlibdeps
	# Other netcats of this name cannot close their side, -N.
	nc -h 2>&1 | grep -q -e '-N' || echo 'nc (of OpenBSD)'
	[ -e /usr/share/bash-completion/bash_completion ] || echo bash-completion
	[ -x /usr/libexec/tangd ] || have tangd || echo tangd
	getent services echo >/dev/null || echo 'services(5)'
	for i in xinetd inetd; do
		[ -x "build/peers/usr/sbin/$i" ] || echo "$i"
	done
}

# Only to be looked at and compared with: installed they would start, and drive out
# whatever of their kind serves here.
unpack_peers() {
	[ ! -x build/peers/usr/sbin/inetd ] || [ ! -x build/peers/usr/sbin/xinetd ] || return
	mkdir -p build/peers
	(
		cd build/peers && apt-get download -q xinetd openbsd-inetd >&2 || exit
		for i in *.deb; do
			dpkg-deb -x "$i" .
		done
		rm -f ./*.deb
	)
}

build=$(missing_to_build)
test=$(missing_to_test)
[ -n "$build$test" ] || exit 0

say() { echo "deps: $1" >&2; }
commas() { printf '%s\n' "$@" | sed '/^$/d' | paste -s -d , - | sed 's/,/, /g'; }

if have apt-get; then
	packages='gcc make pkg-config libsystemd-dev libinih-dev libc6-dev perl
		netcat-openbsd strace curl git ucspi-tcp systemd util-linux bsdutils
		iproute2 procps micro-httpd tang libcap2-bin mandoc logrotate netbase
		libwrap0 libtirpc3 libbsd0 libevent-2.1-7 systemd-container
		dpkg-dev bash-completion'
	install='apt-get install -y --no-install-recommends'
elif have dnf; then
	# There is no package of ucspi-tcp and of micro-httpd.
	packages='gcc make pkgconf-pkg-config systemd-devel inih-devel glibc-devel
		perl-Test-Harness netcat strace curl git-core systemd util-linux
		util-linux-script iproute procps-ng tang libcap mandoc logrotate setup
		systemd-container bash-completion'
	install='dnf install -y --setopt=strict=0 --setopt=install_weak_deps=False'
else
	packages=
fi
packages=$(echo $packages)

say "missing: $(commas "$build" "$test")"
if [ "$(id -u)" = 0 ] && [ -n "$packages" ]; then
	export DEBIAN_FRONTEND=noninteractive
	! have apt-get || apt-get update -q >&2 || exit
	$install $packages >&2 || exit
	! have apt-get || unpack_peers
	build=$(missing_to_build)
	test=$(missing_to_test)
elif [ -n "$packages" ]; then
	say "this installs it: sudo $install $packages"
fi
[ -z "$test" ] || say "tests skip what needs: $(commas "$test")"
[ -z "$build" ] || say "cannot build without: $(commas "$build")"
[ -z "$build" ]
