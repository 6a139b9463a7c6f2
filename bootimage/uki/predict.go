package uki

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// PCRSet is what the PCRs of a TPM hold after the image was booted in one way.
type PCRSet struct {
	Name string // "secure-boot-off", "secure-boot-on"
	PCRs []PCR
}

// PCR is a platform configuration register of the SHA-256 bank.
type PCR struct {
	Index int
	Value Digest
}

// extend is TPM2_PCR_Extend: a register can not be set, only be replaced by the
// hash of itself and of what is added (TPM 2.0 Library, Part 1, §17).
func (p *PCR) extend(measured Digest) {
	p.Value = sha256.Sum256(append(p.Value[:], measured[:]...))
}

// Measurements are the digests, made at boot, that depend on the image.
type Measurements struct {
	Program     Digest // Authenticode of the unified kernel image
	Linux       Digest // Authenticode of the kernel in it
	CommandLine string
	Sections    []Section // those that the stub measures, in its order
	Initrd      Digest
}

// Section is a section of a unified kernel image as the stub measures it.
type Section struct {
	Name string
	Data Digest
}

// Measure returns what firmware, stub and kernel will measure of a unified
// kernel image, which may be signed.
func (u Kernel) Measure(program []byte) (m Measurements, err error) {
	if m.Program, err = Authenticode(program); err != nil {
		return m, fmt.Errorf("unified kernel image: %w", err)
	}
	if m.Linux, err = Authenticode(u.Linux); err != nil {
		return m, fmt.Errorf("kernel: %w", err)
	}
	m.CommandLine = u.CommandLine
	m.Initrd = sha256.Sum256(u.Initrd)
	m.Sections = []Section{
		{".linux", sha256.Sum256(u.Linux)},
		{".osrel", sha256.Sum256([]byte(u.OSRelease))},
		{".cmdline", sha256.Sum256([]byte(u.CommandLine))},
		{".initrd", m.Initrd},
	}
	return m, nil
}

// Predict returns the values of PCRs 4, 9, 11 and 12 once the image has booted
// from a USB stick, without and with Secure Boot.
func Predict(m Measurements) []PCRSet {
	off := []PCR{m.bootManager(m.Program, m.Linux), m.kernel(), m.stub(), {Index: 12}}
	on := []PCR{m.bootManager(m.Program), m.kernel(), m.stub(), {Index: 12}}
	return []PCRSet{{"secure-boot-off", off}, {"secure-boot-on", on}}
}

// bootManager is PCR 4: firmware measures that it tries a boot option, a
// separator, and each program before it starts it (TCG PC Client Platform
// Firmware Profile §3.3.4.5). Without Secure Boot the stub has the firmware
// start the kernel, so that it is measured as well; with it, the kernel is not
// signed by the same key and the stub starts it on its own, as a part of what
// was measured and verified already.
func (m Measurements) bootManager(programs ...Digest) PCR {
	p := PCR{Index: 4}
	p.extend(sha256.Sum256([]byte("Calling EFI Application from Boot Option")))
	p.extend(sha256.Sum256(make([]byte, 4))) // EV_SEPARATOR: four bytes of zero
	for _, d := range programs {
		p.extend(d)
	}
	return p
}

// kernel is PCR 9: Linux's own EFI stub measures the load options it was given,
// with the NUL at their end, and the initrd (kernel:
// drivers/firmware/efi/libstub/efi-stub-helper.c).
func (m Measurements) kernel() PCR {
	p := PCR{Index: 9}
	p.extend(sha256.Sum256(utf16z(m.CommandLine)))
	p.extend(m.Initrd)
	return p
}

// stub is PCR 11: systemd's stub measures of each section first the name, with
// its NUL, and then the data (systemd 252: src/boot/efi/stub.c; .uname is not
// among them). PCR 12 gets the load options with which someone overrides the
// image's command line; as there are to be none, it stays zero.
func (m Measurements) stub() PCR {
	p := PCR{Index: 11}
	for _, s := range m.Sections {
		p.extend(sha256.Sum256(append([]byte(s.Name), 0)))
		p.extend(s.Data)
	}
	return p
}

// utf16z is a string as UEFI has it: UTF-16, little-endian, with a NUL.
func utf16z(s string) (b []byte) {
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
