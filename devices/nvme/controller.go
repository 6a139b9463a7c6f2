package nvme

import (
	"encoding/binary"
	"fmt"

	"shokyo.dev/shokyo/devices/answer"
)

// Controller is Identify Controller (CNS 01h; NVMe Base 2.1, Figure 312). The
// numbers are its byte offsets.
type Controller struct {
	VendorID   uint16  // 0: PCI
	Serial     string  // 4-23
	Model      string  // 24-63
	Firmware   string  // 64-71
	OUI        [3]byte // 73-75: IEEE company of the maker, most significant byte first
	CMIC       byte    // 76
	ID         uint16  // 78-79: CNTLID, which controller of the drive this is
	Version    Version // 80-83
	LPA        byte    // 261: which logs there are
	ELPE       byte    // 262: entries of the error log, 0's based
	RPMB       RPMB    // 312-315
	Sanitize   SanitizeCapabilities
	Namespaces uint32 // 516-519: NN, the largest valid NSID
	Subsystem  string // 768-1023: SUBNQN, the same for all controllers of a drive

	// OACS, 256-257.
	SecurityCommands    answer.Answer // bit 0: Security Send and Receive
	FormatNVM           answer.Answer // bit 1
	NamespaceManagement answer.Answer // bit 3: namespaces can be made, deleted, attached, detached

	// CMIC bit 1: the drive has more controllers, perhaps with namespaces
	// that are attached only to them.
	MultiController answer.Answer

	// FNA, 524: what Format NVM does.
	FormatCoversAll      answer.Answer // bit 0: formatting one namespace formats all
	SecureEraseCoversAll answer.Answer // bit 1: so does secure erase
	FormatCryptoErase    answer.Answer // bit 2: Format NVM can erase cryptographically

	// TNVMCAP and UNVMCAP, 280-295 and 296-311, as they are. Ask
	// TotalCapacity and UnallocatedCapacity what they mean.
	TNVMCAP, UNVMCAP Uint128
}

// Version is the specification a drive claims: major, minor, tertiary. Zero: the
// field is not filled in, as before 1.2.
type Version uint32

// AtLeast compares; a drive that states no version has less than 1.2.
func (v Version) AtLeast(major, minor uint32) bool { return uint32(v) >= major<<16|minor<<8 }

func (v Version) String() string {
	if v == 0 {
		return "before 1.2"
	}
	return fmt.Sprintf("%d.%d.%d", v>>16, v>>8&0xFF, v&0xFF)
}

// RPMB is RPMBS: replay protected memory blocks, which hold data apart from all
// namespaces and are read with a key only.
type RPMB struct {
	Units int    // 0: none
	Bytes uint64 // of one unit
}

// SanitizeCapabilities is SANICAP, 328-331. It came with 1.3; drives before it
// have zeros there, and no Sanitize.
type SanitizeCapabilities struct {
	CryptoErase, BlockErase, Overwrite answer.Answer // bits 0, 1, 2
	MediaVerification                  answer.Answer // bit 3 (2.1)
	// NDI, bit 29: the drive deallocates after Sanitize though asked not to,
	// or refuses. Then only zeros or ones can be read back.
	NoDeallocateInhibited answer.Answer
	// NODMMAS, bits 31:30: after a sanitize without deallocation the media is
	// modified once more, so that what is read back is no longer what the
	// erasure left. Unknown if the drive does not say.
	ModifiesMediaAfter answer.Answer
}

// Any says whether the drive has the Sanitize command, and so log 81h.
func (s SanitizeCapabilities) Any() answer.Answer {
	switch {
	case s.CryptoErase == answer.Yes || s.BlockErase == answer.Yes || s.Overwrite == answer.Yes:
		return answer.Yes
	case s.CryptoErase == answer.No && s.BlockErase == answer.No && s.Overwrite == answer.No:
		return answer.No
	}
	return answer.Unknown
}

// ParseController reads the answer to Identify, CNS 01h.
func ParseController(page []byte) (Controller, error) {
	if err := check(page, identifyBytes); err != nil {
		return Controller{}, err
	}
	u16, u32 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32
	c := Controller{
		VendorID:   u16(page[0:]),
		Serial:     text(page[4:24]),
		Model:      text(page[24:64]),
		Firmware:   text(page[64:72]),
		OUI:        [3]byte{page[75], page[74], page[73]},
		CMIC:       page[76],
		ID:         u16(page[78:]),
		Version:    Version(u32(page[80:])),
		LPA:        page[261],
		ELPE:       page[262],
		TNVMCAP:    uint128(page[280:]),
		UNVMCAP:    uint128(page[296:]),
		RPMB:       parseRPMB(u32(page[312:])),
		Sanitize:   parseSanitizeCapabilities(u32(page[328:])),
		Namespaces: u32(page[516:]),
		Subsystem:  text(page[768:1024]),
	}
	c.parseBits(u16(page[256:]), page[524])
	return c, nil
}

func (c *Controller) parseBits(oacs uint16, fna byte) {
	c.SecurityCommands = bit(oacs, 0)
	c.FormatNVM = bit(oacs, 1)
	c.NamespaceManagement = bit(oacs, 3)
	c.MultiController = bit(c.CMIC, 1)
	if c.FormatNVM == answer.Yes { // FNA describes that command
		c.FormatCoversAll = bit(fna, 0)
		c.SecureEraseCoversAll = bit(fna, 1)
		c.FormatCryptoErase = bit(fna, 2)
	}
}

// parseRPMB: units in bits 2:0, the size of one in 23:16, 0's based, in 128 KiB.
func parseRPMB(v uint32) RPMB {
	if v&7 == 0 {
		return RPMB{}
	}
	return RPMB{Units: int(v & 7), Bytes: uint64(v>>16&0xFF+1) << 17}
}

func parseSanitizeCapabilities(v uint32) SanitizeCapabilities {
	s := SanitizeCapabilities{
		CryptoErase:       bit(v, 0),
		BlockErase:        bit(v, 1),
		Overwrite:         bit(v, 2),
		MediaVerification: bit(v, 3),
	}
	if s.Any() != answer.Yes { // the rest describes a command that is not there
		return s
	}
	s.NoDeallocateInhibited = bit(v, 29)
	switch v >> 30 {
	case 1:
		s.ModifiesMediaAfter = answer.No
	case 2:
		s.ModifiesMediaAfter = answer.Yes
	}
	return s
}

// EffectsLog: LPA bit 1, log 05h.
func (c Controller) EffectsLog() answer.Answer { return bit(c.LPA, 1) }

// TotalCapacity is TNVMCAP in bytes: all flash that can be in namespaces. Drives
// with namespace management have to fill it in; of the others, those that do.
func (c Controller) TotalCapacity() (bytes Uint128, known bool) {
	return c.TNVMCAP, c.NamespaceManagement == answer.Yes || !c.TNVMCAP.IsZero()
}

// UnallocatedCapacity is UNVMCAP in bytes: flash that is in no namespace, hence
// in no /dev/nvme0n1. A zero of a drive without namespace management says
// nothing: the field is required of drives that have it only.
func (c Controller) UnallocatedCapacity() (bytes Uint128, known bool) {
	return c.UNVMCAP, c.NamespaceManagement == answer.Yes || !c.UNVMCAP.IsZero()
}
