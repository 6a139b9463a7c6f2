// Package corpus knows files that were on a medium before it was erased, by their 512-byte sectors: a
// corpus is a sealed folder of hashes from which no file can be read back, and which is asked about every sector of a
// medium. What is found says which file a medium still shows, and how much of it.
//
// A sector is in the corpus if it is no fill and says enough to be told from chance (probative.go). It is
// probative if it occurs in one file alone; what several files share is in it too, without a file. A sector is known by two
// keyed hashes: the gate, a fast one of 64 bits, which is asked first (package filter), and the proof, HMAC-SHA-256
// cut to 128 bits, which decides. The key lies beside the folder and not in it: without it the folder tells how
// many files there are and how long, and no more (docs/corpus.md has the format and what a thief learns).
//
// build.go makes one, tables.go has its tables, open.go opens one and checks every byte of it, recall.go says what a search found. Another kind of
// evidence in hashes is another sealed folder (package sign); another rule for what is probative is
// a row in probative.go.
package corpus

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"path/filepath"
	"strings"
	"sync"

	"github.com/minio/highwayhash"

	"shokyo.dev/shokyo/internal/wholefile"
)

// Kind names the format of a corpus in its seal.
const Kind = "https://shokyo.dev/corpus/v1"

// SectorBytes is the unit that is hashed, counted from the beginning of a file and of the medium.
const SectorBytes = 512

// The files of a corpus, in the order in which its seal pins them.
const (
	descriptionFile = "corpus.json"
	filesFile       = "files.bin"
	namesFile       = "names.txt"
	sectorsFile     = "sectors.bin"
	filterFile      = "filter.bin"
)

var fileNames = []string{descriptionFile, filesFile, namesFile, sectorsFile, filterFile}

// Description is corpus.json.
type Description struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Names  string `json:"names"` // of the files: "hashed" or "plain"
	KeyID  string `json:"key_id"`
	Made   string `json:"made"` // UTC
	Tool   string `json:"tool"`
	Counts
}

// Counts say what became of the sectors of the files that were read.
type Counts struct {
	Files     int64 `json:"files"`
	Copies    int64 `json:"copies"`  // files that are another one over again
	Skipped   int64 `json:"skipped"` // links, devices and the like: they were not read
	Bytes     int64 `json:"bytes"`
	Sectors   int64 `json:"sectors"` // of all of them, copies included
	Fill      int64 `json:"fill"`    // left out: one value, or a short pattern
	Poor      int64 `json:"poor"`    // left out: they say too little
	Common    int64 `json:"common"`  // left out: in a set of what is common
	Repeated  int64 `json:"repeated"`
	Shared    int64 `json:"shared"`    // in several files: known, and not probative
	Probative int64 `json:"probative"` // what recall is a part of
}

const (
	NamesHashed = "hashed"
	NamesPlain  = "plain"
)

const (
	keyBytes   = 32
	proofBytes = 16
)

// keys are what the hashes of a corpus are made with.
type keys struct {
	id    string
	gate  []byte
	name  []byte
	proof sync.Pool // of hash.Hash
}

func newKeys(secret []byte) *keys {
	derive := func(what string) []byte {
		k, err := hkdf.Key(sha256.New, secret, nil, "shokyo corpus "+what, 32)
		if err != nil {
			panic(err) // 32 bytes can always be had
		}
		return k
	}
	proof := derive("proof")
	k := &keys{id: hex.EncodeToString(derive("id")[:16]), gate: derive("gate"), name: derive("name")}
	k.proof.New = func() any { return hmac.New(sha256.New, proof) }
	return k
}

func (k *keys) gateOf(sector []byte) uint64 { return highwayhash.Sum64(sector, k.gate) }

func (k *keys) proofOf(sector []byte) (out [proofBytes]byte) {
	h := k.proof.Get().(hash.Hash)
	h.Reset()
	h.Write(sector)
	var sum [sha256.Size]byte
	copy(out[:], h.Sum(sum[:0]))
	k.proof.Put(h)
	return out
}

// nameOf is what stands for a name that is not to be read.
func (k *keys) nameOf(name string) string {
	h := hmac.New(sha256.New, k.name)
	h.Write([]byte(name))
	return hex.EncodeToString(h.Sum(nil)[:proofBytes])
}

// KeyFile is where the key of a corpus lies: beside its folder.
func KeyFile(dir string) string { return filepath.Clean(dir) + ".key" }

func makeKey(path string) ([]byte, error) {
	secret := make([]byte, keyBytes)
	rand.Read(secret)
	text := "shokyo-corpus-key " + hex.EncodeToString(secret) + "\n"
	if err := wholefile.Create(path, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write the key of the corpus: %w", err)
	}
	return secret, nil
}

func readKey(path string) ([]byte, error) {
	b, err := wholefile.Read(path, 1024)
	if err != nil {
		return nil, fmt.Errorf("read the key of the corpus, which lies beside its folder: %w", err)
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(b)), "shokyo-corpus-key ")
	secret, err := hex.DecodeString(text)
	if !ok || err != nil || len(secret) != keyBytes {
		return nil, errors.New(path + " is not the key of a corpus") // what it holds may be a secret all the same
	}
	return secret, nil
}

func be64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }
