package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/verdict"
)

// checkpoint is what an interrupted examination leaves beside its bundle-to-be:
// DIR/NAME.checkpoint. The first line holds the SHA-256 of the rest.
type checkpoint struct {
	ID            string
	Medium        mediumID
	Format        string // that was stated; empty: found out
	Started       time.Time
	Saved         time.Time
	AtByte        int64
	Seed          [32]byte
	Interruptions []build.Pause
	Before        []devices.State  // of each file of the medium when it was first opened
	OddTrailers   bool             // a checksum beside the data was read that is none
	Foreseen      []verdict.Reason `json:",omitempty"` // that were known before reading
	Engine        json.RawMessage  // scan's own
}

// mediumID is what must be the same for an examination to go on.
type mediumID struct {
	Model, Serial string
	Name          string // world-wide name, of drives that have one
	Size          int64
}

// anonymous says that another drive of the make has the same.
func (m mediumID) anonymous() bool { return m.Serial == "" && m.Name == "" }

func (m mediumID) String() string {
	return fmt.Sprintf("model %q, serial number %q, world-wide name %q, %d bytes", m.Model, m.Serial, m.Name, m.Size)
}

// The number goes up when the format changes: a checkpoint of another version is
// not damaged, but of no use.
const (
	checkpointWord  = "shokyo checkpoint "
	checkpointMagic = checkpointWord + "2 sha256 "
)

// save writes the checkpoint whole or not at all: a crash leaves the old one.
func (c *checkpoint) save(path string) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	var file bytes.Buffer
	fmt.Fprintf(&file, "%s%x\n", checkpointMagic, sum)
	file.Write(body)
	unfinished := path + ".new"
	os.Remove(unfinished) // left by a crash; nobody else has this one, for the examination holds the lock
	if err := wholefile.Replace(path, unfinished, file.Bytes(), 0o600); err != nil {
		return fmt.Errorf("save the checkpoint: %w", err)
	}
	return nil
}

// loadCheckpoint reads one back; nil without an error when there is none.
func loadCheckpoint(path string) (*checkpoint, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	head, body, _ := bytes.Cut(b, []byte("\n"))
	sum := sha256.Sum256(body)
	if bytes.HasPrefix(head, []byte(checkpointWord)) && !bytes.HasPrefix(head, []byte(checkpointMagic)) {
		return nil, fmt.Errorf("the checkpoint %s was made by another version of shokyo: go on with that one, or remove it and examine from the start", path)
	}
	if string(head) != checkpointMagic+hex.EncodeToString(sum[:]) {
		return nil, fmt.Errorf("the checkpoint %s is damaged and cannot be trusted: remove it and examine from the start", path)
	}
	c := &checkpoint{}
	if err := json.Unmarshal(body, c); err != nil {
		return nil, fmt.Errorf("read the checkpoint %s: %w", path, err)
	}
	return c, nil
}

// reserve is room that is kept free for the checkpoint and the bundle: an
// examination of days must not be lost because its report has no place.
type reserve struct {
	path string
	file *os.File
}

// reserveBytes covers the largest checkpoint and the largest bundle: 22 MiB of
// regions, findings and explanations, and of a drive 6 MiB of answers and 10 MiB
// of facts, if it tries hard.
const reserveBytes = 48 << 20

// newReserve takes the room, or says at once that there is none. It also holds a
// lock, so that no second examination writes to the same bundle. It follows no
// link and touches no file that has another name: what lies there may be evidence.
func newReserve(path string) (*reserve, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write to the output folder: %w", err)
	}
	r := &reserve{path, f}
	fd := int(f.Fd())
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink > 1 {
		f.Close()
		return nil, fmt.Errorf("%s is no file of ours: remove it or choose another --out", path)
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another examination is writing to %s: %w", strings.TrimSuffix(path, reserveSuffix), err)
	}
	err = unix.Fallocate(fd, 0, 0, reserveBytes)
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) { // FAT, some network file systems: no promise to be had
		r.close()
		return nil, fmt.Errorf("keep %s free for the report in %s: %w; make room or choose another --out", humanSize(reserveBytes), filepath.Dir(path), err)
	}
	return r, nil
}

// reserveSuffix is longer than those of all other files that are made beside a
// bundle, so that a name too long for them is noticed at the start.
const reserveSuffix = ".checkpoint.reserved"

// release gives the room to whoever writes next. It may be called again.
func (r *reserve) release() { r.file.Truncate(0) }

// close gives up the lock as well.
func (r *reserve) close() {
	os.Remove(r.path)
	r.file.Close()
}
