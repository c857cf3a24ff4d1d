# Every target prepares what it needs; `make help` lists them.
BIN := .venv/bin
DEMO_MODEL := qwen2.5-coder-1.5b-instruct
TEST_MODEL := qwen2.5-coder-0.5b-instruct
# The demonstration keeps its history beside the checkout, away from a person's own.
DEMO_HOME := $(CURDIR)/out/home
UV := .tools/bin/uv

.DEFAULT_GOAL := help
.PHONY: help history-bench setup-run setup-test models run test check bench bench-quick facts crash-loop screenshots translations help-text native-variants clean kill-report fuzz-report

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup-run:
	@bash packaging/setup.sh run

setup-test:
	@bash packaging/setup.sh test

models: setup-run ## fetch the two demonstration models (1.6 GB)
	$(BIN)/python models/fetch_demo.py $(TEST_MODEL) $(DEMO_MODEL)

run: setup-run ## open the window with a sample meeting, or draft it on the console where there is no display
	$(BIN)/python models/fetch_demo.py $(DEMO_MODEL)
	@mkdir -p out
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  FUMIZUKUE_HOME=$(DEMO_HOME) $(BIN)/fumizukue --sample; \
	else \
	  FUMIZUKUE_HOME=$(DEMO_HOME) $(BIN)/fumizukue-cli draft minutes --sample --show --model $(DEMO_MODEL) --out out/gijiroku.docx --overwrite; \
	fi

test: setup-test models ## run all tests, on real models
	$(BIN)/pytest

check: setup-test ## lint, types, contracts, lock file, generated texts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UV) lock --check --quiet
	$(BIN)/cog --check docs/console.md docs/templates.md

bench: setup-test models ## rates, first tokens, speculation, memory, cancels against rivals, into docs/bench.md (about 2 hours)
	$(BIN)/python -m tests.bench --out docs/bench.md

bench-quick: setup-test models ## the same in small on the smaller model, into build/bench/quick.md (about 10 minutes)
	$(BIN)/python -m tests.bench --quick --out build/bench/quick.md

facts: models ## facts kept in drafts of the nine test meetings, on both models
	$(BIN)/python -m tests.facts_report

history-bench: setup-test ## search, saving and size of a history of 1,000,000 sections, into docs/history-bench.md (about 1 hour, 6 GB)
	@mkdir -p build/corpus build/packages
	@cd build/packages && [ -d ../corpus/usr ] || apt-get download libreoffice-help-ja debian-reference-ja
	@[ -d build/corpus/usr ] || for one in build/packages/*.deb; do dpkg-deb -x $$one build/corpus; done
	$(BIN)/python -m tests.history_bench

crash-loop: models ## kill the program 50 times in mid-draft and count what is lost
	$(BIN)/python -m tests.crash_loop

kill-report: setup-test ## kill the program 1,000 times while it edits, streams, updates, copies, restores and deletes, and count what is lost
	$(BIN)/python -m tests.kill_report

fuzz-report: setup-test ## harm a history 3,000 times, open and salvage it, and count what is missed
	$(BIN)/python -m tests.fuzz_report

screenshots: models ## pictures of the window in its states, with a draft by the demonstration model, in out/screenshots
	$(BIN)/python -m tests.screenshots out/screenshots --model models/$(DEMO_MODEL)-q4_k_m.gguf

native-variants: setup-run ## llama.cpp for processors of any age, in build/native/lib; VARIANTS="x64 haswell vulkan" builds only those
	PIP=.tools/bin/pip bash packaging/native_variants.sh $(VARIANTS)

translations: setup-run ## bring the translation files up to date
	$(BIN)/python packaging/translations.py

help-text: setup-run ## write the console's help into docs/console.md
	$(BIN)/cog -r docs/console.md docs/templates.md

clean: ## remove what was built; models stay
	rm -rf .venv .tools build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
