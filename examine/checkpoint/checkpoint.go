// Package checkpoint keeps what an interrupted examination is gone on from, and the room in
// the output folder for that and for the report.
//
// A field that is added must be nothing in older checkpoints, or the number in magic goes up.
package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/verdict"
)

// Checkpoint is what an interrupted examination leaves beside its bundle-to-be:
// DIR/NAME.checkpoint. The first line holds the SHA-256 of the rest.
type Checkpoint struct {
	ID            string
	Medium        Medium
	Format        string // that was stated; empty: found out
	Started       time.Time
	Saved         time.Time
	AtByte        int64
	Seed          [32]byte
	Interruptions []build.Pause
	Before        []written.State  // of each file of the medium when it was first opened
	OddTrailers   bool             // a checksum beside the data was read that is none
	Foreseen      []verdict.Reason `json:",omitempty"` // that were known before reading
	Engine        json.RawMessage  // scan's own
}

// Medium is what must be the same for an examination to go on.
type Medium struct {
	Model, Serial string
	Name          string // world-wide name, of drives that have one
	Size          int64
}

// Anonymous says that another drive of the make has the same.
func (m Medium) Anonymous() bool { return m.Serial == "" && m.Name == "" }

func (m Medium) String() string {
	return fmt.Sprintf("model %q, serial number %q, world-wide name %q, %d bytes", m.Model, m.Serial, m.Name, m.Size)
}

// The number goes up when the format changes: a checkpoint of another version is
// not damaged, but of no use.
const (
	word  = "shokyo checkpoint "
	magic = word + "3 sha256 "
)

// Save writes the checkpoint whole or not at all: a crash leaves the old one.
func (c *Checkpoint) Save(path string) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	var file bytes.Buffer
	fmt.Fprintf(&file, "%s%x\n", magic, sum)
	file.Write(body)
	unfinished := path + ".new"
	os.Remove(unfinished) // left by a crash; nobody else has this one, for the examination holds the lock
	if err := wholefile.Replace(path, unfinished, file.Bytes(), 0o600); err != nil {
		return fmt.Errorf("save the checkpoint: %w", err)
	}
	return nil
}

// Load reads one back; nil without an error when there is none.
func Load(path string) (*Checkpoint, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	head, body, _ := bytes.Cut(b, []byte("\n"))
	sum := sha256.Sum256(body)
	if bytes.HasPrefix(head, []byte(word)) && !bytes.HasPrefix(head, []byte(magic)) {
		return nil, fmt.Errorf("the checkpoint %s was made by another version of shokyo: go on with that one, or remove it and examine from the start", path)
	}
	if string(head) != magic+hex.EncodeToString(sum[:]) {
		return nil, fmt.Errorf("the checkpoint %s is damaged and cannot be trusted: remove it and examine from the start", path)
	}
	c := &Checkpoint{}
	if err := json.Unmarshal(body, c); err != nil {
		return nil, fmt.Errorf("read the checkpoint %s: %w", path, err)
	}
	if len(c.Foreseen) == 0 {
		c.Foreseen = foreseenInPlan(c.Engine)
	}
	return c, nil
}

// foreseenInPlan is what was known before reading in a checkpoint in which it still lay in
// the engine's plan: what speaks against a clean verdict, then what is remarked.
func foreseenInPlan(engine json.RawMessage) []verdict.Reason {
	var old struct {
		Plan struct{ Caveats, Remarks []verdict.Reason }
	}
	if json.Unmarshal(engine, &old) != nil { // the engine says what is wrong with it
		return nil
	}
	return append(old.Plan.Caveats, old.Plan.Remarks...)
}
