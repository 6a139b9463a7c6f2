// Package canary makes files that are stored on a medium before it is erased, so that they can be searched for after it: an
// invented register in the formats and character sets in which real ones are kept, and the corpus of them. Whoever finds one of their sectors has
// proven that something is left; not finding them on the medium and finding them on a control is evidence of the erasure. The same seed gives
// the same files, from the same version of shokyo. A format is added in internal/disktest/files.
package canary

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/canonical"
)

// What lies in the folder.
const (
	FilesFolder  = "files"  // to be stored
	CorpusFolder = "corpus" // its key lies beside it
	ListFile     = "canaries.json"
)

// List is canaries.json: what was made, and how it can be made again.
type List struct {
	Schema string `json:"schema"`
	Seed   string `json:"seed"` // 64 hexadecimal digits
	Tool   string `json:"tool"`
	Made   string `json:"made"`
	Corpus string `json:"corpus_id"`
	Files  []File `json:"files"`
}

// File is one that is to be stored.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// NewSeed is one that nobody can guess.
func NewSeed() string {
	b := make([]byte, 32)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Make writes the files of a seed and the corpus of them into a folder that is empty or new.
func Make(ctx context.Context, dir, name, seed, tool string, now time.Time, id identity.Identity) (*List, *corpus.Description, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, nil, fmt.Errorf("%s holds other things: give an empty or a new folder", dir)
	}
	l := &List{Schema: "https://shokyo.dev/canaries/v1", Seed: seed, Tool: tool, Made: now.UTC().Format(time.RFC3339)}
	for _, c := range files.Canaries(seed) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		b := c.Make()
		path := filepath.Join(dir, FilesFolder, filepath.FromSlash(c.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, nil, fmt.Errorf("make the canaries: %w", err)
		}
		if err := wholefile.Create(path, b, 0o644); err != nil {
			return nil, nil, fmt.Errorf("make the canaries: %w", err)
		}
		sum := sha256.Sum256(b)
		l.Files = append(l.Files, File{c.Name, int64(len(b)), hex.EncodeToString(sum[:])})
	}
	// Nobody is named in them, so their names are plain.
	m := &corpus.Making{Sources: []string{filepath.Join(dir, FilesFolder)}, Name: name, Plain: true, Tool: tool, Now: now}
	d, err := corpus.Build(ctx, m, filepath.Join(dir, CorpusFolder), id)
	if err != nil {
		return nil, nil, err
	}
	l.Corpus = d.ID
	return l, d, wholefile.Create(filepath.Join(dir, ListFile), canonical.Document(l), 0o600)
}
