/* SPDX-License-Identifier: MIT */

/* load_listen.c - reads addresses, and finds those that are one in two disguises. */

#include "serve/load_listen.h"

#include <errno.h>
#include <linux/capability.h>
#include <net/if.h>
#include <string.h>

#include "base/number.h"

/* What the settings make of an address. */
static void set_up(struct address *address, const struct service_settings *settings,
		   unsigned device)
{
	if (address_is_v6(address)) {
		address->v6_only = (enum maybe)settings->ipv6_only;
		/* Both families is what it means by itself: it is asked for less. */
		address->both &= settings->ipv6_only != MAYBE_YES;
	}
	if (address_is_ip(address))
		address->device = device;
}

static int add_range(struct service_plan *plan, const struct address_range *range,
		     unsigned device)
{
	struct address *addresses = reallocarray(
		plan->addresses, plan->n_addresses + range->n, sizeof(*addresses));

	if (addresses == NULL)
		return -ENOMEM;
	plan->addresses = addresses;
	for (unsigned i = 0; i < range->n; i++) {
		struct address *address = &addresses[plan->n_addresses++];

		*address = address_of_range(range, i);
		set_up(address, plan->settings, device);
	}
	return 0;
}

/* One that was passed to us; NULL, or why it cannot be taken. */
static const char *add_passed(struct service_plan *plan,
			      const struct passed_socket *socket)
{
	struct address *addresses;

	if (socket->problem != NULL)
		return socket->problem;
	if (socket->was >= 0 && socket->fd < 0)
		return "was closed when spawnd started, since no service took it then";
	addresses =
		reallocarray(plan->addresses, plan->n_addresses + 1, sizeof(*addresses));
	if (addresses == NULL)
		return strerror(ENOMEM);
	plan->addresses = addresses;
	addresses[plan->n_addresses++] = socket->address;
	return NULL;
}

static void complain_passed(const struct service_settings *settings, const char *name,
			    int was, const char *what, struct problems *problems)
{
	auto_text struct text text = { 0 };

	text_add(&text, "\"systemd:");
	text_add_escaped(&text, name, strlen(name));
	text_add(&text, "\": ");
	if (was >= 0)
		text_addf(&text, "descriptor %d ", was);
	text_add(&text, what);
	problem_error(problems, service_place(settings, "listen"), settings->name,
		      "listen", "%s", text_get(&text));
}

/* All sockets of that name. */
static int load_passed(struct service_plan *plan, struct passed *passed, const char *name,
		       struct problems *problems)
{
	const char *problem = passed_name_problem(name);
	int number = problem == NULL ? passed_find(passed, name, 0) : 0;

	if (problem == NULL && number == 0)
		problem = passed->n > 0 ? "no socket of that name was passed to spawnd"
					: "no sockets were passed to spawnd";
	if (problem != NULL)
		complain_passed(plan->settings, name, -1, problem, problems);
	for (; number > 0; number = passed_find(passed, name, (size_t)number)) {
		const struct passed_socket *socket = &passed->sockets[number - 1];

		problem = add_passed(plan, socket);
		if (problem != NULL)
			complain_passed(plan->settings, name, socket->was, problem,
					problems);
	}
	return number;
}

/* Such an address says nothing without the interface at which it is meant. */
static bool lacks_zone(const struct address *address, unsigned device)
{
	return address_is_v6(address) && device == 0 &&
	       IN6_IS_ADDR_LINKLOCAL(&address->at.v6.sin6_addr) &&
	       address->at.v6.sin6_scope_id == 0;
}

static unsigned find_device(const struct service_settings *settings,
			    struct problems *problems)
{
	const unsigned device =
		settings->bind_device != NULL ? if_nametoindex(settings->bind_device) : 0;
	auto_text struct text shown = { 0 };

	if (settings->bind_device == NULL || device != 0)
		return device;
	text_add_escaped(&shown, settings->bind_device, strlen(settings->bind_device));
	problem_error(problems, service_place(settings, "bind_device"), settings->name,
		      "bind_device", "no such network interface \"%s\"",
		      text_get(&shown));
	return 0;
}

int load_listen(struct service_plan *plan, struct passed *passed, struct answers *answers,
		struct problems *problems)
{
	const struct service_settings *settings = plan->settings;
	const struct words *listen = &settings->listen;
	const unsigned device = find_device(settings, problems);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < listen->n; i++) {
		const char *name = passed_name(listen->at[i]);
		auto_text struct text why = { 0 };
		struct address_range range;

		if (name != NULL) {
			r = load_passed(plan, passed, name, problems);
			continue;
		}
		r = address_parse(listen->at[i], answers, &range, &why);
		if (r == 0 && lacks_zone(&range.first, device)) {
			address_show(&range.first, &why);
			text_add(&why, " needs a zone, such as %eth0, or bind_device");
			r = 1;
		}
		if (r == 0)
			r = add_range(plan, &range, device);
		else if (r > 0)
			problem_error(problems, service_place(settings, "listen"),
				      settings->name, "listen", "%s", text_get(&why));
	}
	return MIN(r, 0);
}

/* An address and whose it is.  Only addresses of one key can stand in each other's
 * way. */
struct spot {
	uint32_t key;
	size_t service, number;
};

static int compare_spots(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->service != y->service)
		return x->service < y->service ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static const struct address *address_of(const struct load *load, const struct spot *spot)
{
	return &load->plans[spot->service]->addresses[spot->number];
}

/* Two addresses that are one. */
struct overlap {
	struct spot spot, first;
};

static void complain_overlap(const struct load *load, const struct passed *passed,
			     const struct overlap *overlap, struct problems *problems)
{
	const struct service_settings *settings =
		load->plans[overlap->spot.service]->settings;
	const struct service_settings *other =
		load->plans[overlap->first.service]->settings;
	auto_text struct text where = { 0 };

	passed_show(passed, address_of(load, &overlap->spot), &where);
	text_add(&where, " is also listened on as ");
	passed_show(passed, address_of(load, &overlap->first), &where);
	text_addf(&where, " by %s, at ", other->name);
	place_show(service_place(other, "listen"), &where);
	problem_error(problems, service_place(settings, "listen"), settings->name,
		      "listen", "%s", text_get(&where));
}

static bool is_next(const struct spot *spot, const struct spot *before)
{
	return spot->service == before->service && spot->number == before->number + 1;
}

/* Is one of the addresses before, of this service or another, the same in any
 * disguise?  Of ranges that overlap the first port is told, since the others follow the
 * last overlap that the service had. */
static void check_spot(const struct load *load, const struct passed *passed,
		       const struct spot *spots, size_t number, struct overlap *overlaps,
		       struct problems *problems)
{
	struct overlap *last = &overlaps[spots[number].service];

	for (size_t i = number; i > 0 && spots[i - 1].key == spots[number].key; i--) {
		const struct overlap overlap = { spots[number], spots[i - 1] };

		if (!addresses_overlap(address_of(load, &overlap.first),
				       address_of(load, &overlap.spot)))
			continue;
		if (!is_next(&overlap.spot, &last->spot) ||
		    !is_next(&overlap.first, &last->first))
			complain_overlap(load, passed, &overlap, problems);
		*last = overlap;
		return;
	}
}

static int check_addresses(const struct load *load, const struct passed *passed,
			   struct problems *problems)
{
	auto_free struct spot *spots = NULL;
	auto_free struct overlap *overlaps = NULL; /* the last one of each service */
	size_t n = 0, most = 0;

	for (size_t i = 0; i < load->n; i++)
		most += load->plans[i]->n_addresses;
	spots = calloc(most + 1, sizeof(*spots));
	overlaps = calloc(load->n + 1, sizeof(*overlaps));
	if (spots == NULL || overlaps == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < load->n; i++) {
		const struct service_plan *plan = load->plans[i];

		overlaps[i].spot.service = SIZE_MAX; /* none */
		for (size_t j = 0; plan->settings->enabled && j < plan->n_addresses; j++)
			spots[n++] =
				(struct spot){ address_key(&plan->addresses[j]), i, j };
	}
	qsort(spots, n, sizeof(*spots), compare_spots);
	for (size_t i = 0; i < n; i++)
		check_spot(load, passed, spots, i, overlaps, problems);
	return 0;
}

/* Which ports take a capability is a setting, but not of vsock. */
static bool is_low(const struct address *address, uint64_t first_free)
{
	const unsigned port = address->passed == 0 ? address_port(address) : 0;

	return port != 0 && port < (address_is_ip(address) ? first_free : 1024);
}

/* A low port is the one thing to listen on that takes a capability. */
static void check_ports(const struct load *load, const struct privilege *privilege,
			struct problems *problems)
{
	const uint64_t first_free =
		number_read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", 1024);

	if (privilege_has(privilege, CAP_NET_BIND_SERVICE))
		return;
	for (size_t i = 0; i < load->n; i++) {
		const struct service_plan *plan = load->plans[i];

		for (size_t j = 0; plan->settings->enabled && j < plan->n_addresses;
		     j++) {
			auto_text struct text shown = { 0 };

			if (!is_low(&plan->addresses[j], first_free))
				continue;
			address_show(&plan->addresses[j], &shown);
			problem_error(problems, service_place(plan->settings, "listen"),
				      plan->settings->name, "listen",
				      "%s needs the capability CAP_NET_BIND_SERVICE",
				      text_get(&shown));
		}
	}
}

int load_check_listen(const struct load *load, const struct load_request *request,
		      struct problems *problems)
{
	check_ports(load, request->privilege, problems);
	return check_addresses(load, request->passed, problems);
}
