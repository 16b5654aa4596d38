/* SPDX-License-Identifier: MIT */

/*
 * import_address.c - reads what xinetd's addr.c and getaddrinfo(3) read in inetd: a
 * dotted address whose last components are 0 is a network, and so is each of a
 * factorized a.b.{c,d}.
 */

#include "conf/import_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

struct network {
	int family;
	unsigned char bytes[16];
	unsigned bits;
};

bool import_address_parse(const char *word, struct import_address *ret)
{
	struct import_address address = { 0 };

	if (inet_pton(AF_INET, word, address.bytes) == 1)
		address.v4 = true;
	else if (inet_pton(AF_INET6, word, address.bytes) == 1)
		address.v6 = true;
	else
		return false;
	*ret = address;
	return true;
}

bool import_addresses_overlap(const struct import_address *a,
			      const struct import_address *b)
{
	return a->port == b->port && ((a->v4 && b->v4) || (a->v6 && b->v6)) &&
	       (a->any || b->any || memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0);
}

unsigned import_port(const char *word)
{
	struct servent entry, *found = NULL;
	char buffer[4096];
	uint64_t number = 0;

	if (number_parse(word, UINT16_MAX, &number) == 0)
		return (unsigned)number;
	if (getservbyname_r(word, "tcp", &entry, buffer, sizeof(buffer), &found) != 0 ||
	    found == NULL)
		return 0;
	return ntohs((uint16_t)found->s_port);
}

/* Clear what is behind the prefix. */
static void mask(struct network *network)
{
	for (unsigned i = 0; i < sizeof(network->bytes); i++)
		if (8 * i >= network->bits)
			network->bytes[i] = 0;
		else if (8 * (i + 1) > network->bits)
			network->bytes[i] &=
				(unsigned char)(0xff << (8 * (i + 1) - network->bits));
}

/* A network of IPv4 clients, as a socket for both families shows them. */
static void unmap(struct network *network)
{
	static const unsigned char prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (network->family != AF_INET6 || network->bits < 96 ||
	    memcmp(network->bytes, prefix, sizeof(prefix)) != 0)
		return;
	network->family = AF_INET;
	network->bits -= 96;
	memmove(network->bytes, network->bytes + sizeof(prefix), 4);
}

static int add_network(struct network *network, struct words *ret)
{
	char text[INET6_ADDRSTRLEN], cidr[INET6_ADDRSTRLEN + 8];

	unmap(network);
	mask(network);
	/* Both have room for any address. */
	(void)inet_ntop(network->family, network->bytes, text, sizeof(text));
	(void)snprintf(cidr, sizeof(cidr), "%s/%u", text, network->bits);
	return words_have(ret, cidr) ? 0 : words_add(ret, cidr);
}

/* getaddrinfo(3) takes 10.1 for 10.0.0.1, too. */
static bool read_number(const char *word, struct network *ret)
{
	struct in_addr v4;

	*ret = (struct network){ .family = AF_INET6, .bits = 128 };
	if (strchr(word, ':') != NULL)
		return inet_pton(AF_INET6, word, ret->bytes) == 1;
	if (!is_digit(word[0]) || inet_aton(word, &v4) == 0)
		return false;
	ret->family = AF_INET;
	ret->bits = 32;
	memcpy(ret->bytes, &v4, sizeof(v4));
	return true;
}

bool import_address_is_odd(const char *word)
{
	struct in_addr plain;
	struct network network;
	char address[64];

	(void)snprintf(address, sizeof(address), "%.*s", /* what is cut is no address */
		       (int)MIN(strcspn(word, "/"), sizeof(address)), word);
	return read_number(address, &network) && network.family == AF_INET &&
	       inet_pton(AF_INET, address, &plain) != 1;
}

/* Zeros at the end of an IPv4 address stand for anything, as does :: */
static void widen(struct network *network)
{
	static const unsigned char zeros[16];

	if (network->family == AF_INET6) {
		if (memcmp(network->bytes, zeros, sizeof(zeros)) == 0)
			network->bits = 0;
		return;
	}
	while (network->bits > 0 && network->bytes[network->bits / 8 - 1] == 0)
		network->bits -= 8;
}

/* ADDRESS/BITS */
static int explicit_mask(const char *word, struct words *ret)
{
	const char *slash = strchr(word, '/');
	auto_free char *address = strndup(word, (size_t)(slash - word));
	struct network network;
	uint64_t bits = 0;

	if (address == NULL)
		return -ENOMEM;
	if (!read_number(address, &network) ||
	    number_parse(slash + 1, network.bits, &bits) != 0)
		return IMPORT_NETWORK_BAD;
	network.bits = (unsigned)bits;
	return add_network(&network, ret);
}

/* A component of an address, and where it ends; false if it is none. */
static bool component(const char **p, unsigned char *ret)
{
	unsigned number = 0;
	const char *begin = *p;

	while (is_digit(**p) && number <= 255)
		number = 10 * number + (unsigned)(*(*p)++ - '0');
	*ret = (unsigned char)number;
	return *p > begin && number <= 255;
}

/* A.B.{C,D}: each is a network, however it ends. */
static int factorized(const char *word, struct words *ret)
{
	struct network network = { .family = AF_INET };
	unsigned n = 0;

	for (; *word != '{'; n++, word++)
		if (n == 3 || !component(&word, &network.bytes[n]) || *word != '.')
			return IMPORT_NETWORK_BAD;
	network.bits = 8 * (n + 1);
	do {
		int r;

		word++;
		if (!component(&word, &network.bytes[n]))
			return IMPORT_NETWORK_BAD;
		r = add_network(&network, ret);
		if (r < 0)
			return r;
	} while (*word == ',');
	return strcmp(word, "}") == 0 ? 0 : IMPORT_NETWORK_BAD;
}

int import_networks(const char *word, struct words *ret)
{
	struct network network;

	if (strchr(word, '{') != NULL)
		return factorized(word, ret);
	if (strchr(word, '/') != NULL)
		return explicit_mask(word, ret);
	if (strchr(word, ',') != NULL || word[0] == '\0')
		return IMPORT_NETWORK_BAD;
	if (!read_number(word, &network))
		return strchr(word, ':') != NULL ? IMPORT_NETWORK_BAD
						 : IMPORT_NETWORK_NAME;
	widen(&network);
	return add_network(&network, ret);
}

/* What add_network() wrote. */
static struct network read_back(const char *cidr)
{
	struct network network = { .family = strchr(cidr, ':') != NULL ? AF_INET6
								       : AF_INET };
	char address[INET6_ADDRSTRLEN] = "";
	size_t size = strcspn(cidr, "/");

	if (size < sizeof(address)) {
		memcpy(address, cidr, size);
		(void)inet_pton(network.family, address, network.bytes); /* as written */
		network.bits = (unsigned)strtoul(cidr + size + 1, NULL, 10);
	}
	return network;
}

bool import_network_has(const char *network, const char *other)
{
	struct network outer = read_back(network), inner = read_back(other);

	if (outer.family != inner.family || outer.bits > inner.bits)
		return false;
	inner.bits = outer.bits;
	mask(&inner);
	return memcmp(outer.bytes, inner.bytes, sizeof(outer.bytes)) == 0;
}
