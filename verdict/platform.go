package verdict

import (
	"errors"
	"io/fs"
)

// Unattested says why nothing tells which system was booted: err is what became of the TPM.
func Unattested(err error) Reason {
	if errors.Is(err, fs.ErrNotExist) {
		return because(ReasonNoTPM)
	}
	return because(ReasonTPMFailed, err)
}
