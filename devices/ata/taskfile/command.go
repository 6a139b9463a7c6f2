// Package taskfile is the registers of an ATA command, on the way to the drive and
// back: tasks is the reading list, which Permit compares with all that is to be sent
// (command.go), and Judge says what came back (registers.go).
//
// To ask a drive for something more, add a row to tasks.
package taskfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Operation codes of the carrier (SAT-4 §12.2).
const (
	passThrough16 = 0x85
	passThrough12 = 0xa1
)

// Bytes 1 and 2 of both carriers (SAT-4 §12.2.2). PROTOCOL is in bits 4:1 of
// byte 1, EXTEND is bit 0. OFF_LINE, T_TYPE and MULTIPLE_COUNT are always zero.
const (
	protocolNonData = 3 << 1
	protocolPIOIn   = 4 << 1
	extend          = 1 << 0

	ckCond       = 1 << 5 // return the registers as sense data
	fromDevice   = 1 << 3 // T_DIR
	inBlocks     = 1 << 2 // BYT_BLOK: T_LENGTH counts 512-byte blocks
	lengthCount  = 2      // T_LENGTH: the length is in COUNT
	byLBA        = 1 << 6 // DEVICE bit 6: the address is an LBA
	SectorBytes  = 512    // of every ATA data page, whatever the medium's sectors
	smartKey     = 0xc24f00
	MaxTrustedIn = 128 // blocks: 64 KiB, more than any TCG answer here
)

// task is a task file on the reading list. All that return data do so by PIO
// Data-In, all others return registers.
type task struct {
	name     string
	command  byte
	feature  uint16
	count    uint16
	lba      uint64
	extended bool // a 48-bit command
	in       bool // returns data
}

// tasks is the reading list: nothing else is ever sent. What is on it was chosen
// by feature as well as by command, for the neighbours are dangerous: B1h is DCO
// IDENTIFY with feature C2h and DCO RESTORE with C0h; B4h asks for the sanitize
// status with 0000h, clears a failure with COUNT bit 0 set and erases the drive
// with 0011h to 0014h; 78h with 0001h sets the maximum address; SMART B0h with
// D4h starts a self-test; and READ LOG EXT of log 04h with FEATURE bit 0 resets
// the statistics it returns (ACS-4 §9.5, read then initialize).
func tasks() []task {
	list := []task{
		// ACS-3, commands by name; HPA and DCO are in ATA8-ACS.
		{name: PageIdentify, command: 0xec, count: 1, in: true},
		{name: PagePowerMode, command: 0xe5},
		{name: PageNativeMax, command: 0xf8},
		{name: PageNativeMaxExt, command: 0x27, extended: true},
		{name: PageAccessibleMax, command: 0x78, extended: true},
		{name: PageDCO, command: 0xb1, feature: 0xc2, count: 1, in: true},
		{name: PageSanitize, command: 0xb4, extended: true},
		{name: PageSMARTStatus, command: 0xb0, feature: 0xda, lba: smartKey},
		{name: PageSMARTData, command: 0xb0, feature: 0xd0, count: 1, lba: smartKey, in: true},
		{name: PageSMARTThresholds, command: 0xb0, feature: 0xd1, count: 1, lba: smartKey, in: true},
		{name: pageTrustedProtocols, command: 0x5c, count: 1, in: true},
		{name: pageTrustedLevel0, command: 0x5c, feature: 0x01, count: 1, lba: 0x0001 << 8, in: true},
		{name: PageLogDirectory, command: 0x2f, count: 1, extended: true, in: true},
		{name: PageIdentifyPages, command: 0x2f, count: 1, lba: logLBA(0x30, 0), extended: true, in: true},
		{name: PageCapacity, command: 0x2f, count: 1, lba: logLBA(0x30, 2), extended: true, in: true},
	}
	for page := range uint16(8) {
		list = append(list, task{name: StatisticsPage(page), command: 0x2f, count: 1, lba: logLBA(0x04, page), extended: true, in: true})
	}
	return list
}

// The names that Permit gives.
const (
	PageIdentify         = "identify-device"
	PagePowerMode        = "check-power-mode"
	PageNativeMax        = "read-native-max"
	PageNativeMaxExt     = "read-native-max-ext"
	PageAccessibleMax    = "get-native-max-ext"
	PageDCO              = "dco-identify"
	PageSanitize         = "sanitize-status-ext"
	PageSMARTStatus      = "smart-return-status"
	PageSMARTData        = "smart-read-data"
	PageSMARTThresholds  = "smart-read-thresholds"
	pageTrustedProtocols = "trusted-receive-protocols"
	pageTrustedLevel0    = "trusted-receive-level-0"
	PageLogDirectory     = "log-00h-directory"
	PageIdentifyPages    = "log-30h-00h"
	PageCapacity         = "log-30h-02h"
)

func StatisticsPage(page uint16) string { return fmt.Sprintf("log-04h-%02xh", page) }

// logLBA is the LBA field of READ LOG EXT: the log's address in bits 7:0, the
// page number in 15:8 and 39:32 (ACS-3, READ LOG EXT).
func logLBA(log byte, page uint16) uint64 {
	return uint64(log) | uint64(page&0xff)<<8 | uint64(page>>8)<<32
}

func TaskNamed(name string) (task, bool) {
	for _, t := range tasks() {
		if t.name == name {
			return t, true
		}
	}
	return task{}, false
}

// flags are bytes 1 and 2 of the carrier.
func (t task) flags() (byte, byte) {
	first, second := byte(protocolNonData), byte(ckCond)
	if t.in {
		first, second = protocolPIOIn, fromDevice|inBlocks|lengthCount
	}
	if t.extended {
		first |= extend
	}
	return first, second
}

// cdb16 is ATA PASS-THROUGH(16). The registers are written as pairs, the byte
// that a 28-bit command ignores first (SAT-4 §12.2.2).
func (t task) cdb16() []byte {
	first, second := t.flags()
	c := make([]byte, 16)
	c[0], c[1], c[2] = passThrough16, first, second
	binary.BigEndian.PutUint16(c[3:], t.feature)
	binary.BigEndian.PutUint16(c[5:], t.count)
	c[7], c[8] = byte(t.lba>>24), byte(t.lba)
	c[9], c[10] = byte(t.lba>>32), byte(t.lba>>8)
	c[11], c[12] = byte(t.lba>>40), byte(t.lba>>16)
	c[13], c[14] = byLBA, t.command
	return c
}

// cdb12 is ATA PASS-THROUGH(12), which holds only 28-bit commands; nil for
// others.
func (t task) cdb12() []byte {
	if t.extended {
		return nil
	}
	first, second := t.flags()
	return []byte{
		passThrough12, first, second, byte(t.feature), byte(t.count),
		byte(t.lba), byte(t.lba >> 8), byte(t.lba >> 16), byLBA, t.command, 0, 0,
	}
}

func (t task) Block(short bool) []byte {
	if short {
		return t.cdb12()
	}
	return t.cdb16()
}

// Permit is the allow-list: it names a command that may be sent, or refuses it.
// A command passes if it is, byte for byte, what this package builds for a task
// on the reading list. So there is no field, reserved bit or flag that could
// turn a permitted command into another. The one freedom is the number of blocks
// that TRUSTED RECEIVE asks for.
func Permit(command []byte) (name string, err error) {
	count, err := carriedCount(command)
	if err != nil {
		return "", err
	}
	for _, t := range tasks() {
		if t.command == 0x5c && count >= 1 && count <= MaxTrustedIn {
			t.count = count
		}
		if bytes.Equal(command, t.Block(len(command) == 12)) {
			return t.name, nil
		}
	}
	return "", fmt.Errorf("ATA command % x is not on the reading list", command)
}

// carriedCount is the COUNT field of a carrier.
func carriedCount(command []byte) (uint16, error) {
	switch {
	case len(command) == 16 && command[0] == passThrough16:
		return binary.BigEndian.Uint16(command[5:]), nil
	case len(command) == 12 && command[0] == passThrough12:
		return uint16(command[4]), nil
	}
	return 0, fmt.Errorf("% x is no ATA PASS-THROUGH(12) or (16)", command[:min(len(command), 16)])
}

// TrustedReceive is the command for data of a security protocol (ACS-3, 5Ch), of so
// many blocks; short rides in the carrier of 12 bytes. It is nil for a number of
// blocks that is not on the reading list.
func TrustedReceive(protocol byte, specific uint16, blocks int, short bool) []byte {
	if blocks < 1 || blocks > MaxTrustedIn {
		return nil
	}
	return task{command: 0x5c, feature: uint16(protocol), count: uint16(blocks), lba: uint64(specific) << 8, in: true}.Block(short)
}
