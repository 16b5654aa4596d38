/* SPDX-License-Identifier: MIT */

/* addr_parse.c - reads addresses, from the port at the end to what stands before it. */

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#include "base/number.h"
#include "net/addr.h"

static int bad(struct text *why, const char *text, const char *what)
{
	char shown[ESCAPED_ROOM(128)];

	(void)escape(shown, sizeof(shown), text, strlen(text)); /* cut if long */
	text_addf(why, "\"%s\": %s", shown, what);
	return 1;
}

/* What stands where a port should: numbers, or a name. */
struct port {
	uint16_t first, last;
	const char *name; /* NULL: it is a number or a range */
	bool is_known; /* the name */
};

/* A name of services(5) has at least one letter. */
static bool is_name(const char *port)
{
	bool letter = false;

	for (const char *p = port; *p != '\0'; p++) {
		const bool is_letter =
			(*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		letter |= is_letter;
		if (!is_letter && !is_digit(*p) && strchr("-_.+", *p) == NULL)
			return false;
	}
	return letter;
}

static int parse_range(const char *text, const char *port, struct port *ret,
		       struct text *why)
{
	static const char form[] = "not a range of ports, such as 6000-6019";
	const char *hyphen = strchr(port, '-');
	auto_free char *low = strndup(port, (size_t)(hyphen - port));
	uint64_t first = 0, last = 0;
	int r, s;

	if (low == NULL)
		return -ENOMEM;
	r = number_parse(low, UINT16_MAX, &first);
	s = number_parse(hyphen + 1, UINT16_MAX, &last);
	if (r == NUMBER_BAD || s == NUMBER_BAD)
		return bad(why, text, form);
	if (r != 0 || s != 0)
		return bad(why, text, "a port is 0 to 65535");
	if (first == 0)
		return bad(why, text, "a range of ports begins at 1 or above");
	if (first > last)
		return bad(why, text, "a range of ports is written from low to high");
	if (last - first >= RANGE_MAX) {
		auto_text struct text what = { 0 };

		text_addf(&what, "a range has at most %d ports, not %" PRIu64, RANGE_MAX,
			  last - first + 1);
		return bad(why, text, text_get(&what));
	}
	ret->first = (uint16_t)first;
	ret->last = (uint16_t)last;
	return 0;
}

/* "127.0.0.1", "[::1]", "*", or with a colon at the end */
static bool lacks_port(const char *text)
{
	const size_t size = strlen(text);
	const char last = text[size > 0 ? size - 1 : 0];
	struct in_addr v4;

	return last == ':' || (text[0] == '[' && last == ']') || strcmp(text, "*") == 0 ||
	       inet_pton(AF_INET, text, &v4) == 1;
}

static int parse_port(const char *text, const char *word, struct port *ret,
		      struct text *why)
{
	uint64_t number = 0;
	int r = number_parse(word, UINT16_MAX, &number);

	if (r == NUMBER_RANGE)
		return bad(why, text, "a port is 0 to 65535");
	if (r == 0) {
		ret->first = ret->last = (uint16_t)number;
		return 0;
	}
	if (is_digit(word[0]) && strchr(word, '-') != NULL &&
	    word[strspn(word, "0123456789-")] == '\0')
		return parse_range(text, word, ret, why);
	if (!is_name(word))
		return bad(why, text,
			   lacks_port(text) ? "the port is missing"
					    : "not a port, ADDRESS:PORT, /path, @name, "
					      "vsock:PORT or seqpacket:/path");
	ret->name = word;
	return 0;
}

/* Ask for a name where that is done, and take what was found; 0 or -errno. */
static int find_name(struct answers *answers, struct port *port)
{
	uint32_t found = 0; /* 0: it is not known */
	int r;

	if (answers->asks) {
		const struct servent *entry = getservbyname(port->name, "tcp");

		if (entry != NULL)
			found = ntohs((uint16_t)entry->s_port);
		answers_give(answers, &found, sizeof(found));
	}
	r = answers_take(answers, &found, sizeof(found));
	if (r < 0)
		return r;
	if (found > UINT16_MAX)
		return -EBADMSG;
	port->first = port->last = (uint16_t)found;
	port->is_known = found != 0;
	return 0;
}

static int unknown_name(const char *name, struct text *why)
{
	char shown[ESCAPED_ROOM(128)];

	(void)escape(shown, sizeof(shown), name, strlen(name)); /* cut if long */
	text_addf(why, "no such service \"%s\" in services(5)", shown);
	return 1;
}

static int too_long(struct text *why, const char *text, const char *what, size_t most)
{
	auto_text struct text all = { 0 };

	text_addf(&all, "%s has at most %zu bytes, not %zu", what, most, strlen(text));
	return bad(why, text, text_get(&all));
}

/* Write a path without the parts that say nothing: "//" and "/./". */
static int parse_path(const char *text, struct address *ret, struct text *why)
{
	struct address address = { .at.un.sun_family = AF_UNIX };
	char *to = address.at.un.sun_path, *end = to + sizeof(address.at.un.sun_path) - 1;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '/' && (p[1] == '/' || (p[1] == '.' && p[2] == '/'))) {
			p += p[1] == '.';
			continue;
		}
		if (to == end)
			return too_long(why, text, "a socket's path",
					sizeof(address.at.un.sun_path) - 1);
		*to++ = *p;
	}
	if (to[-1] == '/' || strcmp(strrchr(address.at.un.sun_path, '/'), "/.") == 0 ||
	    strcmp(strrchr(address.at.un.sun_path, '/'), "/..") == 0)
		return bad(why, text, "names a directory");
	address.size = (socklen_t)sizeof(address.at.un);
	*ret = address;
	return 0;
}

/* "@name": for the kernel a NUL and the name, as long as it is. */
static int parse_abstract(const char *text, struct address *ret, struct text *why)
{
	struct address address = { .at.un.sun_family = AF_UNIX };
	const size_t size = strlen(text);

	if (size == 1)
		return bad(why, text, "the abstract socket has no name");
	if (size > sizeof(address.at.un.sun_path))
		return too_long(why, text, "an abstract socket",
				sizeof(address.at.un.sun_path));
	for (const char *p = text; *p != '\0'; p++)
		if ((*p >= 0 && *p < 0x20) || *p == 0x7f)
			return bad(why, text, "a control character in the name");
	memcpy(address.at.un.sun_path + 1, text + 1, size - 1);
	address.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	*ret = address;
	return 0;
}

static int parse_unix(const char *text, struct address *ret, struct text *why)
{
	return text[0] == '/' ? parse_path(text, ret, why)
			      : parse_abstract(text, ret, why);
}

/* "PORT", "*:PORT", "CID:PORT".  The greatest number is no one's: it stands for any CID,
 * or for a port that the kernel is to choose. */
static int parse_vsock(const char *text, const char *rest, struct address *ret,
		       struct text *why)
{
	const char *colon = strchr(rest, ':');
	auto_free char *where =
		colon != NULL ? strndup(rest, (size_t)(colon - rest)) : strdup("*");
	uint64_t cid = VMADDR_CID_ANY, port = 0;
	int r = number_parse(colon != NULL ? colon + 1 : rest, VMADDR_PORT_ANY - 1,
			     &port);

	if (where == NULL)
		return -ENOMEM;
	if (r == NUMBER_RANGE)
		return bad(why, text, "a vsock port is 0 to 4294967294");
	if (r == 0 && strcmp(where, "*") != 0)
		r = number_parse(where, VMADDR_CID_ANY - 1, &cid);
	if (r == NUMBER_RANGE)
		return bad(why, text, "a vsock CID is 0 to 4294967294, or * for any");
	if (r != 0)
		return bad(why, text, "not vsock:PORT or vsock:CID:PORT, in numbers");
	*ret = (struct address){
		.at.vm = { .svm_family = AF_VSOCK,
			   .svm_cid = (unsigned)cid,
			   .svm_port = port > 0 ? (unsigned)port : VMADDR_PORT_ANY },
		.size = sizeof(ret->at.vm),
	};
	return 0;
}

/* "::1", "fe80::1%eth0" */
static int parse_v6(const char *text, const char *host, struct address *address,
		    struct text *why)
{
	char copy[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
	char *zone;

	if (strlen(host) >= sizeof(copy))
		return bad(why, text, "not an IPv6 address in brackets");
	memcpy(copy, host, strlen(host) + 1);
	zone = strchr(copy, '%');
	if (zone != NULL)
		*zone++ = '\0';
	address->at.v6.sin6_family = AF_INET6;
	address->size = sizeof(address->at.v6);
	if (inet_pton(AF_INET6, copy, &address->at.v6.sin6_addr) != 1) {
		struct in_addr v4;

		return bad(why, text,
			   inet_pton(AF_INET, copy, &v4) == 1
				   ? "brackets are for IPv6 addresses"
				   : "not an IPv6 address in brackets");
	}
	if (zone != NULL) {
		address->at.v6.sin6_scope_id = if_nametoindex(zone);
		if (address->at.v6.sin6_scope_id == 0)
			return bad(why, text, "no such network interface");
	}
	return 0;
}

static int parse_v4(const char *text, const char *host, struct address *address,
		    struct text *why)
{
	address->at.v4.sin_family = AF_INET;
	address->size = sizeof(address->at.v4);
	if (inet_pton(AF_INET, host, &address->at.v4.sin_addr) == 1)
		return 0;
	if (strchr(host, ':') != NULL)
		return bad(why, text, "an IPv6 address stands in brackets, [::1]:80");
	if (host[0] != '\0' && host[strspn(host, "0123456789.")] == '\0')
		return bad(why, text, "not an IPv4 address");
	return bad(why, text, "not an address; host names are not looked up");
}

static int parse_host(const char *text, size_t size, struct address *address,
		      struct text *why)
{
	char host[256];

	if (size >= sizeof(host))
		return bad(why, text, "not an address");
	memcpy(host, text, size);
	host[size] = '\0';
	if (strcmp(host, "*") == 0) {
		address->at.v6.sin6_family = AF_INET6;
		address->size = sizeof(address->at.v6);
		address->both = true;
		return 0;
	}
	if (host[0] != '[' || host[size - 1] != ']')
		return parse_v4(text, host, address, why);
	host[size - 1] = '\0';
	return parse_v6(text, host + 1, address, why);
}

static void set_port(struct address *address, unsigned port)
{
	if (address->at.any.sa_family == AF_INET)
		address->at.v4.sin_port = htons((uint16_t)port);
	else if (address->at.any.sa_family == AF_INET6)
		address->at.v6.sin6_port = htons((uint16_t)port);
}

static int parse_ip(const char *text, struct answers *answers, struct address_range *ret,
		    struct text *why)
{
	struct address address = { 0 };
	const char *colon = strrchr(text, ':');
	struct port port = { .is_known = true };
	int r = parse_port(text, colon != NULL ? colon + 1 : text, &port, why);

	/* Whatever comes of the host, which depends on the moment: both sides of the
	 * answers must ask the same. */
	if (r == 0 && port.name != NULL)
		r = find_name(answers, &port);
	if (r == 0)
		r = colon != NULL
			    ? parse_host(text, (size_t)(colon - text), &address, why)
			    : parse_host("*", 1, &address, why);
	if (r != 0)
		return r;
	if (!port.is_known)
		return unknown_name(port.name, why);
	set_port(&address, port.first);
	*ret = (struct address_range){ address, port.last - port.first + 1U };
	return 0;
}

/* What stands behind the prefix, or NULL. */
static const char *behind(const char *text, const char *prefix)
{
	const size_t size = strlen(prefix);

	return strncmp(text, prefix, size) == 0 ? text + size : NULL;
}

int address_parse(const char *text, struct answers *answers, struct address_range *ret,
		  struct text *why)
{
	struct address address = { 0 };
	const char *rest = behind(text, "seqpacket:");
	const bool seqpacket = rest != NULL;
	int r;

	if (seqpacket && rest[0] != '/' && rest[0] != '@')
		return bad(why, text, "seqpacket: stands before a /path or an @name");
	if (rest == NULL)
		rest = text;
	if (rest[0] == '/' || rest[0] == '@')
		r = parse_unix(rest, &address, why);
	else if ((rest = behind(text, "vsock:")) != NULL)
		r = parse_vsock(text, rest, &address, why);
	else if (behind(text, "udp:") != NULL)
		return bad(why, text, "datagrams are not served, streams alone");
	else if (strchr(text, ',') != NULL)
		return bad(why, text, "blanks separate words, not commas");
	else
		return parse_ip(text, answers, ret, why);
	if (r != 0)
		return r;
	address.seqpacket = seqpacket;
	*ret = (struct address_range){ address, 1 };
	return 0;
}

struct address address_of_range(const struct address_range *range, unsigned number)
{
	struct address address = range->first;

	if (number > 0)
		set_port(&address, address_port(&address) + number);
	return address;
}
