package devices

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/words/drive"
)

// describeBudget bounds the time for all questions to one drive.
const describeBudget = 60 * time.Second

// Describe asks a drive about itself. For a partition it asks the whole drive.
// It neither claims the device nor changes its read-only flag, so it can be used
// on a device in use. Whatever can not be found out is said to be unknown; only
// a path that names no medium is an error.
func Describe(path string) (*statements.Drive, error) {
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
	return describe(kernel.ThisHost(), path, uint64(st.Rdev)), nil
}

func describeFile(path string, st *unix.Stat_t) *statements.Drive {
	d := statements.Unasked(drive.ImageFile)
	d.Facts = kernel.Facts{Path: path, Kind: kernel.File, SizeBytes: st.Size}
	d.Bus = kernel.BusFile
	return d
}

// describe adds to what sysfs shows what the drive itself says.
func describe(h kernel.Host, path string, dev uint64) *statements.Drive {
	d := shown(h, path, dev)
	if n, err := h.Node(dev); err == nil && hasCommands(d.Bus) {
		askDrive(d, n)
	}
	return d
}

// shown is what the kernel knows without asking the drive.
func shown(h kernel.Host, path string, dev uint64) *statements.Drive {
	d := statements.Unasked(drive.NoCommands)
	n, err := h.Node(dev)
	if err != nil {
		d.Facts = kernel.Facts{Path: path, Kind: kernel.BlockDevice}
		return d
	}
	d.Facts = h.Facts(dev)
	d.Path, d.Kind = path, kernel.BlockDevice
	d.SizeBytes = n.Number("size", n.Dir) * 512 // Documentation/ABI/stable/sysfs-block: in sectors of 512
	d.WholeBytes = n.Number("size", n.Disk) * 512
	d.LogicalBlockBytes = int(n.Number("queue/logical_block_size", n.Disk))
	d.PhysicalBlockBytes = int(n.Number("queue/physical_block_size", n.Disk))
	d.ReadOnlyFlag = n.AnswerIn(n.Dir, "ro")
	d.Bus = n.Bus()
	d.Rotation = rotationByBus(d.Bus)
	d.Users, d.InUse = h.UsedBy(dev), answer.No
	if len(d.Users) > 0 {
		d.InUse = answer.Yes
	}
	return d
}

// hasCommands says whether drives on a bus can be asked. Optical drives and card
// slots sit on the same buses; ask looks what it has before it.
func hasCommands(bus string) bool {
	return bus == kernel.BusNVMe || bus == kernel.BusATA || bus == kernel.BusSCSI || bus == kernel.BusUSB
}

// rotationByBus leaves out the queue's flag, which virtual and USB disks get wrong.
func rotationByBus(bus string) statements.Statement[statements.RotationState] {
	if bus == kernel.BusNVMe || bus == kernel.BusMMC {
		return statements.Stated(statements.SolidState, drive.Flash)
	}
	return statements.Stated(statements.RotationUnknown, drive.KernelGuess)
}

// askDrive opens the whole drive once more, for commands only.
func askDrive(d *statements.Drive, n kernel.Node) {
	f, err := openWhole(n)
	if err != nil {
		d.NotAsked(drive.NotOpened.Say(err))
		return
	}
	defer f.Close()
	if d.Bus == kernel.BusNVMe {
		ask(d, newRecorder(kernel.BusNVMe, nvmeAdmin{f}, permitNVMe), uint32(n.Number("nsid", n.Disk)))
	} else {
		ask(d, newRecorder(kernel.BusSCSI, scsiGeneric{f}, permitCDB), 0)
	}
}

// openWhole opens the node of the whole drive under /dev, after a look that it
// is the device that sysfs means.
func openWhole(n kernel.Node) (*os.File, error) {
	path := filepath.Join("/dev", filepath.Base(n.Disk))
	f, err := openReadOnly(path, 0)
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		f.Close()
		return nil, err
	}
	if want := kernel.ReadLine(filepath.Join(n.Disk, "dev")); want != fmt.Sprintf("%d:%d", unix.Major(uint64(st.Rdev)), unix.Minor(uint64(st.Rdev))) {
		f.Close()
		return nil, fmt.Errorf("%s is not the device with the number %s", path, want)
	}
	return f, nil
}

// ask sends the questions of the bus, and keeps what went over the wire; nsid is an
// NVMe namespace's number.
func ask(d *statements.Drive, r *recorder, nsid uint32) {
	if r.bus == kernel.BusNVMe {
		d.AskNVMe(r, nsid)
	} else {
		d.AskSCSI(r)
	}
	d.Pages = r.pages
}
