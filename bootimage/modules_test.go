package bootimage

import (
	"slices"
	"testing"
)

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
	modules, err := k.Modules([]string{"nvme", "ahci", "sd_mod", "virtio_scsi", "uas", "loop max_loop=1", "usb-storage", "unix"})
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
