// Package runstate notes how far a call of shokyo scan is. The note lies beside the folder of its bundles, in memory, for
// the case that the program of the stick fails and is started again.
package runstate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/appliance/bundle"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/wholefile"
)

// State is what is known of a call.
type State struct {
	Started string // as in names of files
	Disks   []Disk
}

// Disk is what is known of one of its disks.
type Disk struct {
	Path, Model, Serial, Folder, Appearance string
	Bytes                                   int64
	Outcome                                 *core.Outcome // nil: not known yet
}

// Of notes a disk, the name of its folder on the stick, and what came of it.
func Of(d core.Disk, folder string, o *core.Outcome) Disk {
	return Disk{d.Path, d.Model, d.Serial, folder, d.Appearance, d.Bytes, o}
}

// Listed is the disk as it was listed.
func (d *Disk) Listed() core.Disk {
	return core.Disk{Path: d.Path, Model: d.Model, Serial: d.Serial, Bytes: d.Bytes, Size: bytesize.Drive(d.Bytes), Appearance: d.Appearance}
}

// ending makes the name of the note from that of the folder.
const ending = ".json"

// Write notes the state of the call whose bundles lie in a folder.
func (s *State) Write(out string) error {
	b, err := json.Marshal(s)
	if err == nil {
		err = save.AtOnce(out+ending, b)
	}
	if err != nil {
		return fmt.Errorf("note the state of the examination in memory: %w", err)
	}
	return nil
}

// Read gives what was noted of the call whose bundles lie in a folder.
func Read(out string) (s State, err error) {
	b, err := wholefile.Read(out+ending, bundle.MaxReport)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	return s, err
}

// Noted are the folders of all calls that were noted below one.
func Noted(dir string) (outs []string) {
	notes, _ := filepath.Glob(filepath.Join(dir, "*"+ending))
	for _, note := range notes {
		outs = append(outs, strings.TrimSuffix(note, ending))
	}
	return outs
}

// Forget removes what is left of calls of which all is on the stick.
func Forget(dir string) {
	for _, out := range Noted(dir) {
		bundles, _ := filepath.Glob(filepath.Join(out, "*", "report.json"))
		tables, _ := filepath.Glob(filepath.Join(out, "batch.*"))
		if len(bundles)+len(tables) == 0 {
			os.RemoveAll(out)
			os.Remove(out + ending)
		}
	}
}
