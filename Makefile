# make demo   the main job: two disks, two examinations, one screen
# make image  the stick: bin/shokyo-usb.img, manifest.json, sbom.spdx.json, licenses.txt
#             (EVIDENCE=exfat EVIDENCE_SIZE=4G SECUREBOOT_KEY=k.pem SECUREBOOT_CERT=c.pem;
#             JOB=job.toml puts that on EVIDENCE, with EVIDENCE=fat32 only, which is the default)
# make verify-page  bin/verify.html: checks reports in a browser, one file
# make test   install what the tests need, then run them all
# make test-boot-all  the stick in every way it can be booted: Secure Boot, BIOS, network, exFAT, pulled
# make check  what CI asks of the code besides: format, vet, staticcheck, race, purego, layers
# make fuzz   every fuzz target for FUZZTIME
# make mutate breaks some 320 lines, one at a time: at least 95 % must be caught by quick tests
# make tamper every bit of a signed PDF, one at a time: none can change unnoticed
# make soak   20 GiB of keystream without one false alarm
# make calibrate  ten million blocks in each mode of encryption: no detector says more than it may
# make bench      what an examination costs beside what others do, for docs/performance.md
# make accuracy   what is noticed of 40 types of files, for the tables of reports

GO       ?= go
FUZZTIME ?= 30s
SOAK     ?= 20G
BLOCKS   ?= 10000000

EVIDENCE      ?= fat32
EVIDENCE_SIZE ?= 128M
RELEASE       ?= $(shell git describe --always --dirty 2>/dev/null || echo development)
# For builds that the go command puts no commit into (a worktree, no trust in the folder).
COMMIT        ?= $(shell git rev-parse HEAD 2>/dev/null)$(shell git diff --quiet HEAD 2>/dev/null; test $$? -ne 1 || echo -dirty)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1767225600)

export CGO_ENABLED ?= 0

bin/shokyo: FORCE
	$(GO) build -trimpath -ldflags '-X main.commit=$(COMMIT)' -o $@ ./cmd/shokyo

# Talks to hardware tokens: with cgo, unlike all else.
bin/shokyo-pkcs11: FORCE
	CGO_ENABLED=1 $(GO) build -trimpath -o $@ ./cmd/shokyo-pkcs11

.PHONY: demo image verify-page test test-boot-all check fuzz mutate tamper soak calibrate accuracy tools bench FORCE

demo: bin/shokyo
	bin/shokyo demo

# By the environment, so that the shell takes no part of a name for a command.
image: export RELEASE := $(RELEASE)
image: export EVIDENCE := $(EVIDENCE)
image: export EVIDENCE_SIZE := $(EVIDENCE_SIZE)
image: export SECUREBOOT_KEY := $(SECUREBOOT_KEY)
image: export SECUREBOOT_CERT := $(SECUREBOOT_CERT)
image: export JOB := $(JOB)
image:
	scripts/install-test-tools image
	$(GO) run ./cmd/mkbootimage -out bin -release "$$RELEASE" -time "$(SOURCE_DATE_EPOCH)" \
		-evidence "$$EVIDENCE" -evidence-size "$$EVIDENCE_SIZE" \
		$(if $(SECUREBOOT_KEY)$(SECUREBOOT_CERT),-key "$$SECUREBOOT_KEY" -cert "$$SECUREBOOT_CERT") \
		$(if $(JOB),-job "$$JOB")

# One HTML file that checks reports in a browser, without a server or a network.
verify-page:
	$(GO) run ./scripts/verify-page -commit '$(COMMIT)' -out bin/verify.html

tools:
	scripts/install-test-tools

test: tools
	$(GO) test -timeout 20m ./...

test-boot-all: tools
	SHOKYO_BOOT_ALL=1 $(GO) test -timeout 60m -count=1 -v -run TestBootAll ./internal/guest

check:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	$(GO) test ./internal/layers
	$(GO) vet -tags purego ./...
	$(GO) test -short -timeout 20m -tags purego $(sort $(dir $(shell grep -rl --include=*.go 'go:build.*purego' .))) ./scan/look
	$(GO) test -short -timeout 20m -tags purego -run 'DepthsAndWorkers|Seams$$|Planted|OverTheEdges' ./scan
	CGO_ENABLED=1 $(GO) test -short -race -timeout 20m ./devices ./image ./image/codec ./image/split ./scan/fold ./examine ./examine/batch ./appliance
	CGO_ENABLED=1 $(GO) test -short -race -timeout 20m -skip EveryBit ./reports/sign
	CGO_ENABLED=1 $(GO) test -short -race -timeout 20m -skip TestScripts ./cmd/shokyo
	CGO_ENABLED=1 $(GO) test -short -race -timeout 20m -run 'TestResume|PutOff|PulledOut|InOrder|Dying|Workers|Unfinished|Cancel' ./scan

fuzz:
	scripts/fuzz $(FUZZTIME)

mutate:
	$(GO) run ./scripts/mutate

tamper:
	SHOKYO_TAMPER=1 $(GO) test -timeout 60m -count=1 -v -run NoBitCanChange ./reports/sign/pades ./reports/sign/timestamp

soak:
	SHOKYO_SOAK=$(SOAK) $(GO) test -timeout 0 -run TestSoak -v ./scan

# Measures what is noticed, on files that it makes of Debian packages in bin/accuracy, and
# writes scan/power/table.go and docs/detection.md. Takes hours, goes on where it was stopped;
# in parts: go run ./internal/accuracy -types gzip-6,xz -n 50
accuracy:
	scripts/accuracy-corpus $(CURDIR)/bin/accuracy test
	$(GO) run ./internal/accuracy -results bin/accuracy/results -thresholds 48,55 -depths deep,quick
	$(GO) run ./internal/accuracy -results bin/accuracy/results -odd -n 50
	$(GO) run ./internal/accuracy -results bin/accuracy/results -write

# Holds every detector to its claim. The short form takes seconds: make calibrate BLOCKS=20000
calibrate:
	$(GO) run ./internal/calibrate -blocks $(BLOCKS)

# Measures speed beside that of others, writes docs/performance.md, and says what got worse.
bench:
	scripts/install-test-tools bench
	$(GO) run ./internal/bench
