package scan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
)

// A partition and a key header named after a person: counted and shown as shapes,
// and in no other word of the result. Names that tools give are passed over.
func TestReadableLabels(t *testing.T) {
	const person, volume = "Hanako Yamada 1985-03-12", "山田花子の記録"
	size := int64(20 << 20)
	luks, err := filesystems.LUKS2Options{Label: volume}.Format(make([]byte, 4096), "x", disktest.Keystream(1).Reader())
	if err != nil {
		t.Fatal(err)
	}
	if err := luks.Erase(); err != nil {
		t.Fatal(err)
	}
	m := disktest.New(size, 5)
	head, tail := filesystems.GPT(size, []filesystems.Part{
		{Name: person, Start: 1 << 20, Length: 17 << 20},
		{Name: "EFI System Partition", Start: 18 << 20, Length: 1 << 20},
	})
	m.Plant(0, head)
	m.Plant(1<<20, luks.Image[:32<<10])
	m.Plant(size-int64(len(tail)), tail)

	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	v := Decide(p, r)
	if v.Outcome != NoResidue {
		t.Fatalf("%v %v %+v", v.Outcome, v.Reasons, r.Findings)
	}
	var got []string
	for _, l := range r.Labels {
		got = append(got, fmt.Sprintf("%s at %d: %s", l.Kind, l.Offset, l.Shape))
	}
	want := []string{
		"gpt at 512: Xxxxxx Xxxxxx 9999-99-99",
		"luks2-wiped at 1048576: 漢漢漢漢あ漢漢", "luks2-wiped at 1064960: 漢漢漢漢あ漢漢",
		fmt.Sprintf("gpt-backup at %d: Xxxxxx Xxxxxx 9999-99-99", size-int64(len(tail))),
	}
	if !slices.Equal(got, want) || r.LabelCount != 4 {
		t.Errorf("%d labels %q, want %q", r.LabelCount, got, want)
	}
	if i := slices.IndexFunc(v.Reasons, func(x Reason) bool { return x.Code == ReasonReadableLabel }); i != 1 || !strings.Contains(v.Reasons[i].Text, ": 4, masked") {
		t.Errorf("the reasons are %+v", v.Reasons)
	}
	p.StrictLabels = true
	if v := Decide(p, r); v.Outcome != Inconclusive || v.Reasons[0].Code != ReasonReadableLabel {
		t.Errorf("strict: %v %v", v.Outcome, v.Reasons)
	}
	if all := fmt.Sprintf("%+v %+v", r, v); strings.Contains(all, "Hanako") || strings.Contains(all, "1985-03") || strings.Contains(all, "花子") {
		t.Error("the result repeats a label")
	}
}

// Links of logical partitions, the same kind at will, with numbers that anybody chose:
// each is explained, all of them are more than a disk has.
func TestRepeatedFields(t *testing.T) {
	heavy(t)
	for n, want := range map[int64]Outcome{20: NoResidue, 2040: NoResidue, 2200: Inconclusive} {
		m := disktest.New(96<<20, 9)
		link := make([]byte, SectorBytes)
		copy(link[446:], "\x00\x81\x92\x93\x83\xA1\xA2\xA3\x01\x82\xB3\x11\x87\x99\xA9\x01")
		copy(link[462:], "\x00\x81\x92\x93\x05\xA1\xA2\xA3\x01\x82\xB3\x11\x87\x99\xA9\x01")
		link[510], link[511] = 0x55, 0xAA
		for i := range n {
			m.Plant((1+i)*SectorBytes, link)
		}
		p := planOver(96<<20, Full)
		r := examine(t, p, m, Options{})
		if v := Decide(p, r); v.Outcome != want || r.FreeBytes != 32*n-2*n {
			t.Errorf("%d: %v %+v, %d bytes", n, v.Outcome, v.Reasons, r.FreeBytes)
		}
	}
}
