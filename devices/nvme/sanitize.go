package nvme

import (
	"encoding/binary"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Sanitize is the sanitize status log (81h; NVMe Base 2.1, Figure 291). The
// drive keeps it over power cycles and resets.
type Sanitize struct {
	Progress uint16        // 0-1: SPROG, of 65,536; FFFFh if it does not apply
	State    SanitizeState // SSTAT (2-3), bits 2:0
	Passes   int           // SSTAT bits 7:3: overwrite passes done
	// GDE, SSTAT bit 8, as it is; ask Untouched what it means.
	GlobalDataErased bool
	// MVCNCLD, SSTAT bit 9: a reset, or parts added or removed, ended the
	// media verification that was asked for.
	VerificationCanceled bool
	Command              uint32 // 4-7: SCDW10, dword 10 of the Sanitize command this is about

	// What an operation would take.
	Overwrite, BlockErase, CryptoErase Estimate // 8-19
	// The same without deallocation and with modified media (NODMMAS = 2).
	OverwriteKeep, BlockEraseKeep, CryptoEraseKeep Estimate // 20-31

	// SSI (36), on drives with media verification: the state machine now, and
	// where it failed. 0: idle, or not reported.
	Machine, FailedIn byte
}

// SanitizeState is SSTAT bits 2:0. The zero value here is what the drive did not
// say, not what it codes as 0.
type SanitizeState uint8

// States of the last sanitize operation.
const (
	SanitizeUnknown     SanitizeState = iota // a reserved value
	SanitizeNever                            // 0: none was ever started
	SanitizeSucceeded                        // 1
	SanitizeInProgress                       // 2
	SanitizeFailed                           // 3
	SanitizeDeallocated                      // 4: succeeded, but deallocated although asked not to
)

func (s SanitizeState) String() string {
	switch s {
	case SanitizeNever:
		return "never"
	case SanitizeSucceeded:
		return "succeeded"
	case SanitizeInProgress:
		return "in progress"
	case SanitizeFailed:
		return "failed"
	case SanitizeDeallocated:
		return "succeeded with deallocation"
	}
	return "unknown"
}

// Estimate is a time in seconds. FFFFFFFFh is none; 0: done when the command is.
type Estimate uint32

// mediaVerification is the state, of those in SSI, in which a host reads what
// the erasure left, with nothing deallocated yet.
const mediaVerification = 5

// ParseSanitize reads log 81h. A page of zeros is refused: it would say "never
// sanitized", but a drive that is idle has FFFFh in SPROG.
func ParseSanitize(page []byte) (Sanitize, error) {
	if err := check(page, sanitizeBytes); err != nil {
		return Sanitize{}, err
	}
	status := binary.LittleEndian.Uint16(page[2:])
	dword := func(at int) uint32 { return binary.LittleEndian.Uint32(page[at:]) }
	return Sanitize{
		Progress:             binary.LittleEndian.Uint16(page),
		State:                sanitizeState(status & 7),
		Passes:               int(status >> 3 & 0x1F),
		GlobalDataErased:     status>>8&1 == 1,
		VerificationCanceled: status>>9&1 == 1,
		Command:              dword(4),
		Overwrite:            Estimate(dword(8)),
		BlockErase:           Estimate(dword(12)),
		CryptoErase:          Estimate(dword(16)),
		OverwriteKeep:        Estimate(dword(20)),
		BlockEraseKeep:       Estimate(dword(24)),
		CryptoEraseKeep:      Estimate(dword(28)),
		Machine:              page[36] & 0xF,
		FailedIn:             page[36] >> 4,
	}, nil
}

func sanitizeState(bits uint16) SanitizeState {
	if bits > 4 {
		return SanitizeUnknown
	}
	return SanitizeState(bits) + SanitizeNever
}

// Percent is how much of an operation in progress is done, rounded down.
func (s Sanitize) Percent() (percent int, known bool) {
	if s.State != SanitizeInProgress || s.Progress == 0xFFFF {
		return 0, false
	}
	return int(s.Progress) * 100 >> 16, true
}

// Untouched says whether no user data was written since the last sanitize that
// succeeded or, on a drive that was never sanitized, since it was made. It is
// the Global Data Erased bit, which means something only while no sanitize is
// in progress (Base 2.1, 8.1.24). It is no evidence of a sanitize: a new drive
// has it too.
func (s Sanitize) Untouched() answer.Answer {
	switch {
	case s.State == SanitizeInProgress || s.State == SanitizeUnknown:
		return answer.Unknown
	case s.GlobalDataErased:
		return answer.Yes
	}
	return answer.No
}

// Action names what was asked for: SCDW10 bits 2:0 (SANACT). Empty if the drive
// was never sanitized or does not say.
func (s Sanitize) Action() string {
	if s.State == SanitizeNever {
		return ""
	}
	switch s.Command & 7 {
	case 2:
		return "block erase"
	case 3:
		return "overwrite"
	case 4:
		return "crypto erase"
	}
	return ""
}

// KeptAllocated: SCDW10 bit 9, No-Deallocate After Sanitize, was set: blocks
// were to stay allocated, so that a read returns what the erasure left.
func (s Sanitize) KeptAllocated() answer.Answer {
	if s.Action() == "" {
		return answer.Unknown
	}
	return bit(s.Command, 9)
}

// Text is half a sentence for people: state, action, and what came after.
func (s Sanitize) Text() words.Text {
	action := drive.NVMeActions.Say(s.Action())
	switch s.State {
	case SanitizeNever:
		return drive.NVMeNever.Say(s.since(drive.NVMePristine, drive.NVMeUsed))
	case SanitizeSucceeded:
		return drive.NVMeSucceeded.Say(action, s.since(drive.NVMeUntouched, drive.NVMeWritten))
	case SanitizeDeallocated:
		return drive.NVMeDeallocated.Say(action, s.since(drive.NVMeUntouched, drive.NVMeWritten))
	case SanitizeFailed:
		return drive.NVMeFailed.Say(action)
	case SanitizeInProgress:
		return drive.NVMeSanitizing.Say(action, s.progress())
	}
	return drive.NVMeReserved
}

func (s Sanitize) since(untouched, written words.Text) words.Text {
	if s.GlobalDataErased {
		return untouched
	}
	return written
}

func (s Sanitize) progress() words.Text {
	if p, ok := s.Percent(); ok {
		return drive.NVMePercent.Say(p)
	}
	if s.Machine == mediaVerification {
		return drive.NVMeVerifying
	}
	return drive.NVMeProgress
}
