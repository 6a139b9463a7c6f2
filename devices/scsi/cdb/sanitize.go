package cdb

import "fmt"

// SanitizeAction is a service action of SANITIZE (SBC-5 5.30).
type SanitizeAction byte

const (
	SanitizeOverwrite SanitizeAction = 0x01
	SanitizeBlock     SanitizeAction = 0x02
	SanitizeCrypto    SanitizeAction = 0x03
	SanitizeExit      SanitizeAction = 0x1f // EXIT FAILURE MODE: a failed sanitize can be hidden
)

// SanitizeActions are all that the standard has.
func SanitizeActions() []SanitizeAction {
	return []SanitizeAction{SanitizeOverwrite, SanitizeBlock, SanitizeCrypto, SanitizeExit}
}

func (a SanitizeAction) String() string {
	switch a {
	case SanitizeOverwrite:
		return "overwrite"
	case SanitizeBlock:
		return "block erase"
	case SanitizeCrypto:
		return "cryptographic erase"
	case SanitizeExit:
		return "exit failure mode"
	}
	return fmt.Sprintf("service action %02Xh", byte(a))
}

func (a SanitizeAction) short() string { return fmt.Sprintf("%02xh", byte(a)) }
