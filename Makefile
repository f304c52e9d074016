# `make help` lists the targets. Whatever a target needs of the machine, it sets up first.

PREFIX ?= /usr/local
# Tests to run, as `swift test --filter` takes them; all by default.
FILTER ?=

swift := Scripts/swiftw
sources := $(wildcard Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/*/)

.DEFAULT_GOAL := help
.PHONY: help demo test build lint format install check-install consumer setup packages libtorch weights data-elpv data-fashion-mnist clean distclean
# The steps share one build folder and one package manager; each is parallel inside.
.NOTPARALLEL:
# Files reached through weights-% are kept.
.SECONDARY:
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -nE 's/^([a-z%-]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 27

demo: build data-elpv ## train on real solar cells, evaluate, and write a report with heat maps
	@Scripts/demo.sh

test: setup lint ## check the format, build, and run every test, or those that FILTER=... names
	@$(swift) test $(if $(FILTER),--filter '$(FILTER)')

build: setup ## build the command and the libraries
	@$(swift) build

lint: ## check the format of the sources
	@swift format lint --strict --parallel --recursive $(sources) \
	  || { echo "error: the format differs; 'make format' mends what can be mended" >&2; exit 1; }

format: ## format the sources in place
	@swift format --in-place --parallel --recursive $(sources)

install: build ## copy the command with all it needs below PREFIX (default /usr/local)
	@Scripts/install.sh '$(PREFIX)'

check-install: build ## install into a temporary folder, and run that without checkout and toolchain
	@Scripts/check_install.sh

consumer: setup ## build the package that depends on this one, below Examples
	@Scripts/consumer.sh

setup: libtorch weights ## install what the build needs: Debian packages, libtorch, weights

packages:
	@Scripts/setup/packages.sh

libtorch: packages
	@Scripts/setup/libtorch.sh

weights: weights-lite0

weights-%: .deps/weights/efficientnet_%.pth ## fetch the weights of EfficientNet lite0, lite1 or lite2
	@:

.deps/weights/%.pth: | libtorch
	@Scripts/setup/fetch.sh $*

data-elpv: .deps/data/elpv/labels.csv ## fetch the solar-cell images of the demo

.deps/data/elpv/labels.csv: | libtorch
	@Scripts/setup/fetch.sh elpv

data-fashion-mnist: .deps/data/fashion-mnist/t10k-labels-idx1-ubyte.gz ## fetch Fashion-MNIST from its Debian package

.deps/data/fashion-mnist/%:
	@Scripts/setup/fetch.sh fashion-mnist

clean: ## remove what was built and the demo's results
	@rm -rf .build .build-fuzz Examples/*/.build Benchmarks/.build demo

distclean: clean ## remove what was fetched, too
	@rm -rf .deps
