package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"strings"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/internal/wholefile"
)

// releaseFile is there in the bootable image and says which it is.
const releaseFile = "/etc/shokyo-release"

// attestFlag is auto, tpm, none, or tpm:PATH.
type attestFlag struct{ mode, path string }

func (f *attestFlag) register(fs *flag.FlagSet) {
	f.mode = "auto"
	fs.Func("attest", "`MODE` is auto (the default), tpm, none or tpm:DEVICE: have a TPM sign which system was booted; auto goes on without", func(s string) error {
		mode, path, named := strings.Cut(s, ":")
		if mode != "auto" && mode != "tpm" && mode != "none" || named && (mode != "tpm" || path == "") {
			return errors.New("use auto, tpm, none or tpm:DEVICE")
		}
		f.mode, f.path = mode, path
		return nil
	})
}

// platform is what reports say of the system that examines.
func (f *attestFlag) platform() (*examine.Platform, error) {
	if f.mode == "none" {
		return examine.Unattested(release(releaseFile)), nil
	}
	p, err := examine.Attested(release(releaseFile), cmp.Or(f.path, attest.Device), f.mode == "tpm")
	if err != nil {
		return nil, fmt.Errorf("%w; use --attest none to do without", err)
	}
	return p, nil
}

// release is on one line.
func release(path string) string {
	b, err := wholefile.Read(path, 4096)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(b)), " ")
}
