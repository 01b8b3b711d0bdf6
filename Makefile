# `make run` serves the application, `make test` runs every test that this machine can.
# Both keep their packages in .venv; its stamp, a copy of the lock they came from, is written last.

PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test words bench packages packages-to-test

help:
	@echo 'make run     serve on http://127.0.0.1:8000/ (HOST, PORT, DATABASE_URL, SAMPLE=no)'
	@echo 'make test    run every test that this machine can (ARGS="tests/test_x.py" runs those alone)'
	@echo 'make words   add new texts to the Vietnamese catalogue, and compile it'
	@echo 'make bench   measure a province of ten years: milliseconds, queries, bytes, memory'

run: packages
	@exec .venv/bin/python manage.py serve

test: packages-to-test
	@exec .venv/bin/python -m tests $(ARGS)

words: packages-to-test
	@exec .venv/bin/python -m tests.catalogue

bench: packages-to-test
	@exec .venv/bin/python -m tests.benchmarks $(ARGS)

# The packages of the tests hold all those of the application, in the same versions.
packages:
	@$(call holds,requirements-dev.txt) || $(call holds,requirements.txt) || { $(call install,requirements.txt); }

packages-to-test:
	@$(call holds,requirements-dev.txt) || { $(call install,requirements-dev.txt); }

holds = { cmp -s $(1) .venv/stamp && .venv/bin/python -c '' 2>/dev/null; }

define install
$(python_is_new_enough) && $(python_makes_environments) && $(environment) \
	&& echo 'Installing the packages of $(1) into .venv ...' && rm -f .venv/stamp \
	&& { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) || { \
	echo 'The packages could not be installed, for the reason above; the same command tries again.' >&2; exit 1; }; } \
	&& cp $(1) .venv/stamp
endef

define python_is_new_enough
{ $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo 'Python 3.11 or newer is needed and "$(PYTHON)" is not: install it ("apt install python3 python3-venv" on' \
		'Debian 12 and later), or name it, as in "make run PYTHON=python3.13".' >&2; exit 1; }; }
endef

define python_makes_environments
{ $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo 'The Python module "venv" is missing: install it with "apt install python3-venv".' >&2; exit 1; }; }
endef

# An environment that cannot install (begun and not finished, or its Python gone) is made anew.
define environment
{ .venv/bin/python -m pip --version >/dev/null 2>&1 || { \
	echo 'Making a Python environment in .venv ...' && $(PYTHON) -m venv --clear .venv; }; }
endef
