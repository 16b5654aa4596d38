/* SPDX-License-Identifier: MIT */

/* event.c - the ids, random and made once (systemd-id128 new makes more). */

#include "report/event.h"

#include <stddef.h>

const char *event_id(enum event_kind kind)
{
	static const char *const ids[EVENTS_N] = {
		[EVENT_STARTED] = "26f18af8adac48ca83497ea08333cba7",
		[EVENT_CANNOT_START] = "e464b69c492d4e49904a2086c6e6ed87",
		[EVENT_STOPPING] = "0f0f9791a6a0438c9e37ca2f1f569f02",
		[EVENT_STOPPED] = "b9a561bdebf7447f9c82de0cd92d40a1",
		[EVENT_RELOADED] = "e5eab9bf5dce455e8de8bc1bbe0f95cf",
		[EVENT_RELOAD_FAILED] = "c38098ba8724492883716caa57956714",
		[EVENT_LOG_DROPPED] = "f22195fe2cab4ba580989cf59ea13565",
		[EVENT_LISTENS] = "8831edff63b247c58b0c608fe9312197",
		[EVENT_CANNOT_LISTEN] = "c21cc402cc9f423eb60dd57f217dcd29",
		[EVENT_PAUSED] = "e5242992ec294a50ba0917d27c4e3777",
		[EVENT_RESUMED] = "234713b595f44e4897d8f564dc99e7c0",
		[EVENT_LIMIT_REACHED] = "9beb4f22251c401f91d614eb48572207",
		[EVENT_LIMIT_OVER] = "2b0238b38401495e80c4d9b6437569a1",
		[EVENT_REFUSED] = "051c210c3f74490f9a6ce8fa064c4231",
		[EVENT_ENDED] = "ffe6da4afbda424a9f2fd396e35b93b2",
		[EVENT_KILLED] = "90a10aad25f945689f37901d877e2de1",
		[EVENT_TIMED_OUT] = "224187413c0f4403ab3f7d8692657851",
		[EVENT_WAS_IDLE] = "c86af645a00e4b1eae87b44e587bb185",
		[EVENT_HUNG_UP] = "1b44fe96b0f34b0e9f2c75474d8beef4",
		[EVENT_FAILED] = "c625d56a43684c17aa8e82cd1db4fe8e",
	};

	return kind < EVENTS_N ? ids[kind] : NULL;
}
