package filesystems

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/tooltest"
)

func TestSgdiskFindsNoFaultInGPT(t *testing.T) {
	for _, c := range []struct {
		size  int64
		parts []Part
		want  []string
	}{
		{64 << 20, nil, nil},
		{68 * 512, nil, nil}, // one sector is free
		{96 << 20, []Part{{Name: "resident-records", Start: 1 << 20, Length: 94 << 20}}, []string{"2048", "194559", "8300", "resident-records"}},
		{64 << 20, []Part{
			{Name: "住民記録", Start: 34 * 512, Length: 512},
			{Name: "EFI", Start: 1 << 20, Length: 1 << 20, Type: GUID{0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b}},
			{Name: strings.Repeat("long", 20), Start: 2 << 20, Length: 62<<20 - 33*512},
		}, []string{"住民記録", "EF00", "longlonglonglong"}},
	} {
		m := disktest.New(c.size, 1) // between the tables lies ciphertext, as on an erased disk
		head, tail := GPT(c.size, c.parts)
		m.Plant(0, head)
		m.Plant(c.size-int64(len(tail)), tail)
		path := t.TempDir() + "/gpt.img"
		if err := m.WriteFile(path); err != nil {
			t.Fatal(err)
		}
		if out := string(tooltest.Output(t, "sgdisk", "-v", path)); !strings.Contains(out, "No problems found") {
			t.Errorf("sgdisk -v:\n%s", out)
		}
		table := string(tooltest.Output(t, "sgdisk", "-p", path)) + "\n"
		for _, w := range c.want {
			if !strings.Contains(table, w) {
				t.Errorf("sgdisk -p does not show %q:\n%s", w, table)
			}
		}
	}
}

func TestGPTRefusesWhatDoesNotFit(t *testing.T) {
	for name, f := range map[string]func(){
		"a medium too small":      func() { GPT(67*512, nil) },
		"half a sector":           func() { GPT(1<<20+100, nil) },
		"over the first table":    func() { GPT(1<<20, []Part{{Start: 512, Length: 512}}) },
		"over the backup":         func() { GPT(1<<20, []Part{{Start: 1 << 19, Length: 1 << 19}}) },
		"an empty partition":      func() { GPT(1<<20, []Part{{Start: 1 << 19}}) },
		"more entries than there": func() { GPT(1<<20, make([]Part, 129)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("was accepted")
				}
			}()
			f()
		})
	}
}
