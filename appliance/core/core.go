// Package core is what the parts of the appliance tell each other: what a front end can
// ask for, the disks that there are, and what came of each.
package core

import (
	"context"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/stick"
)

// Core is all that a front end of the appliance can ask for: the console, which
// a person drives, and the unattended run, which a job file drives. Neither
// touches a device or the evidence partition itself.
type Core interface {
	// Disks lists the whole disks that are attached, the stick among them.
	Disks(ctx context.Context) ([]Disk, error)
	// Examine examines disks at the same time and saves each report when it is
	// there. It returns when all are done; done is called once for each disk.
	// Neither function is called by two goroutines at once.
	Examine(ctx context.Context, disks []Disk, s Settings, progress func(Progress), done func(Outcome)) error
	// Save tries again to save what is not on the stick yet, and gives all of it.
	Save(ctx context.Context) []Outcome
	// Evidence says how many bytes are free on the stick, or why nothing can be saved.
	Evidence() (free int64, err error)
	// TakeOtherStick has the stick used that is there, in place of the one that the
	// computer was started from: [ErrOtherStick] was what Evidence said.
	TakeOtherStick() error
	// LabIdentity is the signing identity on the stick, whose private key is encrypted.
	LabIdentity() (name string, exists bool)
	MakeLabIdentity(name, passphrase string) error
	// CheckPassphrase says what is wrong with the lab identity's passphrase.
	CheckPassphrase(passphrase string) error
	// Log adds a line to the log, which goes to the serial console and the stick.
	Log(line string)
	// PowerOff and Reboot write out what there is and do not return on a real machine.
	PowerOff()
	Reboot()
}

// Disk is a disk as shokyo devices describes it. All text in it came from the
// disk, reduced to printable ASCII.
type Disk struct {
	Path, Model, Serial, Bus, Size, Health, InUse string
	Bytes                                         int64
	Stick                                         bool     // carries the evidence: never offered
	Notes                                         []string // hidden capacity, locks, sanitize: in plain words
	Appearance                                    string   // tells it from another at this path later; "": not known
	Removable                                     bool     // the medium can be taken out of it
}

// Empty says whether it is a drive or reader in which no medium is. One that has its
// medium for good and gives no size is dead.
func (d *Disk) Empty() bool { return d.Bytes == 0 && d.Removable }

// Name is how a disk is told from others.
func (d *Disk) Name() string {
	name := strings.Join(strings.Fields(d.Model+" "+d.Serial), " ")
	if name == "" {
		return stick.Nameless.Say(d.Size).EN
	}
	return name
}

// FileName is a disk's serial number as far as every file system takes it, or the
// name of its device.
func (d *Disk) FileName() string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, d.Serial)
	if strings.Trim(name, "_") == "" {
		return filepath.Base(d.Path)
	}
	return name[:min(len(name), 40)]
}

// Same compares a disk as it was listed with one as its report has it. One that
// answers late is listed with a part of its model, and one of 520-byte sectors with
// its checksums: where there is a serial number the size does not count.
func Same(listed, is Disk) bool {
	if listed.Serial != "" || is.Serial != "" {
		part := strings.Contains(listed.Model, is.Model) || strings.Contains(is.Model, listed.Model)
		return listed.Serial == is.Serial && part
	}
	return listed.Model == is.Model && listed.Bytes == is.Bytes
}

// Settings are what a person or a job chooses for an examination.
type Settings struct {
	Mode                                 string // "full", "nist-800-88r1", "random:0.10"
	Depth                                string // "deep", "quick"; "": deep
	Operator, Case, Customer, Site, Note string
	Identity                             string // ThrowAway or Lab
	Passphrase                           string // of the lab identity
}

// Which key a report is signed with.
const (
	ThrowAway = "throw-away"
	Lab       = "lab"
)

// Progress is how far an examination is.
type Progress struct {
	Source              string
	Phase               exchange.Phase
	Done, Planned       int64
	PerSecond           int64
	SecondsLeft         int64 // -1: unknown
	Residue, Unreadable int64
	Map                 string // 64 characters, the worst class of each 64th
}

// StoppedByPerson is the Error of what somebody did not want to be examined to the end.
var StoppedByPerson = stick.Stopped.EN

// Outcome is what came of the examination of one disk.
type Outcome struct {
	Source, Model, Serial string // of the disk; another may have its path by now
	Verdict               exchange.Verdict
	Claim                 exchange.Claim
	Scope                 string // what the verdict is about, where it is not the whole disk
	Reasons               []string
	Error                 string // why there is no verdict
	Bundle                string // where it was made, in memory
	Saved                 string // the folder on the stick; "" if it is not there
	SaveError             string
}

// Answer is the verdict with what it is about, if that is not the whole disk.
func (o *Outcome) Answer() string {
	switch {
	case o.Verdict == exchange.VerdictUnknown:
		return stick.UnknownVerdict.EN
	case o.Scope == "":
		return o.Verdict.String()
	}
	return stick.AnswerIn.Say(o.Verdict, o.Scope).EN
}
