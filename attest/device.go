package attest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-tpm/tpm2/transport"
	"github.com/google/go-tpm/tpm2/transport/linuxtpm"
	"github.com/google/go-tpm/tpm2/transport/linuxudstpm"
)

// Device is the kernel's resource manager of the first TPM: it swaps the keys of
// several programs.
const Device = "/dev/tpmrm0"

// Open opens a TPM: a device, or the socket of a software TPM.
func Open(path string) (transport.TPMCloser, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeSocket != 0 {
		return linuxudstpm.Open(path)
	}
	if info.Mode()&os.ModeCharDevice == 0 {
		return nil, fmt.Errorf("%s is no TPM: give a device such as %s", path, Device)
	}
	return linuxtpm.Open(path)
}

// ReadEventLog reads the firmware's log for the TPM at path from securityfs (the
// kernel's Documentation/security/tpm/tpm_event_log.rst). None: nil.
func ReadEventLog(path string) ([]byte, error) {
	return readEventLog("/sys/kernel/security", path)
}

func readEventLog(securityfs, path string) ([]byte, error) {
	name := "tpm" + strings.TrimPrefix(strings.TrimPrefix(filepath.Base(path), "tpmrm"), "tpm")
	f, err := os.Open(filepath.Join(securityfs, name, "binary_bios_measurements"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxEventLog+1))
	if err != nil {
		return nil, fmt.Errorf("read the event log: %w", err)
	}
	if len(b) > MaxEventLog {
		return nil, fmt.Errorf("the event log is longer than %d bytes", MaxEventLog)
	}
	return b, nil
}
