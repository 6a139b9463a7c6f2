package guest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/bootimage"
)

func TestArguments(t *testing.T) {
	m := Machine{Disks: []Disk{
		{Bus: NVMe, Serial: "A", Image: "/a,b.img"},
		{Bus: NVMe, Serial: "A", LogicalBlock: 4096, BadSectors: []int64{7}},
		{Bus: NVMe, Serial: "B"},
		{Bus: NVMe, Serial: "B", Detached: true},
		{Bus: AHCI, Serial: "C", Model: "MODEL", Rotation: 7200, BadSectors: []int64{1, 2}},
		{Bus: AHCI, Serial: "D", ReadOnly: true},
		{Bus: VirtioSCSI, Serial: "E", Vendor: "V", Model: "P", WWN: 255},
		{Bus: USB, Serial: "F", Removable: true},
		{Bus: UAS, Serial: "G"},
		{Bus: ByModule, Serial: "H"},
		{Bus: VirtioBlk, Serial: "I"},
	}}
	args := m.arguments(bootimage.Kernel{Dir: "/k", Release: "1"}, "/initramfs", "/scratch", "/tmp")
	for _, want := range []string{
		"if=none,id=drive0,format=raw,cache=unsafe,file=/a,,b.img",
		"nvme,id=nvme0,serial=A",
		"nvme-ns,bus=nvme0,nsid=1,drive=drive0,logical_block_size=512,physical_block_size=512",
		"if=none,id=drive1,driver=raw,cache=unsafe,file.driver=blkdebug,file.config=/tmp/faults1.conf,file.image.driver=file,file.image.filename=",
		"nvme-ns,bus=nvme0,nsid=2,drive=drive1,logical_block_size=4096,physical_block_size=4096",
		"nvme,id=nvme2,serial=B,subsys=subsystem-nvme2",
		"nvme-ns,bus=nvme2,nsid=2,detached=on,drive=drive3,logical_block_size=512,physical_block_size=512",
		"if=none,id=drive4,driver=raw,cache=unsafe,file.driver=blkdebug,file.config=/tmp/faults4.conf,file.image.driver=file,file.image.filename=",
		"ide-hd,bus=ide.0,serial=C,model=MODEL,drive=drive4,logical_block_size=512,physical_block_size=512,rotation_rate=7200",
		"if=none,id=drive5,format=raw,cache=unsafe,file=,readonly=on",
		"ide-hd,bus=ide.1,serial=D,drive=drive5,logical_block_size=512,physical_block_size=512",
		"scsi-hd,bus=scsi.0,serial=E,vendor=V,product=P,drive=drive6,logical_block_size=512,physical_block_size=512,wwn=255",
		"usb-storage,bus=xhci.0,serial=F,removable=on,drive=drive7,logical_block_size=512,physical_block_size=512",
		"scsi-hd,bus=uas8.0,serial=G,drive=drive8,logical_block_size=512,physical_block_size=512",
		"virtio-blk-pci,serial=SCRATCH,drive=drive11,logical_block_size=512,physical_block_size=512",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("no argument %s in\n%s", want, strings.Join(args, "\n"))
		}
	}
	if text := strings.Join(args, " "); strings.Contains(text, "kvm") || strings.Contains(text, "serial=H") {
		t.Error(text)
	}
	if got, want := string(m.Disks[4].faults()), "[inject-error]\nevent = \"read_aio\"\nerrno = \"5\"\nsector = \"1\"\n"; !strings.HasPrefix(got, want) || strings.Count(got, "inject-error") != 2 {
		t.Errorf("%s", got)
	}
}

// Every module comes after all that its own file says it needs.
func TestLibraries(t *testing.T) {
	got := libraries("\tlinux-vdso.so.1 (0x00007ffe)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n")
	if want := []string{"/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

// A guest that never got to its results leaves a scratch disk of zeros; one that
// died while writing, half an archive.
func TestNoResults(t *testing.T) {
	scratch := filepath.Join(t.TempDir(), "scratch")
	if err := sparse(scratch); err != nil {
		t.Fatal(err)
	}
	if _, err := readResults(scratch); err == nil || !strings.Contains(err.Error(), "nothing back") {
		t.Error(err)
	}
	if err := os.WriteFile(scratch, bytes.Repeat([]byte("report.json"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readResults(scratch); err == nil {
		t.Error("garbage was read")
	}
}
