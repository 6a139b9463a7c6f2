package guest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage"
)

// BenchmarkFirstScreen measures how long the stick takes from power-on to its
// first line, its first screen and its list of disks, and beside it what such a
// computer takes at least: an image with the same kernel and the same modules, but
// of programs only one, which prints a line.
//
//	go test -run '^$' -bench FirstScreen -benchtime 1x ./internal/guest
func BenchmarkFirstScreen(b *testing.B) {
	built := makeImage(b)
	trial := trialImage(b, built)
	var least, line, screen, list time.Duration
	for b.Loop() {
		seen := powerOn(b, trial, Cue{"guest init: ", (*Session).Quit})
		least += seen[0]
		seen = powerOn(b, imageIn(built), Cue{"shokyo-init: ", nil}, Cue{"Looking for disks", nil}, Cue{"Which disks shall be examined?", (*Session).Quit})
		line, screen, list = line+seen[0], screen+seen[1], list+seen[2]
	}
	report := func(d time.Duration, name string) { b.ReportMetric(d.Seconds()/float64(b.N), name) }
	report(least, "s/trial-line")
	report(line, "s/first-line")
	report(screen, "s/first-screen")
	report(list, "s/list")
	b.ReportMetric(screen.Seconds()/least.Seconds(), "screen/trial")
	b.ReportMetric(0, "ns/op") // says nothing
}

// powerOn switches a computer with a TPM and two disks on.
func powerOn(b *testing.B, image string, cues ...Cue) []time.Duration {
	b.Helper()
	dir := b.TempDir()
	c := Computer{Firmware: UEFI, TPM: true}
	c.Disks = []Disk{
		{Name: "one", Bus: NVMe, Serial: "NVME0001", Image: filepath.Join(dir, "one")},
		{Name: "two", Bus: AHCI, Serial: "AHCI0001", Image: filepath.Join(dir, "two")},
		{Name: "stick", Bus: USB, Serial: "STICK1", Removable: true, Boot: true, Image: filepath.Join(dir, "stick")},
	}
	for _, d := range c.Disks[:2] {
		if err := sparse(d.Image); err != nil {
			b.Fatal(err)
		}
	}
	copyImage(b, c.Disks[2].Image, image)
	return c.Start(b, cues...).Seen
}

// trialImage is built as the trial was with which booting was tried out.
func trialImage(b *testing.B, built string) string {
	b.Helper()
	kernel, err := bootimage.FindKernel()
	if err != nil {
		b.Fatal(err)
	}
	list, err := kernel.Modules(modulesIn(b, manifestIn(built)))
	if err != nil {
		b.Fatal(err)
	}
	init := filepath.Join(b.TempDir(), "init")
	if err := build(init, "build", "./internal/guest/init"); err != nil {
		b.Fatal(err)
	}
	files := []File{{Path: "/init", Host: init}}
	for _, m := range list {
		files = append(files, File{Path: "/modules/" + m.Name + ".ko", Host: m.Path})
	}
	var archive bytes.Buffer
	if err := bootimage.WriteInitramfs(&archive, nil, files); err != nil {
		b.Fatal(err)
	}
	u := takeApart(b, filepath.Join(built, "shokyo.efi"))
	u.CommandLine = "console=tty0 console=ttyS0,115200 quiet panic=10" // its line is to be on the serial console
	if u.Initrd, err = bootimage.Compress(archive.Bytes()); err != nil {
		b.Fatal(err)
	}
	return imageOf(b, u)
}

// modulesIn are the modules that a manifest lists.
func modulesIn(b *testing.B, manifest string) (names []string) {
	b.Helper()
	var m struct{ Inputs []struct{ Name string } }
	text, err := os.ReadFile(manifest)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		b.Fatal(err)
	}
	for _, i := range m.Inputs {
		if name, ok := strings.CutPrefix(i.Name, "module "); ok {
			names = append(names, name)
		}
	}
	return names
}
