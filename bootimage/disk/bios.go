package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// BootCode is from Debian's syslinux-common: the code that a BIOS starts from
// the first sector of the disk. It looks for the GPT partition that has the
// attribute legacyBoot and starts that one's boot sector.
const BootCode = "/usr/lib/syslinux/mbr/gptmbr.bin"

// Syslinux is from Debian's package syslinux. Its loader, ldlinux.sys, is inside
// it. It is started by its path, so that a manifest can say which one it was.
const Syslinux = "/usr/bin/syslinux"

// bootCodeSize: what follows in the sector is the disk's signature and the
// protective partition table (UEFI §5.2.3).
const bootCodeSize = 440

// SyslinuxFolder is where SYSLINUX and what it starts are.
const SyslinuxFolder = "/syslinux"

// SyslinuxConfig starts kernel and initramfs, both in SyslinuxFolder, at once. A
// BIOS shows nothing of a TPM's quote: it does not measure files. With SYSAPPEND
// 0x40000, SYSLINUX adds the serial number of the volume that it came from to the
// command line, as FSUUID=, by which the programs know the stick.
func SyslinuxConfig(kernel, initramfs, commandLine string) []byte {
	return fmt.Appendf(nil, "DEFAULT shokyo\nPROMPT 0\nTIMEOUT 0\nSYSAPPEND 0x40000\nLABEL shokyo\n  KERNEL %s\n  INITRD %s\n  APPEND %s\n", kernel, initramfs, commandLine)
}

// installSyslinux lets Debian's syslinux put its loader into the FAT file system
// at the offset, and the address of that into the boot sector. It needs mtools.
func installSyslinux(image string, offset int64) error {
	cmd := exec.Command(Syslinux, "--directory", SyslinuxFolder, "--offset", fmt.Sprint(offset), "--install", image)
	out, err := cmd.CombinedOutput()
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: install the package syslinux", err)
	}
	if err != nil {
		return fmt.Errorf("syslinux: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// writeBootCode puts the code into the disk's first sector.
func writeBootCode(disk io.WriterAt) error {
	code, err := os.ReadFile(BootCode)
	if err != nil {
		return fmt.Errorf("%w: run scripts/install-test-tools", err)
	}
	if len(code) > bootCodeSize {
		return fmt.Errorf("%s has %d bytes, want %d at most", BootCode, len(code), bootCodeSize)
	}
	_, err = disk.WriteAt(code, 0)
	return err
}
