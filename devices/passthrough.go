package devices

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/scsi/cdb"
)

// This file is the only place that sends a command to a drive. The kernel's
// read-only flag does not stop pass-through commands, nor does a read-only
// descriptor: SG_IO carries a WRITE(10) through both. So each command has to be
// on the allow-list of its bus (the Permit functions), and the ioctls are asked
// for data from the drive or none, never for data to it.

// transport is the one-method interface of the bus packages.
type transport interface {
	Do(command, data []byte) (n int, status []byte, err error)
}

// commandTimeout is how long the kernel waits for one command. A drive that has
// to spin up takes about ten seconds.
const commandTimeout = 20 * time.Second

// errRefused marks a command that no allow-list has. It is a mistake in this
// program, never the drive's fault.
var errRefused = errors.New("refused: not on the list of commands that may be sent")

// permitCDB names a SCSI command block or an ATA command in one, if it may be sent.
func permitCDB(command []byte) (string, error) {
	if len(command) > 0 && (command[0] == 0x85 || command[0] == 0xA1) { // ATA PASS-THROUGH(16), (12): SAT-4 §12.2
		return onList(taskfile.Permit(command))
	}
	return onList(cdb.Permit(command))
}

func permitNVMe(sqe []byte) (string, error) { return onList(nvme.Permit(sqe)) }

func onList(name string, err error) (string, error) {
	if err != nil {
		return "", fmt.Errorf("%w: %w", errRefused, err)
	}
	return name, nil
}

// scsiGeneric sends command blocks by SG_IO (include/scsi/sg.h, version 3).
type scsiGeneric struct{ file *os.File }

// sgHeader is struct sg_io_hdr on 64-bit Linux: 88 bytes.
type sgHeader struct {
	interfaceID    int32
	direction      int32
	cmdLen         uint8
	maxSense       uint8
	iovecs         uint16
	dataLen        uint32
	data           unsafe.Pointer
	cmd            unsafe.Pointer
	sense          unsafe.Pointer
	timeout        uint32 // ms
	flags          uint32
	packID         int32
	_              [4]byte
	user           unsafe.Pointer
	status         uint8
	maskedStatus   uint8
	msgStatus      uint8
	senseWritten   uint8
	hostStatus     uint16
	driverStatus   uint16
	residual       int32
	duration, info uint32
}

const (
	ioctlSG     = 0x2285
	sgNoData    = -1 // SG_DXFER_NONE
	sgFromDrive = -3 // SG_DXFER_FROM_DEV
)

// Do implements the Transport of scsi and ata.
func (g scsiGeneric) Do(cdb, data []byte) (int, []byte, error) {
	if _, err := permitCDB(cdb); err != nil {
		return 0, nil, err
	}
	sense := make([]byte, 64)
	var pin runtime.Pinner
	defer pin.Unpin()
	h := &sgHeader{interfaceID: 'S', direction: sgNoData, cmdLen: uint8(len(cdb)), maxSense: uint8(len(sense)),
		cmd: pinned(&pin, cdb), sense: pinned(&pin, sense), timeout: uint32(commandTimeout.Milliseconds())}
	if len(data) > 0 {
		h.direction, h.dataLen, h.data = sgFromDrive, uint32(len(data)), pinned(&pin, data)
	}
	if err := ioctl(g.file, ioctlSG, unsafe.Pointer(h)); err != nil {
		return 0, nil, err
	}
	n := max(0, len(data)-int(max(h.residual, 0)))
	return n, h.senseData(sense), h.outcome()
}

// senseData gives the sense bytes; nil for success.
func (h *sgHeader) senseData(buf []byte) []byte {
	if n := min(int(h.senseWritten), len(buf)); n > 0 {
		return buf[:n]
	}
	return nil
}

// outcome tells apart what the drive said (sense) from what never reached it.
func (h *sgHeader) outcome() error {
	switch {
	case h.hostStatus == 0x03 || h.driverStatus&0x0f == 0x06: // DID_TIME_OUT; DRIVER_TIMEOUT before Linux 5.14
		return fmt.Errorf("the drive did not answer in time (host status %#x): %w", h.hostStatus, unix.ETIMEDOUT)
	case h.hostStatus == 0x01 || h.hostStatus == 0x04: // DID_NO_CONNECT, DID_BAD_TARGET
		return fmt.Errorf("the drive is not there (host status %#x): %w", h.hostStatus, unix.ENXIO)
	case h.hostStatus != 0 && h.senseWritten == 0:
		return fmt.Errorf("the adapter could not carry the command (host status %#x): %w", h.hostStatus, unix.EIO)
	case h.status == 0 || h.status == 0x02 && h.senseWritten > 0: // GOOD, CHECK CONDITION
		return nil
	case h.status == 0x02: // without sense data it would pass for success, and an empty buffer for data
		return fmt.Errorf("the drive reported an error and not which: %w", unix.EIO)
	case h.status == 0x18:
		return errors.New("another host has reserved the drive (reservation conflict)")
	}
	return fmt.Errorf("the drive refused by status %#02x (SAM-5 table 33)", h.status)
}

// nvmeAdmin sends admin commands by NVME_IOCTL_ADMIN_CMD (include/uapi/linux/nvme_ioctl.h).
type nvmeAdmin struct{ file *os.File }

// nvmePassthru is struct nvme_passthru_cmd: 72 bytes. Its first 64 follow the
// submission queue entry but for the pointers.
type nvmePassthru struct {
	opcode, flags uint8
	_             uint16
	nsid          uint32
	cdw2, cdw3    uint32
	metadata      uint64
	data          unsafe.Pointer
	metadataLen   uint32
	dataLen       uint32
	cdw           [6]uint32 // 10 to 15
	timeout       uint32    // ms
	result        uint32
}

const ioctlNVMeAdmin = 0xC0484E41

// Do implements the Transport of nvme.
func (a nvmeAdmin) Do(sqe, data []byte) (int, []byte, error) {
	if _, err := permitNVMe(sqe); err != nil {
		return 0, nil, err
	}
	if len(data) != nvme.Length(sqe) { // the drive writes as much as the command says
		return 0, nil, fmt.Errorf("%w: a buffer of %d bytes for an answer of %d", errRefused, len(data), nvme.Length(sqe))
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(sqe[4*i:]) }
	c := &nvmePassthru{opcode: sqe[0], flags: sqe[1], nsid: word(1), cdw2: word(2), cdw3: word(3),
		timeout: uint32(commandTimeout.Milliseconds())}
	for i := range c.cdw {
		c.cdw[i] = word(10 + i)
	}
	if len(data) > 0 {
		c.data, c.dataLen = pinned(&pin, data), uint32(len(data))
	}
	status, err := ioctlResult(a.file, ioctlNVMeAdmin, unsafe.Pointer(c))
	if err != nil {
		return 0, nil, err
	}
	if status != 0 {
		return 0, binary.LittleEndian.AppendUint16(nil, uint16(status)), nil
	}
	return len(data), nil, nil
}

// pinned gives the address of a buffer that the kernel will write to through a
// pointer in a struct, which the runtime does not follow.
func pinned(pin *runtime.Pinner, b []byte) unsafe.Pointer {
	p := unsafe.SliceData(b)
	pin.Pin(p)
	return unsafe.Pointer(p)
}

func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) error {
	_, err := ioctlResult(f, request, arg)
	return err
}

func ioctlResult(f *os.File, request uintptr, arg unsafe.Pointer) (result uintptr, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	var errno syscall.Errno
	err = conn.Control(func(fd uintptr) { result, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(arg)) })
	if err == nil && errno != 0 {
		err = ioctlError(errno)
	}
	return result, err
}

// ioctlError says what an error of the ioctl means for whoever asked the drive.
func ioctlError(errno syscall.Errno) error {
	switch errno {
	case unix.EPERM, unix.EACCES:
		return fmt.Errorf("asking the drive needs root (CAP_SYS_RAWIO, CAP_SYS_ADMIN): %w", errno)
	case unix.ENOTTY, unix.EINVAL:
		return fmt.Errorf("the kernel's driver passes no commands to this device: %w", errno)
	case unix.ENODEV, unix.ENXIO:
		return fmt.Errorf("the drive is not there any more: %w", errno)
	case unix.EINTR:
		// No signal ends these ioctls: it is how the NVMe driver says that it
		// cancelled the command (nvme_execute_rq), because it timed out or the
		// controller was reset. To repeat it would be to wait for ever.
		return fmt.Errorf("the drive did not answer in time: %w", unix.ETIMEDOUT)
	}
	return errno
}
