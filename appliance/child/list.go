package child

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/stick"
)

// listLimit is beyond what shokyo itself allows a drive that does not answer.
const listLimit = 3 * time.Minute

// Devices asks shokyo which disks are attached.
func (p Program) Devices(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, listLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, string(p), "devices", "--json")
	cmd.SysProcAttr = machine.OwnSession()
	cmd.WaitDelay = time.Second // it may hang in the kernel and not die
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("list the disks: %w: %s", err, LastWords(stderr.Bytes()))
	}
	return stdout.Bytes(), nil
}

// ParseDisks reads the answer. The stick is among the disks, and said to be it.
func ParseDisks(b []byte, stick string) (all []core.Disk, err error) {
	var l exchange.Devices
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, fmt.Errorf("list the disks: %w", err)
	}
	for _, d := range l.Devices {
		if !disks.Virtual(filepath.Base(d.Path)) {
			all = append(all, diskListed(&d, stick))
		}
	}
	return all, nil
}

func diskListed(d *exchange.Drive, stick string) core.Disk {
	out := core.Disk{
		Path: d.Path, Model: ascii.Printable(d.Model), Serial: ascii.Printable(d.Serial), Bus: busName(d.Bus),
		Bytes: max(0, d.SizeBytes), Size: bytesize.Drive(d.SizeBytes), Health: health(d),
		Stick: stick != "" && d.Path == "/dev/"+stick, Notes: notes(d),
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
func health(d *exchange.Drive) string {
	if fact(d, "ata.smart.failure_predicted") == "yes" {
		return "FAILING"
	}
	warning := fact(d, "nvme.smart.critical_warning")
	if warning != "" && warning != "00" {
		return "FAILING"
	}
	if warning == "00" || fact(d, "ata.smart.failure_predicted") == "no" {
		return "good"
	}
	return ""
}

func fact(d *exchange.Drive, name string) string {
	for _, f := range d.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// notes are what a person should know before choosing the disk.
func notes(d *exchange.Drive) (all []string) {
	add := func(s exchange.Statement, states ...exchange.State) {
		if slices.Contains(states, s.State) {
			all = append(all, ascii.Printable(s.Text))
		}
	}
	add(d.Hidden, exchange.Hidden)
	add(d.Security, exchange.Locked, exchange.Shadowed)
	add(d.Sanitize, exchange.SanitizeInProgress, exchange.SanitizeFailed)
	if d.SizeBytes <= 0 {
		all = append(all, stick.NoMedium.EN)
	}
	return all
}
