package statements

import (
	"cmp"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/scsi"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Drive is what is known of a medium: what the kernel shows of it, and what the
// drive said of itself when it was asked.
type Drive struct {
	kernel.Facts
	Bus   string   // "nvme", "ata", "scsi", "usb", "virtio", "mmc", "loop", "file", "other"
	Users []string // who has it in use, as a person reads it
	InUse answer.Answer

	WWN      string // NAA name of ATA and SCSI drives, hexadecimal
	EUI64    string // of an NVMe namespace
	NGUID    string // of an NVMe namespace
	Rotation Statement[RotationState]

	Hidden      Hidden // capacity that a scan does not reach
	Sanitize    Statement[SanitizeState]
	Security    Statement[SecurityState]
	Deallocated Statement[DeallocatedState]
	AfterErase  Statement[AfterEraseState]
	Written     Written

	WholeBytes int64 // of the whole drive, if this is a partition of it

	Details []Detail // every fact, one by one, with where it comes from
	Pages   []Page   // the commands and answers all this was decoded from
}

// WorldWideName is the first there is of the names no other drive has; empty if
// there is none.
func (d *Drive) WorldWideName() string { return cmp.Or(d.WWN, d.NGUID, d.EUI64, d.WWID) }

// Hidden is capacity behind a host protected area, a device configuration
// overlay, an accessible max address, or in no NVMe namespace.
type Hidden struct {
	Statement[HiddenState]
	Bytes int64 // at least so much, if hidden
}

func hiddenUnknown(why words.Text) Hidden { return Hidden{Statement: Stated(HiddenUnknown, why)} }

// Written is the drive's own count of what hosts wrote to it in its life.
type Written struct {
	Known     bool
	Name      string // of the counter
	Value     uint64
	UnitBytes int64 // 0: the vendor's
}

// Detail is one fact: its value, the page it was read from, or why it is not known.
type Detail struct {
	Name  string     // "nvme.sanitize.global_data_erased"
	Value string     // empty: not known
	From  string     // the page's name
	Why   words.Text // why it is not known
}

// Page is one command and what came back, as it went over the wire: evidence
// that another tool can decode again.
type Page struct {
	Bus     string // whose command it is: "nvme", "ata", "scsi"
	Name    string // the allow-list's name of it: "vpd-b1h"
	Command []byte // 64-byte submission queue entry, or command block
	Data    []byte
	Status  []byte // nil: success; SCSI sense, or the NVMe status field
	Error   string // why nothing came back; empty if something did
}

// Unasked knows nothing, and says why.
func Unasked(why words.Text) *Drive {
	return &Drive{Bus: kernel.BusOther, Rotation: Stated(RotationUnknown, why), Hidden: hiddenUnknown(why), Sanitize: Stated(SanitizeUnknown, why),
		Security: Stated(SecurityUnknown, why), Deallocated: Stated(DeallocatedUnknown, why), AfterErase: Stated(AfterEraseUnknown, why)}
}

// NotAsked says of everything that only the drive could have told why it is not known.
func (d *Drive) NotAsked(why words.Text) {
	fresh := Unasked(why)
	d.Hidden, d.Sanitize, d.Security, d.Deallocated, d.AfterErase = fresh.Hidden, fresh.Sanitize, fresh.Security, fresh.Deallocated, fresh.AfterErase
	if !d.Rotation.Known() {
		d.Rotation = fresh.Rotation
	}
}

// AskNVMe sends the questions of NVMe about a namespace, by its number.
func (d *Drive) AskNVMe(t nvme.Transport, nsid uint32) {
	d.fromNVMe(nvme.Collect(t, nsid), nsid, t)
}

// AskSCSI asks by SCSI commands, and then by ATA commands through them where an
// ATA drive sits behind a translator. Removable USB media are not sent ATA
// commands: some of their controllers hang on an operation code they do not
// know (udev's own rules draw the same line, 60-persistent-storage.rules).
func (d *Drive) AskSCSI(t scsi.Transport) {
	s := scsi.Collect(t)
	d.fromSCSI(s)
	l := scsiLocking(s)
	d.Security = l.statement()
	switch disk := s.Inquiry != nil && s.Inquiry.IsDisk(); {
	case !disk:
	case d.Bus == kernel.BusUSB && d.Removable != answer.No:
		d.ataNotAsked(drive.ATARemovable)
	case d.Bus == kernel.BusATA || d.Bus == kernel.BusUSB || s.ATA != nil:
		a := ata.Collect(t)
		d.fromATA(a)
		if l.found == nil && s.Discovery == nil { // an answer that is not understood is no lack of one
			l = ataLocking(a, t)
		}
		d.Security = lock(ataSecurity(a), l.statement())
	}
	d.locks(l)
}
