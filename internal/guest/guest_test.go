package guest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/u-root/u-root/pkg/cpio"
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
	args := m.arguments(Kernel{Dir: "/k", Release: "1"}, "/initramfs", "/scratch", "/tmp")
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

func TestModinfo(t *testing.T) {
	info := []byte("license=GPL\x00depends=scsi_mod,usb-storage\x00softdep=pre: crc32c a-b post: late\x00softdep=post: late\x00name=uas\x00")
	if got := needs(info); !slices.Equal(got, []string{"scsi_mod", "usb_storage"}) {
		t.Error(got)
	}
	if got := softNeeds(info); !slices.Equal(got, []string{"crc32c", "a_b"}) {
		t.Error(got)
	}
	if got := needs([]byte("depends=\x00")); got != nil {
		t.Error(got)
	}
}

// Every module comes after all that its own file says it needs.
func TestModuleOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the kernel of scripts/install-test-tools")
	}
	k, err := FindKernel()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := k.Modules(append(Machine{}.modules(), "loop max_loop=1", "usb-storage", "unix"))
	if err != nil {
		t.Fatal(err)
	}
	var loaded []string
	for _, m := range modules {
		info, err := modinfo(m.Path)
		if err != nil {
			t.Fatal(err)
		}
		for _, need := range needs(info) {
			if !slices.Contains(loaded, need) {
				t.Errorf("%s before %s", m.Name, need)
			}
		}
		if slices.Contains(loaded, m.Name) || m.Name == "unix" { // twice, or built in
			t.Errorf("%s should not be loaded", m.Name)
		}
		loaded = append(loaded, m.Name)
		if want := map[string]string{"loop": "max_loop=1"}[m.Name]; m.Parameters != want {
			t.Errorf("%s with %q", m.Name, m.Parameters)
		}
	}
	for _, want := range []string{"nvme_core", "libata", "scsi_mod", "usbcore", "loop"} {
		if !slices.Contains(loaded, want) {
			t.Errorf("no %s among %v", want, loaded)
		}
	}
	if _, err := k.Modules([]string{"no_such_module"}); err == nil {
		t.Error("a module that does not exist was found")
	}
}

func TestInitramfs(t *testing.T) {
	host := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(host, []byte("from the host"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := writeInitramfs(&b, []File{{Path: "/bin/deep/x", Host: host}, {Path: "/init", Data: []byte("init")}, {Path: "/bin/empty", Data: []byte{}, Mode: 0o644}}); err != nil {
		t.Fatal(err)
	}
	records, err := cpio.ReadAllRecords(cpio.Newc.Reader(bytes.NewReader(b.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	contents := make(map[string]string)
	inodes := make(map[uint64]bool)
	for _, r := range records {
		if dir := path.Dir(r.Name); dir != "." {
			if _, ok := contents[dir]; !ok {
				t.Errorf("%s before its folder", r.Name)
			}
		}
		if inodes[r.Ino] {
			t.Errorf("%s shares its inode", r.Name)
		}
		inodes[r.Ino] = true
		data, err := io.ReadAll(io.NewSectionReader(r, 0, int64(r.FileSize)))
		if r.ReaderAt != nil && err != nil {
			t.Fatal(err)
		}
		contents[r.Name] = string(data)
	}
	if contents["bin/deep/x"] != "from the host" || contents["init"] != "init" {
		t.Error(contents)
	}
	if _, ok := contents["dev/console"]; !ok {
		t.Error("no console")
	}
	if err := writeInitramfs(&b, []File{{Path: "/x", Host: host + "-not-there"}}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

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
