// Package tcg reads what a self-encrypting drive says of its locking, without a
// password: Level 0 discovery of the TCG Storage specifications.
//
// Opal, Pyrite, Enterprise and Ruby drives keep ranges of blocks that can be
// locked. Two states make a drive show something else than what it holds:
//
//   - a locked range answers reads with an error or, on some drives, zeros;
//   - MBR shadowing: while it is enabled and not done, the first blocks (128 MB
//     on most drives) read as the shadow, a small program that asks for the
//     password, and not as what is stored there.
//
// An examination that sees neither the range nor the blocks behind the shadow
// can not say that they are clean.
//
// The drive is asked by the command that ATA calls TRUSTED RECEIVE, SCSI
// SECURITY PROTOCOL IN and NVMe Security Receive: a security protocol and two
// bytes that protocol 01h calls ComID. Protocol 00h lists the protocols (SPC-5,
// 7.7.1.3); protocol 01h with ComID 0001h is Level 0 discovery. Neither opens a
// session or changes anything. All numbers are big-endian.
//
// Sources: TCG Storage Architecture Core Specification 2.01, 3.3.6; Opal SSC
// 2.30, 3.1.1; the feature set specifications named below.
package tcg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// ErrUnsupported: the drive itself says that it has no TCG security. A receive
// function returns it, wrapped or not, when the drive refuses the command as
// unknown to it; it must not for a bridge or a kernel that does.
var ErrUnsupported = errors.New("the drive does not support TCG security protocols")

const (
	protocolList = 0x00 // lists the protocols
	protocolTCG  = 0x01
	comIDLevel0  = 0x0001
	// ATA counts blocks of 512 bytes, so both lengths are multiples of it.
	listBytes      = 512
	discoveryBytes = 2048 // what Linux asks for, too; answers have 100 to 300
)

// Receive sends the bus's receive command and fills buf; n is how many bytes came.
type Receive func(protocol byte, specific uint16, buf []byte) (n int, err error)

// Discover asks for the list of protocols and, if TCG's is there, Level 0
// discovery. The error is ErrUnsupported if the drive says it has none; any
// other error means that it is not known. A drive that lists no protocols at all
// is asked nevertheless: some have discovery and no list.
func Discover(receive Receive) (*Discovery, error) {
	protocols, listErr := receiveProtocols(receive)
	if listErr == nil && !slices.Contains(protocols, protocolTCG) {
		return nil, fmt.Errorf("%w: its list has no protocol 01h", ErrUnsupported)
	}
	page, err := received(receive, protocolTCG, comIDLevel0, discoveryBytes)
	if err != nil {
		return nil, fmt.Errorf("level 0 discovery: %w", err)
	}
	d, err := ParseDiscovery(page)
	if err != nil {
		return nil, fmt.Errorf("level 0 discovery: %w", err)
	}
	d.Protocols = protocols
	return &d, nil
}

func receiveProtocols(receive Receive) ([]byte, error) {
	page, err := received(receive, protocolList, 0, listBytes)
	if err != nil {
		return nil, fmt.Errorf("list of security protocols: %w", err)
	}
	return ParseProtocols(page)
}

func received(receive Receive, protocol byte, specific uint16, length int) ([]byte, error) {
	buf := make([]byte, length)
	n, err := receive(protocol, specific, buf)
	return buf[:min(max(n, 0), length)], err
}

// ParseProtocols reads the answer to protocol 00h: six reserved bytes, the length
// of the list in two, the list. Protocol 00h is in every list (SPC-5, 7.7.1.3);
// a list without it was not made by a drive.
func ParseProtocols(page []byte) ([]byte, error) {
	if len(page) < 8 {
		return nil, fmt.Errorf("the list of security protocols has %d bytes, not 8 or more", len(page))
	}
	n := int(binary.BigEndian.Uint16(page[6:]))
	if n > len(page)-8 {
		return nil, fmt.Errorf("the list of security protocols claims %d entries in %d bytes", n, len(page)-8)
	}
	list := slices.Clone(page[8 : 8+n])
	if !slices.Contains(list, protocolList) {
		return nil, errors.New("the list of security protocols leaves out protocol 00h, by which it was asked for")
	}
	return list, nil
}
