/* SPDX-License-Identifier: MIT */

/*
 * output.h - standard error, or a file, written without waiting for a reader.
 *
 * Standard error is opened anew with O_NONBLOCK where that can be done, since that
 * flag would else be the starter's too.  A file is on a disk, for which the kernel has
 * no such flag: a disk that hangs is the one thing that is waited for here.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/text.h"

enum output_kind {
	OUTPUT_NONE, /* takes everything, for nobody */
	OUTPUT_FILE,
	OUTPUT_NONBLOCK,
	OUTPUT_SOCKET,
	OUTPUT_POLLED,
};

struct output {
	enum output_kind kind;
	int fd;
	bool fd_is_ours;
};

struct output output_stderr(void);
void output_close(struct output *output);

/* Is standard error the journal, as JOURNAL_STREAM says (systemd.exec(5))? */
bool stderr_is_journal(void);

/*
 * A file that is appended to, and made where there is none.  It must be a regular one,
 * and nobody else may have chosen which one: where others can write to the directory,
 * a sticky one included, no symbolic link is followed, and what exists has to be ours
 * alone; else it is not touched.
 * Returns 0; 1 with the reason; or -ENOMEM.
 */
int output_file(const char *path, struct output *ret, struct text *why);

/* As writev(2), but returns -errno: -EAGAIN when there is no room now. */
ssize_t output_write(const struct output *output, const struct iovec *pieces, size_t n);
