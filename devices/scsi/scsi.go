// Package scsi asks a SCSI disk (parallel SCSI, Fibre Channel, SAS, and
// everything that speaks SCSI over something else: USB, UAS, iSCSI, virtio-scsi,
// ATA disks behind a translator) what it is, how large it is and what state it
// is in. Command bytes in, facts out: the package does no I/O.
//
// A SCSI command is a command descriptor block (CDB) of 6, 10, 12 or 16 bytes:
// the operation code, its parameters big-endian, and a control byte at the end.
// The device answers with data, or with CHECK CONDITION and sense data: a sense
// key (what kind of trouble) and an additional sense code with its qualifier
// (which). Commands of all devices are in SPC (SCSI Primary Commands), those of
// disks in SBC (SCSI Block Commands), the translation of ATA disks in SAT.
// Section and table numbers of SBC in the comments are those of SBC-5, whose
// pages are the ones of SBC-4 with new fields behind. SPC is cited by the titles
// of its sections, because their numbers change with every edition.
//
// Where a fact comes from:
//
//   - INQUIRY and its vital product data (VPD) pages: names, serial
//     number, world wide names, limits, rotation, what reads give after an erase;
//   - READ CAPACITY (SBC 5.20, 5.21): blocks, block length, protection
//     information, whether unmapped blocks are there and read as zeros;
//   - TEST UNIT READY and REQUEST SENSE: whether a sanitize operation or a
//     format runs or has failed (SBC 4.11). SCSI has no command that tells of a
//     sanitize operation that succeeded: it shows only in what is read;
//   - LOG SENSE: error counters, bytes written, temperature, wear;
//   - READ DEFECT DATA: how many defects the drive was made with and has grown.
//
// SCSI has no counterpart of ATA's native maximum address: a capacity that was
// reduced by MODE SELECT looks like any other. Whether a SCSI disk hides
// capacity is unknown, always.
//
// Nothing is believed. USB bridges return their standard INQUIRY data for any
// page, answer with less than they announce, and hang on commands they do not
// know; so page codes are compared, lengths bounded, and what the device does
// not list is not asked for.
package scsi

import "encoding/binary"

// Transport carries one command to a device and brings back what it returns.
// Implementations refuse what [cdb.Permit] refuses.
type Transport interface {
	// Do sends a CDB and fills data, which may be empty. n is how many bytes
	// came. status is nil for success, otherwise the sense data that the device
	// returned. err is for what never reached the device or never came back.
	Do(command, data []byte) (n int, status []byte, err error)
}

// Count is a counter that the drive may not have.
type Count struct {
	Value uint64
	Known bool
}

var be = binary.BigEndian
