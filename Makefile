# spawnd - a command per connection
#
#   make                 build
#   make check           build, and run all tests (as root: all; else: what can be)
#   make soak            all kinds of clients while it is reloaded (SOAK_SECONDS=30)
#   make demo            build, serve a sample on localhost, show a client with it
#   make bench           measure, side by side with the floor and with peers
#   make bench-rules     of that, what rules and limits cost
#   make bench-access    of that, what allow and deny take with many networks
#   make bench-contain   of that, what a cgroup for each connection costs
#   make bench-reload    of that, what a reload costs alone
#   make bench-sources   of that, what it costs to know many sources
#   make bench-systemd   of that, spawnd beside units of systemd with Accept=yes
#   make fuzz            feed the parsers with nonsense, a minute each (FUZZ_SECONDS=60)
#   make valgrind        run the unit tests under valgrind
#   make lint            look at the code, the manuals and the layers
#   make deps            install what building and testing need (apt, dnf)
#   make install         into DESTDIR and PREFIX
#   make uninstall       remove exactly that, but for a configuration
#   make deb             a Debian package of what install puts down (DEB_VERSION=)
#   make programs        build what tests run, and "make fuzzers" what fuzz does (for -j)
#   make clean
#
# SAN=address,undefined builds and tests with sanitizers, in a tree of its own.
# HARDEN= and HARDEN_LD= leave out our hardening flags, for packagers with theirs.

PREFIX    ?= /usr/local
SBINDIR   ?= $(PREFIX)/sbin
MANDIR    ?= $(PREFIX)/share/man
CONFDIR   ?= /etc/spawnd
DOCDIR    ?= $(PREFIX)/share/doc/spawnd
# systemd looks below /usr/local, too.
UNITDIR   ?= $(PREFIX)/lib/systemd/system
CATALOGDIR ?= $(PREFIX)/lib/systemd/catalog
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions

PKGS      := libsystemd inih
PKG_CONFIG ?= pkg-config
INSTALL   ?= install
PROVE     ?= prove
CLANG_TIDY ?= clang-tidy
CLANG_FORMAT ?= clang-format
CFLAGS    ?= -O2 -g
SOAK_SECONDS ?= 30

# missing-field-initializers would fight tables and designated initializers.
WARN      := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wvla -Wundef \
             -Wwrite-strings -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
             -Wformat=2 -Wimplicit-fallthrough
HARDEN    ?= -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now
ifdef SAN
HARDEN    := -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=$(SAN)
HARDEN_LD := -fsanitize=$(SAN)
endif

# The packages are asked for when a recipe runs: make deps may come before it.
pkg_cflags = $(shell $(PKG_CONFIG) --cflags $(PKGS))
pkg_libs   = $(shell $(PKG_CONFIG) --libs $(PKGS))
language  := -std=gnu17 -D_GNU_SOURCE -Ilib
# Without the map the program would differ with the folder that it is built in.
cc         = $(CC) $(language) -MMD -MP $(WARN) $(HARDEN) $(pkg_cflags) $(CPPFLAGS) \
             '-ffile-prefix-map=$(CURDIR)=.' $(CFLAGS)
ld         = $(CC) $(CFLAGS) $(HARDEN_LD) $(LDFLAGS)

comma     := ,
O         := build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
layers    := base conf net run report serve
source    := $(sort $(wildcard $(layers:%=lib/%/*.c)))
headers   := $(sort $(wildcard $(layers:%=lib/%/*.h)))
objects   := $(source:%.c=$O/%.o)
unit      := $(patsubst t/%.c,$O/t/%.t,$(sort $(wildcard t/unit/*.c)))
tools     := $(patsubst t/%.c,$O/t/%,$(sort $(wildcard t/tools/*.c)))
e2e       := $(sort $(wildcard t/e2e/*.t))
systemd   := $(sort $(wildcard t/systemd/*.t))
bench     := $(patsubst t/%.c,$O/t/%,$(sort $(wildcard t/bench/*.c)))
manuals   := $(wildcard man/*.[58])
examples  := $(wildcard conf/*.conf conf/examples/*.conf)

all: $O/spawnd

$O/spawnd: $O/spawnd.o $(objects)
	$(ld) -o $@ $^ $(pkg_libs) $(LIBS)

$O/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(cc) -c -o $@ $<

# A unit test links what it names in its first comment ("links: ..."), and no more,
# which shows that the module stands alone.
$O/t/unit/%.t: t/unit/%.c t/tap.h $(objects) Makefile
	@mkdir -p $(@D)
	$(cc) -It $(HARDEN_LD) $(LDFLAGS) -o $@ $< \
		$(addprefix $O/lib/,$(addsuffix .o,$(shell sed -n 's/^ \* links: //p' $<))) \
		$(if $(filter conf/reader net/passed,$(shell sed -n 's/^ \* links: //p' $<)),$(pkg_libs))

# Programs that tests run as commands or clients, and libraries that they preload:
# without sanitizers.
$O/t/tools/%: t/tools/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(language) $(WARN) $(CFLAGS) \
		$(if $(filter %/yesterday %/later %/guest,$@),-shared -fPIC) \
		-o $@ $<

$O/t/soak/%: t/soak/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(language) $(WARN) $(CFLAGS) -o $@ $<

# As a unit test, it may name what of ours it measures.
$O/t/bench/%: t/bench/%.c $(objects) Makefile
	@mkdir -p $(@D)
	$(CC) $(language) $(WARN) $(CFLAGS) $(if $(findstring hello,$@),-static) -o $@ $< \
		$(addprefix $O/lib/,$(addsuffix .o,$(shell sed -n 's/^ \* links: //p' $<)))

check: deps
	@$(MAKE) --no-print-directory tests

# All that tests run, for make -j: they themselves come one by one.
programs: all $(unit) $(tools)

# On their own descriptors: a test's daemon must not hold what make waits for.
tests: programs
	SPAWND=$(CURDIR)/$O/spawnd TOOLS=$(CURDIR)/$O/t/tools $(PROVE) -e '' $(PROVEFLAGS) \
		$(unit) $(e2e) $(systemd)

soak: deps
	@$(MAKE) --no-print-directory all $O/t/soak/clients
	@SPAWND=$(CURDIR)/$O/spawnd TOOLS=$(CURDIR)/$O/t/soak SOAK_SECONDS=$(SOAK_SECONDS) \
		t/soak/soak.t

demo: deps
	@$(MAKE) --no-print-directory all
	@sh t/demo.sh $O/spawnd

bench: all $(bench)
	@sh t/bench/run.sh $O
	@$O/t/bench/sources

bench-rules: all $(bench)
	@sh t/bench/rules.sh $O

bench-access: all $(bench)
	@sh t/bench/access.sh $O

bench-contain: all $(bench) $O/t/tools/in-cgroup
	@sh t/bench/contain.sh $O

bench-reload: all $(bench)
	@sh t/bench/reload.sh $O

bench-systemd: all $(bench)
	@t/bench/systemd.sh $O

bench-sources: $O/t/bench/sources
	@$O/t/bench/sources

# clang alone has libFuzzer (Debian: clang, libclang-rt-14-dev).
FUZZ_CC   ?= clang
FUZZ_SECONDS ?= 60
fuzz      := $(patsubst t/%.c,$O/t/%,$(sort $(wildcard t/fuzz/*.c)))

$O/t/fuzz/%: t/fuzz/%.c $(source) $(headers) Makefile
	@mkdir -p $(@D)
	$(FUZZ_CC) $(language) $(WARN) -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(pkg_cflags) -o $@ $< \
		$(filter lib/base/%.c lib/conf/%.c lib/net/%.c,$(source)) $(pkg_libs)

fuzzers: $(fuzz)

fuzz: fuzzers
	@sh t/fuzz/run.sh "$(FUZZ_SECONDS)" $(fuzz)

# A test may name in its head what valgrind lacks for it.
novalgrind := $(shell grep -l '^ \* no valgrind: ' t/unit/*.c)

valgrind: $(unit)
	@grep -H "^ \* no valgrind: " $(novalgrind) | sed "s/: \* no valgrind:/: not under valgrind,/"
	$(PROVE) -e 'sh t/valgrind.sh' $(PROVEFLAGS) \
		$(filter-out $(novalgrind:t/%.c=$O/t/%.t),$(unit))

deps:
	@sh t/deps.sh

lint:
	@sh t/lint.sh "$(language)" $(source) spawnd.c

units     := spawnd.service spawnd.socket spawnd@.service spawnd@.socket
drop_ins  := spawnd.service.d/setuid.conf spawnd.service.d/sockets.conf \
             spawnd.socket.d/port.conf
# A manual is read in the tree, too, and so has the folders of the default.
fill_in    = sed -e 's|@SBINDIR@|$(SBINDIR)|' -e 's|@CONFDIR@|$(CONFDIR)|' \
             -e 's|/usr/local/lib/systemd/system|$(UNITDIR)|' \
             -e 's|/usr/local/share/doc/spawnd|$(DOCDIR)|' \
             -e 's|/usr/local/sbin/spawnd|$(SBINDIR)/spawnd|' \
             -e 's|/usr/local/share/bash-completion/completions|$(COMPLETIONDIR)|'
# SOURCE DESTINATION
put_filled = $(fill_in) $(1) >$(DESTDIR)$(2) && chmod 644 $(DESTDIR)$(2)

# It makes no account and starts nothing, but says how.
install: all
	$(INSTALL) -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8 \
		$(DESTDIR)$(CONFDIR) $(sort $(dir $(drop_ins:%=$(DESTDIR)$(DOCDIR)/examples/%))) \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(CATALOGDIR) $(DESTDIR)$(SYSUSERSDIR) \
		$(DESTDIR)$(TMPFILESDIR) $(DESTDIR)$(COMPLETIONDIR)
	$(INSTALL) -m 755 $O/spawnd $(DESTDIR)$(SBINDIR)/spawnd
	$(INSTALL) -m 644 man/spawnd.conf.5 $(DESTDIR)$(MANDIR)/man5
	$(call put_filled,man/spawnd.8,$(MANDIR)/man8/spawnd.8)
	$(INSTALL) -m 644 README.md LICENSE $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 $(wildcard conf/examples/*.conf) $(DESTDIR)$(DOCDIR)/examples
	$(foreach i,$(drop_ins),$(INSTALL) -m 644 units/$i $(DESTDIR)$(DOCDIR)/examples/$i &&) :
	$(foreach i,$(units),$(call put_filled,units/$i,$(UNITDIR)/$i) &&) :
	$(INSTALL) -m 644 units/spawnd.catalog $(DESTDIR)$(CATALOGDIR)
	$(INSTALL) -m 644 units/sysusers.conf $(DESTDIR)$(SYSUSERSDIR)/spawnd.conf
	$(call put_filled,units/tmpfiles.conf,$(TMPFILESDIR)/spawnd.conf)
	$(INSTALL) -m 644 units/spawnd.bash-completion $(DESTDIR)$(COMPLETIONDIR)/spawnd
	test -e $(DESTDIR)$(CONFDIR)/spawnd.conf || \
		$(INSTALL) -m 640 conf/spawnd.conf $(DESTDIR)$(CONFDIR)/spawnd.conf
	@printf 'With systemd, go on as root with:\n%s\n%s\n%s\n%s\n' \
		'  systemd-sysusers spawnd.conf' '  systemd-tmpfiles --create spawnd.conf' \
		'  journalctl --update-catalog' '  systemctl daemon-reload'

# The configuration is the administrator's.
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/spawnd $(DESTDIR)$(MANDIR)/man5/spawnd.conf.5 \
		$(DESTDIR)$(MANDIR)/man8/spawnd.8 $(units:%=$(DESTDIR)$(UNITDIR)/%) \
		$(DESTDIR)$(CATALOGDIR)/spawnd.catalog \
		$(DESTDIR)$(SYSUSERSDIR)/spawnd.conf $(DESTDIR)$(TMPFILESDIR)/spawnd.conf \
		$(DESTDIR)$(COMPLETIONDIR)/spawnd
	rm -f $(DESTDIR)$(DOCDIR)/README.md $(DESTDIR)$(DOCDIR)/LICENSE \
		$(drop_ins:%=$(DESTDIR)$(DOCDIR)/examples/%) \
		$(addprefix $(DESTDIR)$(DOCDIR)/examples/,$(notdir $(wildcard conf/examples/*.conf)))
	-rmdir $(sort $(dir $(drop_ins:%=$(DESTDIR)$(DOCDIR)/examples/%))) \
		$(DESTDIR)$(DOCDIR)/examples $(DESTDIR)$(DOCDIR)

DEB_DIR   ?= $O

# DEB_VERSION is for one that is no release.
deb: all
	@MAKE='$(MAKE)' sh units/debian/build.sh '$(DEB_DIR)' $(DEB_VERSION)

clean:
	rm -rf build build-*

.PHONY: all check programs tests soak demo bench bench-rules bench-access bench-contain bench-sources bench-reload bench-systemd fuzzers fuzz valgrind deps lint install uninstall deb clean
.DELETE_ON_ERROR:

-include $(wildcard $O/*.d $O/lib/*/*.d $O/t/*/*.d)
