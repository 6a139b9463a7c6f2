package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/internal/bytesize"
)

// listed is what shokyo devices --json prints, as far as it is of use here
// (docs/devices.md).
type listed struct {
	Devices []drive `json:"devices"`
}

type drive struct {
	Path      string    `json:"path"`
	Bus       string    `json:"bus"`
	Model     string    `json:"model"`
	Serial    string    `json:"serial"`
	SizeBytes int64     `json:"size_bytes"`
	InUse     *bool     `json:"in_use"`
	Users     []string  `json:"users"`
	Hidden    statement `json:"hidden_capacity"`
	Sanitize  statement `json:"sanitize"`
	Security  statement `json:"security"`
	Facts     []fact    `json:"facts"`
}

type statement struct {
	State string `json:"state"`
	Text  string `json:"text"`
}

type fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// listLimit is beyond what shokyo itself allows a drive that does not answer.
const listLimit = 3 * time.Minute

// Disks asks shokyo. What is attached is guarded before.
func (a *appliance) Disks(ctx context.Context) ([]Disk, error) {
	a.guard.All()
	appearances := make(map[string]string) // before anything is asked of them
	for _, disk := range a.stick.Sys.WholeDisks() {
		appearances["/dev/"+disk] = a.stick.Sys.Appearance(disk)
	}
	ctx, cancel := context.WithTimeout(ctx, listLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, a.program, "devices", "--json")
	cmd.SysProcAttr = machine.OwnSession()
	cmd.WaitDelay = time.Second // it may hang in the kernel and not die
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("list the disks: %w: %s", err, lastWords(stderr.Bytes()))
	}
	all, err := parseDisks(stdout.Bytes(), a.stick.Disk())
	for i := range all {
		name := filepath.Base(all[i].Path)
		all[i].Appearance = cmp.Or(appearances[all[i].Path], a.stick.Sys.Appearance(name)) // the latter came meanwhile
		all[i].Removable = a.stick.Sys.Attribute(name, "removable") == "1"
	}
	return all, err
}

func parseDisks(b []byte, stick string) (all []Disk, err error) {
	var l listed
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, fmt.Errorf("list the disks: %w", err)
	}
	for _, d := range l.Devices {
		if !disks.Virtual(filepath.Base(d.Path)) {
			all = append(all, d.disk(stick))
		}
	}
	return all, nil
}

func (d *drive) disk(stick string) Disk {
	out := Disk{
		Path: d.Path, Model: ascii.Printable(d.Model), Serial: ascii.Printable(d.Serial), Bus: busName(d.Bus),
		Bytes: max(0, d.SizeBytes), Size: bytesize.Drive(d.SizeBytes), Health: d.health(),
		Stick: stick != "" && d.Path == "/dev/"+stick, Notes: d.notes(),
	}
	if d.InUse != nil && *d.InUse {
		out.InUse = ascii.Printable(strings.Join(d.Users, ", "))
		if out.InUse == "" {
			out.InUse = "in use"
		}
	}
	return out
}

func busName(bus string) string {
	switch bus {
	case "ata", "scsi", "usb", "mmc":
		return strings.ToUpper(bus)
	case "nvme":
		return "NVMe"
	}
	return ascii.Printable(bus)
}

// health is the drive's own opinion: "good", "FAILING", or "" if it has none.
func (d *drive) health() string {
	if d.fact("ata.smart.failure_predicted") == "yes" {
		return "FAILING"
	}
	warning := d.fact("nvme.smart.critical_warning")
	if warning != "" && warning != "00" {
		return "FAILING"
	}
	if warning == "00" || d.fact("ata.smart.failure_predicted") == "no" {
		return "good"
	}
	return ""
}

func (d *drive) fact(name string) string {
	for _, f := range d.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// notes are what a person should know before choosing the disk.
func (d *drive) notes() (notes []string) {
	add := func(s statement, states ...string) {
		if oneOf(s.State, states...) {
			notes = append(notes, ascii.Printable(s.Text))
		}
	}
	add(d.Hidden, "hidden")
	add(d.Security, "locked", "shadowed")
	add(d.Sanitize, "in-progress", "failed")
	if d.SizeBytes <= 0 {
		notes = append(notes, "it holds no medium, or does not answer")
	}
	return notes
}
