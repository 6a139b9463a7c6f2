package ata

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
)

// ErrNotTrusted tells that a drive has no security protocols to ask.
var ErrNotTrusted = errors.New("IDENTIFY DEVICE word 48 does not say that the drive has the trusted computing feature set")

// TrustedReceive asks the drive for data of a security protocol (ACS-3, 5Ch),
// in whole blocks of 512 bytes. Only the list of protocols (00h) and the TCG
// Level 0 discovery (protocol 01h, ComID 0001h) are on the reading list.
func (d *Drive) TrustedReceive(t Transport, protocol byte, specific uint16, data []byte) (int, error) {
	if d.Identify == nil || d.Identify.TrustedComputing != answer.Yes {
		return 0, ErrNotTrusted
	}
	blocks := len(data) / taskfile.SectorBytes
	command := taskfile.TrustedReceive(protocol, specific, blocks, d.short)
	if command == nil {
		return 0, fmt.Errorf("%d bytes are not 1 to %d blocks of %d", len(data), taskfile.MaxTrustedIn, taskfile.SectorBytes)
	}
	if _, err := taskfile.Permit(command); err != nil {
		return 0, err
	}
	n, status, err := t.Do(command, data[:blocks*taskfile.SectorBytes])
	if err != nil {
		return 0, err
	}
	if _, why := taskfile.Judge(status); why != (words.Text{}) {
		return 0, errors.New(why.EN)
	}
	return max(0, min(n, len(data))), nil
}
