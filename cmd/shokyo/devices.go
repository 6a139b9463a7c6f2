package main

import (
	"flag"
	"fmt"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/reports"
)

const devicesHelp = `usage: shokyo devices [--json] [DEVICE...]

List the media that are attached, or only the DEVICEs named, and what each says
of itself: identity, size, who has it in use, hidden capacity, whether it erased
itself, whether it is locked. What is not known is said to be, with the reason.
Nothing is written, and the read-only flag is left alone. Asking needs root.

  shokyo devices
  shokyo devices --json /dev/sdb

`

func devicesVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("devices", flag.ContinueOnError)
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "everything, with the raw answers of the drives, as one JSON object on standard output")
	paths, err := p.parse(fs, devicesHelp, args)
	if err != nil {
		return exitUsage, err
	}
	drives, err := p.attached(paths)
	if err != nil {
		return exitFailed, err
	}
	if p.asJSON {
		return exitOK, p.printDevices(drives)
	}
	p.showDevices(drives)
	return exitOK, nil
}

// attached describes the devices named, or all.
func (p *program) attached(paths []string) (drives []*statements.Drive, err error) {
	if len(paths) == 0 {
		return devices.List(p.ctx)
	}
	for _, path := range paths {
		d, err := devices.Describe(path)
		if err != nil {
			return nil, err
		}
		drives = append(drives, d)
	}
	return drives, nil
}

func (p *program) printDevices(drives []*statements.Drive) error {
	out := reports.Devices{Schema: reports.DevicesSchema, Devices: []reports.Drive{}}
	for _, d := range drives {
		out.Devices = append(out.Devices, *examine.ReportDrive(d))
	}
	_, err := p.stdout.Write(out.Encode())
	if err != nil {
		return fmt.Errorf("print the list: %w", err)
	}
	return nil
}
