package tcg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices/answer"
)

// Discovery is a drive's answer to Level 0 discovery.
type Discovery struct {
	Protocols []byte // the security protocols it lists; nil if it gave no list
	Revision  uint32 // of the data structure
	Features  []Feature
	// Truncated: the answer ends before it should, or a descriptor is longer
	// than the rest. What is not among the features may still be there.
	Truncated bool
}

// Feature is a feature descriptor.
type Feature struct {
	Code    uint16
	Version byte   // bits 7:4 of the third byte
	Data    []byte // what follows its four bytes
}

// Feature codes.
const (
	FeatureTPer             = 0x0001
	FeatureLocking          = 0x0002
	FeatureGeometry         = 0x0003
	FeatureSecureMessaging  = 0x0004
	FeatureEnterprise       = 0x0100
	FeatureOpal1            = 0x0200
	FeatureSingleUser       = 0x0201
	FeatureDataStore        = 0x0202
	FeatureOpal2            = 0x0203
	FeatureOpalite          = 0x0301
	FeaturePyrite1          = 0x0302
	FeaturePyrite2          = 0x0303
	FeatureRuby             = 0x0304
	FeatureKeyPerIO         = 0x0305
	FeatureLockingLBA       = 0x0401
	FeatureBlockSID         = 0x0402
	FeatureNamespaceLocking = 0x0403
	FeatureDataRemoval      = 0x0404
	FeatureNamespaceGeo     = 0x0405
)

// Name is what a person calls the feature.
func (f Feature) Name() string {
	switch f.Code {
	case FeatureTPer:
		return "TPer"
	case FeatureLocking:
		return "Locking"
	case FeatureGeometry:
		return "Geometry Reporting"
	case FeatureSecureMessaging:
		return "Secure Messaging"
	case FeatureSingleUser:
		return "Single User Mode"
	case FeatureDataStore:
		return "Additional DataStore Tables"
	case FeatureLockingLBA:
		return "Locking LBA Ranges Control"
	case FeatureBlockSID:
		return "Block SID Authentication"
	case FeatureNamespaceLocking:
		return "Configurable Namespace Locking"
	case FeatureDataRemoval:
		return "Supported Data Removal Mechanism"
	case FeatureNamespaceGeo:
		return "Namespace Geometry Reporting"
	}
	if name := f.class(); name != "" {
		return name
	}
	return fmt.Sprintf("feature %04Xh", f.Code)
}

// class is the security subsystem class a feature stands for; "" if it is none.
func (f Feature) class() string {
	switch f.Code {
	case FeatureEnterprise:
		return "Enterprise"
	case FeatureOpal1:
		return "Opal 1"
	case FeatureOpal2:
		return "Opal 2"
	case FeatureOpalite:
		return "Opalite"
	case FeaturePyrite1:
		return "Pyrite 1"
	case FeaturePyrite2:
		return "Pyrite 2"
	case FeatureRuby:
		return "Ruby"
	case FeatureKeyPerIO:
		return "Key per I/O"
	}
	return ""
}

// ParseDiscovery reads the answer to protocol 01h, ComID 0001h: a header of 48
// bytes whose first four count what follows them, then descriptors of code (two
// bytes), version, length of the rest.
func ParseDiscovery(page []byte) (Discovery, error) {
	const header = 48
	if len(page) < header {
		return Discovery{}, fmt.Errorf("the answer has %d bytes, not %d or more", len(page), header)
	}
	end := uint64(binary.BigEndian.Uint32(page)) + 4
	if end < header {
		return Discovery{}, fmt.Errorf("its header claims a length of %d bytes, less than its own %d", end, header)
	}
	d := Discovery{Revision: binary.BigEndian.Uint32(page[4:]), Truncated: end > uint64(len(page))}
	d.parseFeatures(page[header:min(end, uint64(len(page)))])
	if len(d.Features) == 0 {
		return Discovery{}, errors.New("the answer has no feature descriptor")
	}
	return d, nil
}

// parseFeatures takes at least four bytes each time. Code 0 is reserved: drives
// fill up with zeros, some count them in.
func (d *Discovery) parseFeatures(rest []byte) {
	for len(rest) >= 4 {
		end := 4 + int(rest[3])
		if end > len(rest) {
			d.Truncated = true
			return
		}
		if code := binary.BigEndian.Uint16(rest); code != 0 {
			d.Features = append(d.Features, Feature{Code: code, Version: rest[2] >> 4, Data: slices.Clone(rest[4:end])})
		}
		rest = rest[end:]
	}
	d.Truncated = d.Truncated || len(rest) > 0
}

// Classes names the security subsystem classes in the drive's order.
func (d *Discovery) Classes() []string {
	var names []string
	for _, f := range d.Features {
		if name := f.class(); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Has says whether the drive lists a feature.
func (d *Discovery) Has(code uint16) answer.Answer {
	for _, f := range d.Features {
		if f.Code == code {
			return answer.Yes
		}
	}
	if d.Truncated {
		return answer.Unknown
	}
	return answer.No
}

// worst asks a byte of a feature's data. A drive that lists a feature twice and
// contradicts itself gets the answer that is worse for it: Yes. Unknown if the
// feature is missing or too short.
func (d *Discovery) worst(code uint16, at int, says func(byte) bool) answer.Answer {
	a := answer.Unknown
	for _, f := range d.Features {
		switch {
		case f.Code != code || at >= len(f.Data):
		case says(f.Data[at]):
			return answer.Yes
		default:
			a = answer.No
		}
	}
	return a
}

func (d *Discovery) bit(code uint16, at, n int) answer.Answer {
	return d.worst(code, at, func(b byte) bool { return b>>n&1 == 1 })
}

// LockingSupported: the drive can lock ranges (Locking, byte 4, bit 0).
func (d *Discovery) LockingSupported() answer.Answer { return d.bit(FeatureLocking, 0, 0) }

// LockingEnabled: somebody took the drive into use with passwords, or it came so
// (bit 1). Without it nothing is locked.
func (d *Discovery) LockingEnabled() answer.Answer { return d.bit(FeatureLocking, 0, 1) }

// Locked: at least one range is locked for reading, or for writing, or both;
// Level 0 does not say which (bit 2).
func (d *Discovery) Locked() answer.Answer { return d.bit(FeatureLocking, 0, 2) }

// MediaEncryption: the drive encrypts what it stores (bit 3). Pyrite does not.
func (d *Discovery) MediaEncryption() answer.Answer { return d.bit(FeatureLocking, 0, 3) }

// Shadowed says whether the first blocks read as the shadow MBR: enabled (bit 4)
// and not done (bit 5).
func (d *Discovery) Shadowed() answer.Answer {
	return d.worst(FeatureLocking, 0, func(b byte) bool { return b>>4&3 == 1 })
}

// Owned: the drive's highest password is no longer the one printed on it or
// readable from it (Block SID Authentication, byte 4, bit 0).
func (d *Discovery) Owned() answer.Answer { return d.bit(FeatureBlockSID, 0, 0) }

// Removing: a revert or key change is at work now (Supported Data Removal
// Mechanism, Opal SSC 2.30, 3.1.1.6, byte 5, bit 0).
func (d *Discovery) Removing() answer.Answer { return d.bit(FeatureDataRemoval, 1, 0) }

// RemovalInterrupted: the last one did not end (bit 1).
func (d *Discovery) RemovalInterrupted() answer.Answer { return d.bit(FeatureDataRemoval, 1, 1) }
