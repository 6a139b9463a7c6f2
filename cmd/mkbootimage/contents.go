package main

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/bootimage"
)

// commandLine is the kernel's: both consoles, the last is where a person types; no
// messages but the program's. After a panic it stands still, and says why: a new
// start would begin a job anew, with the disk that made the kernel panic, for ever.
const commandLine = "console=ttyS0,115200 console=tty0 quiet"

// busybox are u-root's programs: init, the first process, and a few that help
// with a computer that does not start (rdinit=). There is no shell: whoever has
// one could have the TPM vouch for anything. When the appliance's program ends,
// init runs poweroff.
func busybox() []string {
	return []string{"init", "ls", "cat", "dmesg", "mount", "umount", "poweroff"}
}

// modules are the drivers, by name. What they need comes by itself. There are
// none for networks: none is to be up. None is there for device mapper and
// RAID: nothing may be assembled. Nor for loop devices, which would be listed.
// They are loaded in this order. USB comes first, because the stick that is waited
// for lets a second pass before it shows itself (usb-storage's delay_use), in which
// the others can be loaded.
func modules() []string {
	return strings.Fields(`
		xhci_pci ehci_pci uhci_hcd ohci_pci
		usb_storage uas sd_mod
		vfat exfat nls_cp437 nls_ascii nls_utf8
		usbhid hid_generic
		nvme vmd
		ahci ata_piix ata_generic sata_sil24 sata_mv sata_nv
		mpt3sas mpi3mr megaraid_sas hpsa aacraid smartpqi
		virtio_pci virtio_scsi virtio_blk
		mmc_block sdhci_pci
		efivarfs`)
}

// moduleFolder has a folder for the release in it: u-root's init would load
// what lies in /lib/modules itself, in the order of the alphabet.
const moduleFolder = "/lib/modules/"

// moduleFiles are the modules and /etc/modules, the order to load them in, with
// names below moduleFolder.
func moduleFiles(release string, list []bootimage.Module) []bootimage.File {
	var names strings.Builder
	var files []bootimage.File
	for _, m := range list {
		name := release + "/" + m.Name + ".ko"
		fmt.Fprintln(&names, name)
		files = append(files, bootimage.File{Path: moduleFolder + name, Mode: 0o644, Host: m.Path})
	}
	return append(files, bootimage.File{Path: "/etc/modules", Mode: 0o644, Data: []byte(names.String())})
}

// osRelease is in the format of os-release(5); the stub shows it in boot menus.
func osRelease(release string) string {
	return fmt.Sprintf("ID=shokyo\nNAME=\"shokyo\"\nVERSION_ID=%q\nPRETTY_NAME=\"shokyo %s\"\n", release, release)
}

// releaseText is /etc/shokyo-release, which gets into every report.
func releaseText(release string, kernel bootimage.Package) string {
	return fmt.Sprintf("shokyo-usb %s (%s %s)\n", release, kernel.Name, kernel.Version)
}
