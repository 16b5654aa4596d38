/* SPDX-License-Identifier: MIT */

/* origin.c - reads an origin, and corrects what is nearly one. */

#include "base/origin.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/number.h"

/* What stands before an IPv4 address that is mapped. */
static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
enum { MAPPED_BITS = 8 * sizeof(mapped) };

size_t origin_width(enum origin_kind kind)
{
	return kind == ORIGIN_V6 ? ORIGIN_BYTES : sizeof(uint32_t);
}

void origin_key(uint32_t number, uint8_t key[static ORIGIN_BYTES])
{
	const uint32_t ordered = htonl(number);

	memset(key, 0, ORIGIN_BYTES);
	memcpy(key, &ordered, sizeof(ordered));
}

struct origin origin_number(enum origin_kind kind, uint32_t number)
{
	struct origin origin = { .kind = (uint8_t)kind, .bits = ORIGIN_NUMBER_BITS };

	origin_key(number, origin.key);
	return origin;
}

static int bad(struct text *why, const char *word, const char *what)
{
	char shown[ESCAPED_ROOM(128)];

	(void)escape(shown, sizeof(shown), word, strlen(word)); /* cut if long */
	text_addf(why, "\"%s\": %s", shown, what);
	return 1;
}

static bool is_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

/* "uid:1000", "gid:users", "cid:3": what is behind the colon. */
static int parse_number(const char *word, enum origin_kind kind, struct origin *ret,
			const char **ret_name, struct text *why)
{
	static const char *const numbers[] = { [ORIGIN_UID] =
						       "not the number of an account",
					       [ORIGIN_GID] = "not the number of a group",
					       [ORIGIN_CID] =
						       "not the number of a machine" };
	const char *text = word + strlen("uid:");
	uint64_t number = 0;

	if (text[0] == '\0')
		return bad(why, word, "nothing is behind the colon");
	/* The largest of all means "none" and "any" to the kernel. */
	if ((is_digits(text) || kind == ORIGIN_CID) &&
	    number_parse(text, UINT32_MAX - 1, &number) != 0)
		return bad(why, word, numbers[kind]);
	if (strpbrk(text, ":=") != NULL)
		return bad(why, word, "not the name of an account or a group");
	*ret = origin_number(kind, (uint32_t)number);
	*ret_name = is_digits(text) ? NULL : text;
	return 0;
}

/* Clear what is behind the first bits; true if anything was there. */
static bool clear_host(uint8_t *key, size_t width, unsigned bits)
{
	bool any = false;

	for (size_t i = bits / 8; i < width; i++) {
		const uint8_t host = i == bits / 8 ? (uint8_t)(0xff >> bits % 8) : 0xff;

		any |= (key[i] & host) != 0;
		key[i] &= (uint8_t)~host;
	}
	return any;
}

/* Something that is no address: what was it meant to be? */
static int no_address(const char *word, const char *host, struct text *why)
{
	if (host[0] == '[')
		return bad(why, word, "an IPv6 address stands without brackets here");
	if (strchr(host, '%') != NULL)
		return bad(why, word, "a zone (%...) does not count in a rule");
	if (host[0] != '\0' && host[strspn(host, "0123456789.")] == '\0')
		return bad(why, word, "not an IPv4 address; a network is 10.0.0.0/8");
	if (strchr(host, ':') != NULL)
		return bad(why, word, "not an IPv6 address");
	return bad(why, word,
		   "not an address, uid:, gid:, cid: or all; host names are not looked "
		   "up");
}

/* The address before the slash. */
static int parse_address(const char *word, const char *host, struct origin *ret,
			 struct text *why)
{
	if (inet_pton(AF_INET, host, ret->key) == 1) {
		ret->kind = ORIGIN_V4;
		ret->bits = ORIGIN_NUMBER_BITS;
		return 0;
	}
	if (inet_pton(AF_INET6, host, ret->key) != 1)
		return no_address(word, host, why);
	ret->kind = ORIGIN_V6;
	ret->bits = ORIGIN_V6_BITS;
	return 0;
}

static void show_network(const struct origin *origin, struct text *text)
{
	char host[INET6_ADDRSTRLEN];

	(void)inet_ntop(origin->kind == ORIGIN_V6 ? AF_INET6 : AF_INET, origin->key, host,
			sizeof(host)); /* has room */
	text_addf(text, "%s/%u", host, origin->bits);
}

/* ::ffff:10.0.0.0/104 is 10.0.0.0/8. */
static int unmap(const char *word, struct origin *origin, struct text *why)
{
	if (origin->bits < MAPPED_BITS)
		return bad(why, word,
			   "an IPv4 network is written as one, such as 10.0.0.0/8");
	memmove(origin->key, origin->key + sizeof(mapped), sizeof(uint32_t));
	memset(origin->key + sizeof(uint32_t), 0, ORIGIN_BYTES - sizeof(uint32_t));
	origin->kind = ORIGIN_V4;
	origin->bits -= MAPPED_BITS;
	return 0;
}

static int parse_network(const char *word, struct origin *ret, struct text *why)
{
	struct origin origin = { 0 };
	char host[INET6_ADDRSTRLEN + 32];
	const char *slash = strchr(word, '/');
	const size_t size = slash != NULL ? (size_t)(slash - word) : strlen(word);
	uint64_t bits = 0;
	int r;

	if (size >= sizeof(host))
		return no_address(word, word, why);
	memcpy(host, word, size);
	host[size] = '\0';
	r = parse_address(word, host, &origin, why);
	if (r != 0)
		return r;
	if (slash != NULL && strchr(slash, '.') != NULL)
		return bad(why, word,
			   "behind the slash stands a number of bits, not a mask");
	if (slash != NULL && number_parse(slash + 1, origin.bits, &bits) != 0)
		return bad(
			why, word,
			origin.kind == ORIGIN_V4
				? "behind the slash stands a number of bits, 0 to 32"
				: "behind the slash stands a number of bits, 0 to 128");
	origin.bits = slash != NULL ? (uint8_t)bits : origin.bits;
	if (origin.kind == ORIGIN_V6 && memcmp(origin.key, mapped, sizeof(mapped)) == 0)
		r = unmap(word, &origin, why);
	if (r != 0)
		return r;
	if (clear_host(origin.key, origin_width(origin.kind), origin.bits)) {
		if (origin.bits == 0) /* nothing that is to be proposed */
			return bad(why, word,
				   "has host bits set; so few bits are everybody");
		text_addf(why, "%s: has host bits set; did you mean ", word);
		show_network(&origin, why);
		text_add(why, "?");
		return 1;
	}
	*ret = origin;
	return 0;
}

int origin_parse(const char *word, struct origin *ret, const char **ret_name,
		 struct text *why)
{
	static const struct {
		const char *prefix;
		enum origin_kind kind;
	} numbers[] = { { "uid:", ORIGIN_UID },
			{ "gid:", ORIGIN_GID },
			{ "cid:", ORIGIN_CID } };

	*ret_name = NULL;
	if (strchr(word, ',') != NULL)
		return bad(why, word, "blanks separate words, not commas");
	if (strcmp(word, "all") == 0) {
		*ret = (struct origin){ .kind = ORIGIN_ALL };
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (strncmp(word, numbers[i].prefix, strlen(numbers[i].prefix)) == 0)
			return parse_number(word, numbers[i].kind, ret, ret_name, why);
	return parse_network(word, ret, why);
}

int origins_compare(const void *a, const void *b)
{
	const struct origin *x = a, *y = b;
	int r;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	r = memcmp(x->key, y->key, sizeof(x->key));
	if (r != 0)
		return r;
	if (x->bits != y->bits)
		return x->bits < y->bits ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

bool origins_equal(const struct origin *a, const struct origin *b)
{
	return a->kind == b->kind && a->bits == b->bits &&
	       memcmp(a->key, b->key, sizeof(a->key)) == 0;
}
