package ata

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// SanitizeState is what SANITIZE STATUS EXT says (ACS-3, B4h/0000h).
type SanitizeState uint8

const (
	SanitizeUnknown SanitizeState = iota

	// SanitizeNoFailure: idle, and bit 7 of COUNT(15:8) is set, "completed
	// without error". A drive that was never sanitized sets it too: this is no
	// proof that anything was erased.
	SanitizeNoFailure

	// SanitizeIncomplete: idle, and bit 7 is clear: the last operation did not
	// complete without error.
	SanitizeIncomplete

	SanitizeInProgress

	// SanitizeFailed: the drive aborts the command with reason 01h and stays
	// that way until a sanitize succeeds or the failure is cleared.
	SanitizeFailed
)

// Sanitize is the state of the drive's own erasure.
type Sanitize struct {
	State      SanitizeState
	Progress   uint16        // of 65536, while in progress
	Frozen     answer.Answer // sanitize commands are refused until the next power cycle
	Antifreeze answer.Answer // freezing is refused until the next power cycle
	Reason     words.Text    // why the drive aborted, if it did
}

func (s SanitizeState) String() string {
	return [...]string{"unknown", "no-failure", "incomplete", "in-progress", "failed"}[min(s, 4)]
}

// Text is the state in a sentence.
func (s *Sanitize) Text() words.Text {
	switch s.State {
	case SanitizeNoFailure:
		return drive.ATANoFailure
	case SanitizeIncomplete:
		return drive.ATAIncomplete
	case SanitizeInProgress:
		return drive.ATASanitizing.Say(100 * float64(s.Progress) / 65536)
	case SanitizeFailed:
		return drive.ATAFailed
	}
	return drive.ATASanitize
}

// parseSanitize reads the registers after SANITIZE STATUS EXT.
func parseSanitize(r *taskfile.Registers) (*Sanitize, error) {
	if r.Failed() {
		return sanitizeAborted(r)
	}
	if !r.Wide {
		return nil, errors.New("only the lower half of the registers came back")
	}
	s := &Sanitize{
		Frozen:     bit(r.Count, 13),
		Antifreeze: bit(r.Count, 12),
		State:      SanitizeIncomplete,
	}
	switch {
	case r.Count&(1<<14) != 0:
		s.State, s.Progress = SanitizeInProgress, uint16(r.LBA)
	case r.Count&(1<<15) != 0:
		s.State = SanitizeNoFailure
	}
	return s, nil
}

// sanitizeAborted reads the sanitize device error reason, LBA(7:0).
func sanitizeAborted(r *taskfile.Registers) (*Sanitize, error) {
	if r.Status&taskfile.StatusDF != 0 || r.Error&taskfile.ErrorABRT == 0 {
		return nil, errors.New(r.ErrorText().EN)
	}
	switch byte(r.LBA) {
	case 1:
		return &Sanitize{State: SanitizeFailed, Reason: drive.ATAUnsuccessful}, nil
	case 3:
		return &Sanitize{Frozen: answer.Yes, Reason: drive.ATAFrozen}, nil
	case 4:
		return &Sanitize{Antifreeze: answer.Yes, Reason: drive.ATAAntifreeze}, nil
	case 2:
		return nil, errors.New("the drive does not know SANITIZE STATUS EXT (reason 02h)")
	}
	return nil, fmt.Errorf("the drive aborted SANITIZE STATUS EXT and gives no reason (%02Xh)", byte(r.LBA))
}
