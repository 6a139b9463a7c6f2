package devices

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/scsi"
	"shokyo.dev/shokyo/devices/scsi/cdb"
)

// sectors reads a drive whose sectors the kernel's block layer does not take:
// array disks are formatted to 520, 524 or 528 bytes. The kernel gives such a
// drive no size, but still carries commands to it; so it is read by READ(16)
// (SBC-4 §5.20), as it is. Formatting it to 512 bytes, as is often advised,
// destroys the evidence.
type sectors struct {
	to     transport
	bytes  int // of one sector
	count  int64
	window int // sectors in one command
}

// maxTransfer is what every host adapter takes in one command.
const maxTransfer = 128 << 10

// odd says whether the block layer can not take sectors of this size.
func odd(blockBytes int64) bool {
	return blockBytes > 512 && blockBytes <= 8192 && blockBytes&(blockBytes-1) != 0
}

// newSectors asks a drive that has no size by the kernel whether its sectors are
// the reason; nil if not.
func newSectors(t transport) *sectors {
	page := make([]byte, 32)
	n, status, err := t.Do(cdb.ReadCapacity16(uint32(len(page))), page)
	if err != nil || status != nil {
		return nil
	}
	c, err := scsi.ParseCapacity16(page[:min(max(n, 0), len(page))])
	if err != nil || !odd(int64(c.BlockBytes)) || c.Blocks == 0 || c.Blocks > 1<<48 {
		return nil
	}
	size := int(c.BlockBytes)
	return &sectors{to: t, bytes: size, count: int64(c.Blocks), window: maxTransfer / size}
}

func (s *sectors) size() int64 { return s.count * int64(s.bytes) }

// read fills some of p from byte off: whole sectors straight into it, a part of
// one through a buffer.
func (s *sectors) read(p []byte, off int64) (int, error) {
	lba, skip := off/int64(s.bytes), int(off%int64(s.bytes))
	if skip == 0 && len(p) >= s.bytes {
		return s.command(p, lba, min(len(p)/s.bytes, s.window))
	}
	one := make([]byte, s.bytes)
	n, err := s.command(one, lba, 1)
	if n <= skip {
		return 0, err
	}
	return copy(p, one[skip:n]), err
}

func (s *sectors) command(p []byte, lba int64, n int) (int, error) {
	p = p[:n*s.bytes]
	came, status, err := s.to.Do(cdb.Read16(uint64(lba), uint32(n)), p)
	switch {
	case err != nil:
		return 0, err
	case len(status) > 0 && !recovered(status):
		return 0, senseError(status)
	case came < s.bytes: // no end of the medium, whose size is known
		return 0, fmt.Errorf("%d bytes came of a sector of %d: %w", came, s.bytes, unix.EIO)
	}
	return came / s.bytes * s.bytes, nil
}

// recovered says that the drive read the data, if with some trouble (SPC-5,
// RECOVERED ERROR). A deferred error is about an earlier command, and this one
// was not carried out.
func recovered(status []byte) bool {
	sense, err := cdb.ParseSense(status)
	return err == nil && sense.Key <= cdb.RecoveredError && !sense.Deferred
}

// senseError is the system's error for what a drive said of a read, so that the
// engine sees the same errors as from the block layer.
func senseError(status []byte) error {
	sense, err := cdb.ParseSense(status)
	code := unix.EIO
	switch {
	case err != nil:
	case sense.Code>>8 == 0x10: // protection information check failed
		code = unix.EILSEQ
	case sense.Key == cdb.MediumError:
		code = unix.ENODATA
	}
	return fmt.Errorf("%s: %w", cdb.SenseText(status), code)
}

// openSectors asks a device without a size whether it is such a drive.
func (m *Medium) openSectors(f *os.File) bool {
	m.sectors = newSectors(newRecorder(kernel.BusSCSI, scsiGeneric{f}, permitCDB))
	return m.sectors != nil
}
