# Builds and installs the four tools, their man pages and shell completions.
#
#   make
#   sudo make install                      # into /usr/local
#   make install PREFIX=~/.local
#   make install PREFIX=/usr DESTDIR=root  # for packagers
#   make uninstall
#   make check                             # everything that CI checks
#   make deb wheel                         # packages, in .build/packages

PREFIX ?= /usr/local
TOOLS = vqa-extract vqa-hash vqa-gemini vqa-merge
SWIFT_BUILD = swift build -c release --static-swift-stdlib
# Where the built tools are, and where pages and completions are made.
BIN_DIR ?= .build/release
MADE_DIR ?= .build/install

bindir = $(DESTDIR)$(PREFIX)/bin
mandir = $(DESTDIR)$(PREFIX)/share/man
bashdir = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
fishdir = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

.PHONY: all build docs install uninstall check deb wheel clean

all: build docs

build:
	$(SWIFT_BUILD)

# What is made of the tools' own descriptions of themselves.
docs:
	mkdir -p $(MADE_DIR)
	for tool in $(TOOLS); do \
	  python3 docs/man/render.py $(BIN_DIR)/$$tool docs/man/$$tool.1.in > $(MADE_DIR)/$$tool.1 && \
	  for shell in bash zsh fish; do \
	    python3 docs/completion.py $(BIN_DIR)/$$tool $$shell > $(MADE_DIR)/$$tool.$$shell || exit 1; \
	  done || exit 1; \
	done

# Copies what `make` has made; as root nothing is built.
install:
	@test -e $(MADE_DIR)/vqa-merge.1 || { echo "run make first" >&2; exit 2; }
	install -d $(bindir) $(mandir)/man1 $(mandir)/man7 $(bashdir) $(zshdir) $(fishdir)
	for tool in $(TOOLS); do \
	  install -m 755 $(BIN_DIR)/$$tool $(bindir)/$$tool && \
	  install -m 644 $(MADE_DIR)/$$tool.1 $(mandir)/man1/$$tool.1 && \
	  install -m 644 $(MADE_DIR)/$$tool.bash $(bashdir)/$$tool && \
	  install -m 644 $(MADE_DIR)/$$tool.zsh $(zshdir)/_$$tool && \
	  install -m 644 $(MADE_DIR)/$$tool.fish $(fishdir)/$$tool.fish || exit 1; \
	done
	install -m 644 docs/man/vqa.7 $(mandir)/man7/vqa.7

uninstall:
	for tool in $(TOOLS); do \
	  rm -f $(bindir)/$$tool $(mandir)/man1/$$tool.1 $(bashdir)/$$tool $(zshdir)/_$$tool $(fishdir)/$$tool.fish; \
	done
	rm -f $(mandir)/man7/vqa.7

check:
	pipelines/test.sh

# For this release of Debian or Ubuntu; needs dpkg-dev.
deb: all
	packaging/deb.sh

# For every Linux with glibc 2.34 or later; needs Python 3 and PyPI.
wheel:
	packaging/wheel.sh

clean:
	rm -rf $(MADE_DIR) .build/packages
