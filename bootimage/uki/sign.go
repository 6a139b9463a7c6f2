package uki

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Sign signs a PE program for Secure Boot with Debian's sbsign. The signature
// has the time in it, so that two are never the same; what is signed stays the
// same, and so does its Authenticode hash, which Sign sees to.
func Sign(program []byte, key, certificate string) (signed []byte, err error) {
	dir, err := os.MkdirTemp("", "sign-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in, out := filepath.Join(dir, "in.efi"), filepath.Join(dir, "out.efi")
	if err := os.WriteFile(in, program, 0o600); err != nil {
		return nil, err
	}
	message, err := exec.Command("sbsign", "--key", key, "--cert", certificate, "--output", out, in).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fmt.Errorf("%w: run scripts/install-test-tools", err)
	}
	if err != nil {
		return nil, fmt.Errorf("sbsign: %w\n%s", err, message)
	}
	if signed, err = os.ReadFile(out); err != nil {
		return nil, err
	}
	return signed, sameProgram(program, signed)
}

// sameProgram wants two programs to differ in their signatures only.
func sameProgram(a, b []byte) error {
	sumA, errA := Authenticode(a)
	sumB, errB := Authenticode(b)
	if errA != nil || errB != nil || sumA != sumB {
		return errors.Join(errA, errB, errors.New("signing changed more than the signature"))
	}
	return nil
}
