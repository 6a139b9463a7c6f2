package guest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/internal/guest/job"
)

// Bus is how a disk is attached.
type Bus int

// Busses of [Disk]. Disks of bus NVMe that share a serial number are namespaces
// 1, 2, … of one controller.
const (
	NVMe Bus = iota
	AHCI
	VirtioSCSI
	USB // bulk-only transport
	UAS // USB attached SCSI
	VirtioBlk
	ByModule // made in the guest's memory by one of Modules (scsi_debug): Name and Serial only
)

// Disk is a disk of the guest. It is writable unless said otherwise: that
// nothing is written is for the program in the guest to see to.
type Disk struct {
	Name         string // how steps name it: "/dev/{Name}"
	Bus          Bus
	Image        string // a raw file of the host
	Serial       string // tells the disks apart: needed
	Vendor       string // of VirtioSCSI
	Model        string // of AHCI and VirtioSCSI
	WWN          uint64 // of AHCI and VirtioSCSI; EUI-64 of a namespace
	LogicalBlock int    // bytes; 0 means 512
	Rotation     int    // of AHCI and VirtioSCSI: 1 does not rotate, else turns a minute
	Removable    bool   // of VirtioSCSI and USB
	ReadOnly     bool
	Boot         bool // firmware starts from it
	Detached     bool // a namespace that exists and is not attached: no block device
	Empty        bool // of USB: a reader, of which the image is a card that is put in later
	// BadSectors cannot be read, each alone. They are counted in 512 bytes
	// whatever the logical block is.
	BadSectors []int64
}

// Machine is a computer to be emulated.
type Machine struct {
	Disks   []Disk
	Modules []string // besides those of the busses: "scsi_debug dev_size_mb=8"
	Files   []File
	Steps   []job.Step
	Keep    []string // folders of the guest that are brought back
	Append  string   // to the kernel's command line
}

// modules serve every Bus.
func (m Machine) modules() []string {
	all := []string{"nvme", "ahci", "sd_mod", "virtio_pci", "virtio_scsi", "virtio_blk", "xhci_pci", "usb_storage", "uas"}
	return append(all, m.Modules...)
}

// arguments is QEMU's command line to start a kernel directly.
func (m Machine) arguments(k bootimage.Kernel, initramfs, scratch, dir string) []string {
	args := append(emulation("q35"), "-m", "2048", "-nic", "none",
		"-kernel", k.Image(), "-initrd", initramfs, "-append", strings.TrimSpace("console=ttyS0 quiet panic=-1 rdinit=/init "+m.Append))
	m.Disks = append(slices.Clone(m.Disks), Disk{Bus: VirtioBlk, Image: scratch, Serial: job.ScratchSerial})
	return append(args, m.attached(dir)...)
}

// emulation is what every machine has. Acceleration is never used, not even
// where /dev/kvm exists: it may hang, and the guest must behave the same everywhere.
func emulation(chipset string) []string {
	return []string{"-machine", chipset, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2",
		"-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio"}
}

// attached are the disks and what they are attached to.
func (m Machine) attached(dir string) []string {
	args := []string{"-device", "virtio-scsi-pci,id=scsi", "-device", "qemu-xhci,id=xhci,p2=8,p3=8"}
	for i, d := range m.Disks {
		if d.Bus == ByModule {
			continue
		}
		args = append(args, m.controller(i)...)
		args = append(args, d.drive(i, dir)...)
		args = append(args, m.device(i, d)...)
	}
	return args
}

// drive describes the bytes behind a disk. blkdebug makes reads of chosen
// sectors fail (QEMU: docs/devel/blkdebug.txt). "unsafe" spares the host its
// flushes: an image lives no longer than the test.
func (d Disk) drive(i int, dir string) []string {
	if d.Empty {
		return []string{"-drive", "if=none,id=" + driveID(i)}
	}
	o := options{"if=none,id=" + driveID(i) + ",format=raw,cache=unsafe"}
	if len(d.BadSectors) == 0 {
		o.add("file", escape(d.Image))
	} else {
		o = options{"if=none,id=" + driveID(i) + ",driver=raw,cache=unsafe"}
		o.add("file.driver", "blkdebug")
		o.add("file.config", escape(d.faultFile(i, dir)))
		o.add("file.image.driver", "file")
		o.add("file.image.filename", escape(d.Image))
	}
	if d.ReadOnly {
		o.add("readonly", "on")
	}
	return []string{"-drive", o.String()}
}

func driveID(i int) string { return fmt.Sprintf("drive%d", i) }

func (d Disk) faultFile(i int, dir string) string {
	return filepath.Join(dir, fmt.Sprintf("faults%d.conf", i))
}

// faults is the configuration of blkdebug: one rule for each bad sector. Every
// read that touches one of them fails with EIO (5).
func (d Disk) faults() []byte {
	var b []byte
	for _, s := range d.BadSectors {
		b = fmt.Appendf(b, "[inject-error]\nevent = \"read_aio\"\nerrno = \"5\"\nsector = \"%d\"\n\n", s)
	}
	return b
}

// namespace is the number of an NVMe disk on its controller, and the name of that.
func (m Machine) namespace(i int) (number int, controller string) {
	for j, d := range m.Disks[:i+1] {
		if d.Bus == NVMe && d.Serial == m.Disks[i].Serial {
			if controller == "" {
				controller = fmt.Sprintf("nvme%d", j)
			}
			number++
		}
	}
	return number, controller
}

// controller makes the NVMe controller of disk i before its first namespace. A
// namespace can be detached only from a controller that belongs to a subsystem.
func (m Machine) controller(i int) []string {
	if m.Disks[i].Bus != NVMe {
		return nil
	}
	number, id := m.namespace(i)
	if number > 1 {
		return nil
	}
	serial := m.Disks[i].Serial
	o := options{"nvme,id=" + id}
	o.add("serial", serial)
	if !slices.ContainsFunc(m.Disks, func(d Disk) bool { return d.Detached && d.Serial == serial }) {
		return []string{"-device", o.String()}
	}
	o.add("subsys", "subsystem-"+id)
	return []string{"-device", "nvme-subsys,id=subsystem-" + id + ",nqn=" + id, "-device", o.String()}
}

// device attaches a drive.
func (m Machine) device(i int, d Disk) []string {
	var o options
	switch d.Bus {
	case NVMe:
		number, controller := m.namespace(i)
		o = options{fmt.Sprintf("nvme-ns,bus=%s,nsid=%d", controller, number)}
		o.addIf(d.WWN != 0, "eui64", fmt.Sprint(d.WWN))
		o.addIf(d.Detached, "detached", "on")
	case AHCI:
		o = options{fmt.Sprintf("ide-hd,bus=ide.%d,serial=%s", m.count(i, AHCI), d.Serial)}
		o.addIf(d.Model != "", "model", d.Model)
	case VirtioSCSI:
		o = options{"scsi-hd,bus=scsi.0,serial=" + d.Serial}
		o.addIf(d.Vendor != "", "vendor", d.Vendor)
		o.addIf(d.Model != "", "product", d.Model)
		o.addIf(d.Removable, "removable", "on")
	case USB:
		o = options{"usb-storage,bus=xhci.0,serial=" + d.Serial}
		o.addIf(d.Name != "", "id", d.Name) // to be pulled by
		o.addIf(d.Removable, "removable", "on")
	case UAS:
		uas := fmt.Sprintf("uas%d", i)
		o = options{"scsi-hd,bus=" + uas + ".0,serial=" + d.Serial}
		return m.attach(i, d, o, "-device", "usb-uas,bus=xhci.0,serial="+d.Serial+",id="+uas)
	case VirtioBlk:
		o = options{"virtio-blk-pci,serial=" + d.Serial}
	}
	return m.attach(i, d, o)
}

// attach adds what all kinds of disks have.
func (m Machine) attach(i int, d Disk, o options, before ...string) []string {
	o.add("drive", driveID(i))
	block := fmt.Sprint(cmp.Or(d.LogicalBlock, 512))
	o.add("logical_block_size", block)
	o.add("physical_block_size", block)
	o.addIf(d.Boot, "bootindex", "1")
	if d.Bus == AHCI || d.Bus == VirtioSCSI {
		o.addIf(d.WWN != 0, "wwn", fmt.Sprint(d.WWN))
		o.addIf(d.Rotation != 0, "rotation_rate", fmt.Sprint(d.Rotation))
	}
	return append(before, "-device", o.String())
}

// count is how many disks before i are on that bus.
func (m Machine) count(i int, bus Bus) (n int) {
	for _, d := range m.Disks[:i] {
		if d.Bus == bus {
			n++
		}
	}
	return n
}

// options is a value of QEMU's command line: "a,b=c".
type options []string

func (o *options) add(key, value string) { *o = append(*o, key+"="+value) }

func (o *options) addIf(given bool, key, value string) {
	if given {
		o.add(key, value)
	}
}

func (o options) String() string { return strings.Join(o, ",") }

// escape: a comma ends a value unless it is doubled.
func escape(path string) string { return strings.ReplaceAll(path, ",", ",,") }
