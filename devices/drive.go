package devices

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/scsi"
)

// How a drive is attached.
const (
	busNVMe   = "nvme"
	busATA    = "ata"
	busSCSI   = "scsi"
	busUSB    = "usb"
	busVirtio = "virtio"
	busMMC    = "mmc"
	busLoop   = "loop"
	busFile   = "file"
	busOther  = "other"
)

// Drive is what is known of a medium: what the kernel shows of it, and what the
// drive said of itself when it was asked.
type Drive struct {
	Facts
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

	wholeBytes int64 // of the whole drive, if this is a partition of it

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

func hiddenUnknown(why string) Hidden { return Hidden{Statement: stated(HiddenUnknown, why)} }

// Written is the drive's own count of what hosts wrote to it in its life.
type Written struct {
	Known     bool
	Name      string // of the counter
	Value     uint64
	UnitBytes int64 // 0: the vendor's
}

// Detail is one fact: its value, the page it was read from, or why it is not known.
type Detail struct {
	Name  string // "nvme.sanitize.global_data_erased"
	Value string // empty: not known
	From  string // the page's name
	Why   string // why it is not known
}

// describeBudget bounds the time for all questions to one drive.
const describeBudget = 60 * time.Second

// Describe asks a drive about itself. For a partition it asks the whole drive.
// It neither claims the device nor changes its read-only flag, so it can be used
// on a device in use. Whatever can not be found out is said to be unknown; only
// a path that names no medium is an error.
func Describe(path string) (*Drive, error) {
	st, err := stat(path)
	if err != nil {
		return nil, refuseSystem(path, err)
	}
	if err := refuseKind(path, st.Mode); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFREG {
		return describeFile(path, st), nil
	}
	return thisHost().describe(path, uint64(st.Rdev)), nil
}

// newDrive knows nothing, and says why.
func newDrive(why string) *Drive {
	return &Drive{Bus: busOther, Rotation: stated(RotationUnknown, why), Hidden: hiddenUnknown(why), Sanitize: stated(SanitizeUnknown, why),
		Security: stated(SecurityUnknown, why), Deallocated: stated(DeallocatedUnknown, why), AfterErase: stated(AfterEraseUnknown, why)}
}

func describeFile(path string, st *unix.Stat_t) *Drive {
	d := newDrive("an image file knows nothing of the drive it was made from")
	d.Facts = Facts{Path: path, Kind: File, SizeBytes: st.Size}
	d.Bus = busFile
	return d
}

// describe adds to what sysfs shows what the drive itself says.
func (h host) describe(path string, dev uint64) *Drive {
	d := h.shown(path, dev)
	if n, err := h.node(dev); err == nil && hasCommands(d.Bus) {
		h.askDrive(d, n)
	}
	return d
}

// shown is what the kernel knows without asking the drive.
func (h host) shown(path string, dev uint64) *Drive {
	d := newDrive("the kernel's driver passes no commands to this device")
	n, err := h.node(dev)
	if err != nil {
		d.Facts = Facts{Path: path, Kind: BlockDevice}
		return d
	}
	d.Facts = h.facts(dev)
	d.Path, d.Kind = path, BlockDevice
	d.SizeBytes = n.number("size", n.dir) * 512 // Documentation/ABI/stable/sysfs-block: in sectors of 512
	d.wholeBytes = n.number("size", n.disk) * 512
	d.LogicalBlockBytes = int(n.number("queue/logical_block_size", n.disk))
	d.PhysicalBlockBytes = int(n.number("queue/physical_block_size", n.disk))
	d.ReadOnlyFlag = n.answerIn(n.dir, "ro")
	d.Bus = n.bus()
	d.Rotation = d.rotationByKernel()
	d.Users, d.InUse = h.usedBy(dev), answer.No
	if len(d.Users) > 0 {
		d.InUse = answer.Yes
	}
	return d
}

// hasCommands says whether drives on a bus can be asked. Optical drives and card
// slots sit on the same buses; ask looks what it has before it.
func hasCommands(bus string) bool {
	return bus == busNVMe || bus == busATA || bus == busSCSI || bus == busUSB
}

// rotationByKernel is the queue's flag, which virtual and USB disks get wrong.
func (d *Drive) rotationByKernel() Statement[RotationState] {
	if d.Bus == busNVMe || d.Bus == busMMC {
		return stated(SolidState, "flash by its interface")
	}
	return stated(RotationUnknown, "the drive was not asked, and the kernel's guess is often wrong")
}

// askDrive opens the whole drive once more, for commands only.
func (h host) askDrive(d *Drive, n node) {
	f, err := h.openWhole(n)
	if err != nil {
		d.notAsked(fmt.Sprintf("the drive could not be opened to be asked: %v", err))
		return
	}
	defer f.Close()
	if d.Bus == busNVMe {
		d.ask(newRecorder(busNVMe, nvmeAdmin{f}, permitNVMe), uint32(n.number("nsid", n.disk)))
	} else {
		d.ask(newRecorder(busSCSI, scsiGeneric{f}, permitCDB), 0)
	}
}

// openWhole opens the node of the whole drive under /dev, after a look that it
// is the device that sysfs means.
func (h host) openWhole(n node) (*os.File, error) {
	path := filepath.Join("/dev", filepath.Base(n.disk))
	f, err := openReadOnly(path, 0)
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		f.Close()
		return nil, err
	}
	if want := readLine(filepath.Join(n.disk, "dev")); want != fmt.Sprintf("%d:%d", unix.Major(uint64(st.Rdev)), unix.Minor(uint64(st.Rdev))) {
		f.Close()
		return nil, fmt.Errorf("%s is not the device with the number %s", path, want)
	}
	return f, nil
}

// notAsked says of everything that only the drive could have told why it is not known.
func (d *Drive) notAsked(why string) {
	fresh := newDrive(why)
	d.Hidden, d.Sanitize, d.Security, d.Deallocated, d.AfterErase = fresh.Hidden, fresh.Sanitize, fresh.Security, fresh.Deallocated, fresh.AfterErase
	if !d.Rotation.Known() {
		d.Rotation = fresh.Rotation
	}
}

// ask sends the questions of the bus; nsid is an NVMe namespace's number.
func (d *Drive) ask(r *recorder, nsid uint32) {
	if r.bus == busNVMe {
		d.fromNVMe(nvme.Collect(r, nsid), nsid, r)
	} else {
		d.askSCSI(r)
	}
	d.Pages = r.pages
}

// askSCSI asks by SCSI commands, and then by ATA commands through them where an
// ATA drive sits behind a translator. Removable USB media are not sent ATA
// commands: some of their controllers hang on an operation code they do not
// know (udev's own rules draw the same line, 60-persistent-storage.rules).
func (d *Drive) askSCSI(r *recorder) {
	s := scsi.Collect(r)
	d.fromSCSI(s)
	l := scsiLocking(s)
	d.Security = l.statement()
	switch disk := s.Inquiry != nil && s.Inquiry.IsDisk(); {
	case !disk:
	case d.Bus == busUSB && d.Removable != answer.No:
		d.ataNotAsked("a removable USB medium: ATA commands are not sent to it, because some hang on them")
	case d.Bus == busATA || d.Bus == busUSB || s.ATA != nil:
		a := ata.Collect(r)
		d.fromATA(a)
		if l.found == nil && s.Discovery == nil { // an answer that is not understood is no lack of one
			l = ataLocking(a, r)
		}
		d.Security = lock(ataSecurity(a), l.statement())
	}
	d.locks(l)
}
