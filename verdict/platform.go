package verdict

import (
	"errors"
	"fmt"
	"io/fs"
)

// Unattested says why nothing tells which system was booted: err is what became of the TPM.
func Unattested(err error) Reason {
	if errors.Is(err, fs.ErrNotExist) {
		return Reason{ReasonNoTPM, "this machine has no TPM 2.0 that could say which system was booted",
			"本機には、起動されたシステムを証明できる TPM 2.0 がありません"}
	}
	return Reason{ReasonTPMFailed, fmt.Sprintf("the TPM did not say which system was booted: %v", err),
		fmt.Sprintf("起動されたシステムを TPM で証明できませんでした(理由、英語: %v)", err)}
}
