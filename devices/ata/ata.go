// Package ata asks ATA and SATA drives what they are, and parses what they
// answer. It does no I/O: commands go through a Transport, and nothing that
// writes can be built here.
//
// # How a command travels
//
// An ATA command is a set of registers, the task file: FEATURE, COUNT, LBA,
// DEVICE and COMMAND (ACS-3 §7). Linux, host adapters and USB bridges take SCSI
// commands, so the task file rides inside one: ATA PASS-THROUGH(16), 85h, or
// (12), A1h (SAT-4 §12.2). The long form has room for the 16-bit FEATURE and
// COUNT and the 48-bit LBA of the "EXT" commands, the short one has not. A1h
// means BLANK to an optical drive (MMC-6): Collect is for disks only, peripheral
// device type 00h, and its caller makes sure of that.
//
// Three things come back. Most commands return a page of 512 bytes. Some return
// nothing but registers (the native maximum address, the sanitize status): with
// CK_COND set the translator hands them over as sense data, see Registers. And a
// refusal is sense data too.
//
// # What may go wrong, and is not hidden
//
// A USB bridge may refuse 85h, may answer IDENTIFY DEVICE and then return no
// registers, or may return registers full of zeros. Words of IDENTIFY DEVICE data
// have validity bits, and a drive may leave them off. All of this ends as Unknown
// with a reason in Drive.Missing, never as No.
//
// Documents: ACS-3 (T13/2161-D) and ACS-4 (T13/BSR INCITS 529), ATA8-ACS
// (T13/1699-D) for what ACS-3 made obsolete (HPA, DCO), SAT-4 (T10/BSR INCITS
// 491), SPC-4 (T10/BSR INCITS 513) for sense data.
package ata

import (
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Transport carries one command to a device and brings back what it returns.
// Implementations refuse what taskfile.Permit refuses.
type Transport interface {
	// Do sends a command descriptor block of 12 or 16 bytes and fills data,
	// which may be empty; n is how many bytes came. status is nil for success,
	// otherwise the sense data: a refusal, or the registers that CK_COND asked
	// for. err is for what never reached the device or never came back.
	Do(command, data []byte) (n int, status []byte, err error)
}

// Missing is a page that did not come, and why.
type Missing struct {
	Page string     // the name Permit gives the command
	Why  words.Text // for the technician
}

// Drive is what a drive says of itself. A nil page did not come: Why tells the
// reason.
type Drive struct {
	Identify  *Identify
	PowerMode *PowerMode

	NativeMax     *uint64 // sectors by READ NATIVE MAX ADDRESS: what a host protected area cannot hide
	AccessibleMax *uint64 // sectors by GET NATIVE MAX ADDRESS EXT, of the newer feature set
	DCO           *DCO    // what the configuration overlay cannot hide
	Sanitize      *Sanitize

	SMARTStatus *SMARTStatus
	SMART       *SMART
	Thresholds  *Thresholds

	Logs       *LogDirectory
	Statistics *PageList // which pages the device statistics log has
	General    *GeneralStatistics
	Rotating   *RotatingStatistics
	Errors     *ErrorStatistics
	Interface  *InterfaceStatistics
	SolidState *SolidStateStatistics

	IdentifyPages *PageList // which pages the IDENTIFY DEVICE data log has
	Capacity      *Capacity

	Missing []Missing // in the order asked

	short bool // only ATA PASS-THROUGH(12) works
}

// Why says why a page is not there; empty if it is.
func (d *Drive) Why(page string) words.Text {
	for _, m := range d.Missing {
		if m.Page == page {
			return m.Why
		}
	}
	if d.Identify == nil {
		return drive.ATANoIdentify
	}
	return words.Text{}
}
