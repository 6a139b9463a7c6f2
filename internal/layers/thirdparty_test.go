package layers

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// thirdParty lists, for each package, whose code besides the standard library it
// may import: a module, or a folder of one. What parses bytes of a medium is fenced
// in the file that imports it (docs/design.md, "What is trusted"). "unsafe" counts
// as somebody else's. A package that is not here has the standard library alone.
var thirdParty = parseRows(`
appliance/console: charm.land/bubbletea/v2
appliance/disks: golang.org/x/sys/unix
appliance/job: github.com/BurntSushi/toml
appliance/machine: golang.org/x/sys/unix
appliance/screen: golang.org/x/sys/unix unsafe // unsafe: the letters of the screen
appliance/stick: golang.org/x/sys/unix
appliance/stick/save: golang.org/x/sys/unix
attest: github.com/google/go-tpm
bootimage: github.com/klauspost/compress/zstd github.com/u-root/u-root/pkg/cpio
bootimage/disk: github.com/diskfs/go-diskfs
casefile: github.com/BurntSushi/toml golang.org/x/text/encoding
cmd/mkbootimage: golang.org/x/term
cmd/shokyo-pkcs11: github.com/miekg/pkcs11
cmd/shokyo: golang.org/x/sys/unix golang.org/x/term golang.org/x/text/width
corpus: github.com/minio/highwayhash
corpus/filter: github.com/FastFilter/xorfilter unsafe // unsafe: fingerprints are used where they are mapped
custody/exports: golang.org/x/text/encoding golang.org/x/text/transform
devices: golang.org/x/sys/unix unsafe // unsafe: what is handed to the kernel
devices/kernel: golang.org/x/sys/unix
entropy: golang.org/x/sys/cpu
examine/batch: golang.org/x/sys/unix
examine/checkpoint: golang.org/x/sys/unix
image/codec: github.com/klauspost/compress/gzip github.com/klauspost/compress/zstd
image/imagetest: github.com/klauspost/compress/zstd
image/table: github.com/diskfs/go-diskfs/partition
internal/accuracy/encode: github.com/klauspost/compress/gzip github.com/klauspost/compress/snappy github.com/klauspost/compress/zstd
internal/accuracy/ground: golang.org/x/crypto/chacha20 golang.org/x/crypto/xts
internal/bar: github.com/schollz/progressbar/v3
internal/bench: golang.org/x/sys/unix
internal/disktest/files: github.com/klauspost/compress/zstd golang.org/x/text/encoding
internal/disktest/filesystems: golang.org/x/crypto/argon2 golang.org/x/crypto/xts
internal/golden: github.com/klauspost/compress/zstd // its testdata
internal/guest/init: golang.org/x/sys/unix unsafe
internal/kmiptest: github.com/ovh/kmip-go
internal/tomltext: github.com/BurntSushi/toml
ledger: golang.org/x/text
reports/batch: golang.org/x/text/width
reports/pdf: github.com/klauspost/compress/zlib
reports/pdf/font: github.com/klauspost/compress/zstd golang.org/x/text/unicode/norm
reports/pdf/font/pack: golang.org/x/text/encoding/japanese
reports/pdf/layout: golang.org/x/text/unicode/bidi
reports/render/paper: rsc.io/qr
reports/reporttest: github.com/santhosh-tekuri/jsonschema/v6
reports/sign/envelope: github.com/secure-systems-lab/go-securesystemslib/dsse
reports/sign/identity: github.com/youmark/pkcs8 software.sslmate.com/src/go-pkcs12
scan/compressed/brotli: golang.org/x/sys/cpu
scan/compressed/deflate: golang.org/x/sys/cpu
scan/compressed/zstd: golang.org/x/sys/cpu
scan/filesystem: github.com/dsoprea/go-exfat github.com/go-restruct/restruct
scan/labels: golang.org/x/text/width
scan/media/picture/three: golang.org/x/sys/cpu
scan/merkle: golang.org/x/sys/cpu
scan/pairs: golang.org/x/sys/cpu
scan/partitions/boot: github.com/ulikunitz/xz/lzma
scan/signature/archive: github.com/klauspost/compress/zstd
scan/text: golang.org/x/sys/cpu
`)

// thirdPartyInTests lists what test files import besides.
var thirdPartyInTests = parseRows(`
appliance: golang.org/x/sys/unix
appliance/console: golang.org/x/sys/unix
cases/checklists: github.com/BurntSushi/toml
cmd/mkbootimage: github.com/klauspost/compress/zstd github.com/u-root/u-root/pkg/cpio golang.org/x/sys/unix
cmd/shokyo: github.com/google/go-tpm github.com/rogpeppe/go-internal/testscript unsafe
custody/kmip: github.com/ovh/kmip-go // as a server, and as who makes and destroys keys
internal/golden: github.com/klauspost/compress
internal/guest: github.com/diskfs/go-diskfs
reports/sign: github.com/secure-systems-lab/go-securesystemslib/dsse golang.org/x/sys/unix
scan/compressed/lzma: github.com/ulikunitz/xz
scan/compressed/zstd: github.com/klauspost/compress/zstd
scan/filesystem: github.com/diskfs/go-diskfs
scan/keyschedule: unsafe // what Go keeps of a cipher
scan/look: golang.org/x/sys/unix // benchmarks
scan/text: golang.org/x/text/encoding
`)

// TestThirdParty: no package imports code of others that it may not, and none is
// allowed what it does not use.
func TestThirdParty(t *testing.T) {
	root, files := sourceFiles(t)
	used := map[[2]string]bool{} // package, with its ending for tests, and rule
	const inTests = " in tests"
	for _, file := range files {
		rel, _ := filepath.Rel(root, file)
		pkg := filepath.ToSlash(filepath.Dir(rel))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if !ofOthers(path) {
				continue
			}
			r, ok := within(thirdParty[pkg], path)
			key := pkg
			if !ok && strings.HasSuffix(file, "_test.go") {
				r, ok = within(thirdPartyInTests[pkg], path)
				key += inTests
			} else if strings.HasSuffix(file, "_test.go") {
				continue // the code has to use it
			}
			if !ok {
				t.Errorf("%s imports %s: package %s may not", rel, path, pkg)
			}
			used[[2]string{key, r}] = true
		}
	}
	for ending, table := range map[string]map[string][]string{"": thirdParty, inTests: thirdPartyInTests} {
		for pkg, rules := range table {
			for _, r := range rules {
				if !used[[2]string{pkg + ending, r}] {
					t.Errorf("%s%s may import %s, and does not", pkg, ending, r)
				}
			}
		}
	}
}

// ofOthers says whether a path is neither ours nor the standard library's, of which
// the first part has no dot.
func ofOthers(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path == "unsafe" || strings.Contains(first, ".") && !strings.HasPrefix(path, module)
}

// within is the rule that names a path or a folder above it.
func within(rules []string, path string) (rule string, ok bool) {
	for _, r := range rules {
		if path == r || strings.HasPrefix(path, r+"/") {
			return r, true
		}
	}
	return "", false
}

func TestOfOthers(t *testing.T) {
	for path, want := range map[string]bool{
		"os": false, "encoding/json": false, module + "scan": false, "unsafe": true,
		"golang.org/x/sys/unix": true, "charm.land/bubbletea/v2": true,
	} {
		if ofOthers(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
	if _, ok := within([]string{"golang.org/x/text"}, "golang.org/x/textile"); ok {
		t.Error("a rule is a folder, not the beginning of a name")
	}
}
