# SPDX-License-Identifier: MIT
#
# log.sh - for the tests of the log's places: a /dev and a /run of the test's own, a
# journal and a syslog that listen there, and their parts.  To be included before
# lib.sh, which changes the folder.

journal=/run/systemd/journal/socket

# The machine's own log must not hear us, nor we it.
own_places() {
	mount -t tmpfs none /run && mkdir -p "${journal%/*}" || bail 'no /run of our own'
	mkdir dev
	mount -t tmpfs none dev || bail 'no /dev of our own'
	for node in null zero full random urandom tty; do
		: >"dev/$node"
		mount --bind "/dev/$node" "dev/$node" || bail "cannot keep /dev/$node"
	done
	ln -s /proc/self/fd dev/fd
	mount --move dev /dev || bail 'no /dev of our own'
	rmdir dev
}

# What arrives is in the file of that name; the pid is left in $receiver.
receiver=
receive() { # FILE PATH [datagram|stream]
	rm -f "$2"
	"$tools/receive" "${3:-datagram}" "$2" >>"$1" &
	receiver=$!
	await "[ -S '$2' ]"
}

deafen() { # the one that was last started, and forget its socket
	kill -CONT "$receiver"
	kill -KILL "$receiver"
	wait "$receiver" 2>/dev/null
}

# The entries of a journal in which a field has this value.
entries() { # FILE FIELD=VALUE
	awk -v wanted="$2" 'BEGIN { RS = ""; FS = "\n" } {
		for (i = 1; i <= NF; i++)
			if ($i == wanted) {
				print $0 "\n"
				next
			}
	}' "$1"
}

# The value of a field of an entry on standard input, the first that has it.
field() { # NAME
	sed -n "s/^$1=//p" | head -n 1
}

# Their messages alone, as a file would have them.
messages() { sed -n 's/^MESSAGE=//p' "$@"; }

# How many lines were dropped, by what the log itself tells of it.
dropped() { # FILE...
	cat "$@" | sed -n 's/.*log: dropped \([0-9]*\) lines.*/\1/p' |
		awk '{ n += $1 } END { print n + 0 }'
}

# The ids of the records in files, in their order, and those that are there twice.
ids() { # FILE...
	cat "$@" | sed -n 's/.*: end id=\([0-9]*\) .*/\1/p' | sort -n
}
twice() { ids "$@" | uniq -d; }
