package attest

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// The event log says what was measured; the TPM only knows the sum. It is not
// signed, but replaying it must give the values of the PCRs. Its format is that of
// TCG PC Client Platform Firmware Profile 1.05, 10.2: a first event in the old
// SHA-1 layout that names the digests, then TCG_PCR_EVENT2 structures. All numbers
// are little-endian.

const (
	evNoAction  = 3 // 10.4.1: informs, is not extended
	sha1Size    = 20
	maxBanks    = 16
	specIDEvent = "Spec ID Event03\x00"
)

// logCursor reads the log; after the first error it gives zeros.
type logCursor struct{ cursor }

func (c *logCursor) word() uint32 {
	b := c.take(4)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}

func (c *logCursor) half() uint16 {
	b := c.take(2)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint16(b)
}

// bank is a digest that every event has.
type bank struct{ algorithm, size uint16 }

// replay gives the PCRs of the SHA-256 bank as the log would have them.
func replay(log []byte) (pcrs [24][32]byte, err error) {
	if len(log) > MaxEventLog {
		return pcrs, fmt.Errorf("it has %d bytes, at most %d are read", len(log), MaxEventLog)
	}
	c := &logCursor{cursor{rest: log}}
	banks := c.header()
	for c.err == nil && len(c.rest) > 0 {
		c.event(banks, &pcrs)
	}
	return pcrs, c.err
}

// header reads the first event, TCG_PCR_EVENT with TCG_EfiSpecIDEvent (10.4.5.1).
func (c *logCursor) header() (banks []bank) {
	pcr, kind := c.word(), c.word()
	c.take(sha1Size)
	body := &logCursor{cursor{rest: c.take(int(c.word()))}}
	if c.err != nil {
		return nil
	}
	if pcr != 0 || kind != evNoAction || string(body.take(len(specIDEvent))) != specIDEvent {
		c.err = errors.New("it does not begin with a Spec ID event")
		return nil
	}
	body.take(8) // platform class, version, errata, size of UINTN
	n := body.word()
	if n > maxBanks {
		c.err = fmt.Errorf("it names %d digests, at most %d are read", n, maxBanks)
		return nil
	}
	for range n {
		banks = append(banks, bank{body.half(), body.half()})
	}
	c.err = body.err
	return banks
}

// event reads one TCG_PCR_EVENT2 and extends its PCR.
func (c *logCursor) event(banks []bank, pcrs *[24][32]byte) {
	pcr, kind := c.word(), c.word()
	n := c.word()
	if c.err == nil && int64(n) != int64(len(banks)) {
		c.err = fmt.Errorf("an event has %d digests, the log says %d", n, len(banks))
	}
	var digest []byte
	for i := 0; c.err == nil && i < len(banks); i++ {
		if a := c.half(); c.err == nil && a != banks[i].algorithm {
			c.err = fmt.Errorf("an event has a digest of kind %#x, the log says %#x", a, banks[i].algorithm)
			return
		}
		d := c.take(int(banks[i].size))
		if banks[i].algorithm == algSHA256 {
			digest = d
		}
	}
	c.take(int(c.word()))
	switch {
	case c.err != nil || kind == evNoAction:
	case len(digest) != sha256.Size:
		c.err = errors.New("its events have no SHA-256 digest")
	case int64(pcr) >= int64(len(pcrs)):
		c.err = fmt.Errorf("an event is for PCR %d", pcr)
	default:
		pcrs[pcr] = extend(pcrs[pcr], digest)
	}
}

func extend(pcr [32]byte, digest []byte) [32]byte { return sha256.Sum256(append(pcr[:], digest...)) }
