// Package job is what the host and the guest of package guest tell each other:
// a [Job] goes in as a file of the initramfs, a [Report] comes back in a tar
// archive on a scratch disk.
package job

// Path is where the guest's init finds its Job.
const Path = "/job.json"

// ScratchSerial is the serial number of the disk the tar archive is written to.
const ScratchSerial = "SCRATCH"

// ReportName and LogName are the archive's entries besides what Keep names.
const (
	ReportName = "report.json"
	LogName    = "kernel.log"
)

// Variable is set in the environment of every step: a test that needs the
// guest's drives can tell that it is in the guest. DiskVariable, followed by
// the name of a disk, has its path.
const (
	Variable     = "SHOKYO_GUEST"
	DiskVariable = "SHOKYO_DISK_"
)

// Job is what the guest is to do.
type Job struct {
	Modules []Module // in the order to be loaded
	Disks   []Disk   // waited for before the first step
	Steps   []Step   // one after the other, whatever becomes of them
	Keep    []string // folders that are brought back
}

// Module is a kernel module in the initramfs and its parameters.
type Module struct{ Path, Parameters string }

// Disk says how the guest recognises a disk: names such as sda depend on which
// driver was quicker.
type Disk struct {
	Name      string // how steps name it: "/dev/{Name}"
	Serial    string
	Namespace int  // of an NVMe controller; 0 for every other disk
	Absent    bool // not expected to appear: a namespace that is not attached
}

// Step is one program to run. In its arguments and environment "{disk}" is
// replaced by the kernel's name of the disk at that moment.
type Step struct {
	Name    string
	Argv    []string
	Env     []string
	Seconds int // limit; 0 means 60
}

// Outcome is what became of a step. The host judges it.
type Outcome struct {
	Name           string
	Argv           []string // as run
	Status         int      // exit status; -1: not started, or ended by a signal
	Error          string   // why Status is -1
	Stdout, Stderr []byte
	Millis         int64
}

// Sighting is a disk as the kernel showed it: by name, before the first step
// and after the last one.
type Sighting struct {
	Disk   string
	Kernel string // "" if it was never seen
	Before Attributes
	After  Attributes
}

// Attributes are files of /sys/block/NAME.
type Attributes struct {
	Size         string // 512-byte sectors
	LogicalBlock string
	ReadOnly     string // "0", "1"
	Rotational   string
	Writes       string // requests, sectors: fields 5 and 7 of stat (Documentation/block/stat.rst)
}

// Report is what the guest brings back.
type Report struct {
	Outcomes []Outcome
	Disks    []Sighting
	Problems []string // what init itself could not do
	Seconds  struct{ Modules, Disks, Steps float64 }
}
