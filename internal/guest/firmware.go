package guest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Firmware is what a computer runs when it is switched on.
type Firmware int

const (
	UEFI       Firmware = iota // Debian's OVMF
	SecureBoot                 // the same, starting only what is signed with the key that lies in Debian's package, "snakeoil"
	BIOS                       // SeaBIOS
)

// Computer is a machine that starts by itself, as one on a bench does: from the
// disk with Boot set.
type Computer struct {
	Machine
	Firmware Firmware
	TPM      bool // with a new TPM 2.0

	Server  string // a folder to boot from over the network instead, by TFTP: its file BootFile
	NoROM   bool   // and by the firmware's own network stack, not the network card's iPXE
	Program string // or a program for the firmware to start
	Options string // with these load options
}

// BootFile is what is asked for at the server: a program, or a script for iPXE.
const BootFile = "boot"

// arguments is QEMU's command line. What the firmware needs to write to lies in dir.
func (c Computer) arguments(dir string) []string {
	chipset := "q35"
	if c.Firmware == SecureBoot { // only the firmware, in management mode, may write to its variables
		chipset += ",smm=on"
	}
	args := append(emulation(chipset), "-m", "1024", "-vga", "std")
	args = append(args, c.flash(dir)...)
	switch {
	case c.Server != "":
		args = append(args, "-netdev", "user,id=net,restrict=on,bootfile="+BootFile+",tftp="+escape(c.Server),
			"-device", c.networkCard())
	case c.Program != "":
		args = append(args, "-nic", "none", "-kernel", c.Program, "-append", c.Options)
	default:
		args = append(args, "-nic", "none")
	}
	return append(args, c.attached(dir)...)
}

func (c Computer) networkCard() string {
	o := options{"virtio-net-pci,netdev=net,bootindex=0"}
	o.addIf(c.NoROM, "romfile", "")
	return o.String()
}

// Files of Debian's package ovmf.
const ovmf = "/usr/share/OVMF/OVMF_"

func (c Computer) firmwareFiles() (code, variables string) {
	if c.Firmware == SecureBoot {
		return ovmf + "CODE_4M.snakeoil.fd", ovmf + "VARS_4M.snakeoil.fd"
	}
	return ovmf + "CODE_4M.fd", ovmf + "VARS_4M.fd"
}

// flash are the two chips of UEFI: the program, and its variables, which it
// changes.
func (c Computer) flash(dir string) []string {
	if c.Firmware == BIOS {
		return nil
	}
	code, _ := c.firmwareFiles()
	args := []string{
		"-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + code,
		"-drive", "if=pflash,unit=1,format=raw,file=" + escape(variablesIn(dir)),
	}
	if c.Firmware == SecureBoot {
		args = append(args, "-global", "driver=cfi.pflash01,property=secure,value=on")
	}
	return args
}

func variablesIn(dir string) string { return filepath.Join(dir, "variables.fd") }

// prepare makes the files that arguments names.
func (c Computer) prepare(dir string) error {
	if err := c.writeFaults(dir); err != nil || c.Firmware == BIOS {
		return err
	}
	_, variables := c.firmwareFiles()
	b, err := os.ReadFile(variables)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: run scripts/install-test-tools", err)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(variablesIn(dir), b, 0o600)
}
