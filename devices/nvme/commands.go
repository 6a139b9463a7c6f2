package nvme

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The admin opcodes on the reading list (NVMe Base, Opcodes for Admin Commands). The lowest
// two bits of an opcode say where data goes: 10b is from the drive to the host.
const (
	opGetLogPage      = 0x02
	opIdentify        = 0x06
	opSecurityReceive = 0x82
)

// What Identify can be asked for: the CNS field, command dword 10, bits 7:0.
const (
	cnsNamespace           = 0x00
	cnsController          = 0x01
	cnsActiveNamespaces    = 0x02
	cnsDescriptors         = 0x03
	cnsAllocatedNamespaces = 0x10
	cnsAllocatedNamespace  = 0x11
)

// Log page identifiers.
const (
	lidError    = 0x01
	lidSMART    = 0x02
	lidFirmware = 0x03
	lidEffects  = 0x05
	lidSanitize = 0x81
)

const (
	commandBytes  = 64
	identifyBytes = 4096       // every Identify page
	everyNSID     = 0xFFFFFFFF // the drive as a whole: broadcast
	maxTransfer   = 4096       // every controller can transfer this much at once
)

// identify builds Identify.
func identify(cns byte, nsid uint32) []byte {
	c := entry(opIdentify, nsid)
	c[40] = cns
	return c
}

// getLog builds Get Log Page for the whole drive. Retain Asynchronous Event is
// set: without it, reading a log clears the event that announced it, and what
// the drive had to say would be lost to the next reader (Base 2.1, Figure 197).
// The number of dwords is 0's based.
func getLog(lid byte, length int) []byte {
	const retainEvent = 1 << 15
	c := entry(opGetLogPage, everyNSID)
	binary.LittleEndian.PutUint32(c[40:], uint32(length/4-1)<<16|retainEvent|uint32(lid))
	return c
}

// SecurityReceive builds Security Receive: protocol and protocol-specific field
// as SPC-5 has them in SECURITY PROTOCOL IN. Permit accepts two of them.
func SecurityReceive(protocol byte, specific uint16, length int) []byte {
	c := entry(opSecurityReceive, 0)
	binary.LittleEndian.PutUint32(c[40:], uint32(protocol)<<24|uint32(specific)<<8)
	binary.LittleEndian.PutUint32(c[44:], uint32(length))
	return c
}

func entry(opcode byte, nsid uint32) []byte {
	c := make([]byte, commandBytes)
	c[0] = opcode
	binary.LittleEndian.PutUint32(c[4:], nsid)
	return c
}

// Permit is the allow-list, the one place: it names a command that may be sent
// to the admin queue, or refuses it. Nothing on the list moves data to the drive
// or changes its state:
//
//	06h Identify          CNS 00h 01h 02h 03h 10h 11h
//	02h Get Log Page      LID 01h 02h 03h 05h 81h, event retained, no
//	                      log-specific field (in 07h it would start a capture)
//	82h Security Receive  protocol 00h, and 01h with ComID 0001h; any other
//	                      ComID may hand out, once, what was meant for another
//
// Every other bit has to be zero, so that a field of a later specification can
// not make something else of a listed command.
func Permit(command []byte) (name string, err error) {
	if len(command) != commandBytes {
		return "", fmt.Errorf("refused: an NVMe command has %d bytes, not %d", commandBytes, len(command))
	}
	if !zero(command[1:4]) || !zero(command[8:40]) || !zero(command[48:]) {
		return "", errors.New("refused: bits are set in NVMe command fields that no permitted command uses")
	}
	nsid := binary.LittleEndian.Uint32(command[4:])
	dword10, dword11 := binary.LittleEndian.Uint32(command[40:]), binary.LittleEndian.Uint32(command[44:])
	switch command[0] {
	case opIdentify:
		name = identifyName(nsid, dword10, dword11)
	case opGetLogPage:
		name = logName(nsid, dword10, dword11)
	case opSecurityReceive:
		name = securityName(nsid, dword10, dword11)
	}
	if name == "" {
		return "", fmt.Errorf("refused: NVMe admin command %02Xh with NSID %Xh, dwords %08Xh %08Xh is not on the reading list", command[0], nsid, dword10, dword11)
	}
	return name, nil
}

// identifyName: dword 10 is the CNS alone (no controller identifier), dword 11
// zero (no command set). The lists are read from their start.
func identifyName(nsid, dword10, dword11 uint32) string {
	namespace := nsid != 0 && nsid != everyNSID
	switch {
	case dword11 != 0:
	case dword10 == cnsNamespace && namespace:
		return fmt.Sprintf("identify-namespace-%d", nsid)
	case dword10 == cnsController && nsid == 0:
		return "identify-controller"
	case dword10 == cnsActiveNamespaces && nsid == 0:
		return "identify-active-namespaces"
	case dword10 == cnsDescriptors && namespace:
		return fmt.Sprintf("identify-descriptors-%d", nsid)
	case dword10 == cnsAllocatedNamespaces && nsid == 0:
		return "identify-allocated-namespaces"
	case dword10 == cnsAllocatedNamespace && namespace:
		return fmt.Sprintf("identify-allocated-namespace-%d", nsid)
	}
	return ""
}

// logName: each log at its own length, the error log at 1 to 64 entries.
func logName(nsid, dword10, dword11 uint32) string {
	const specificAndEvent = 0xFF00 // LSP in 14:8 must be 0, RAE in 15 must be 1
	length := logLength(dword10)
	if nsid != everyNSID || dword11 != 0 || dword10&specificAndEvent != 0x8000 {
		return ""
	}
	switch lid := byte(dword10); {
	case lid == lidError && length <= maxErrors*errorBytes && length%errorBytes == 0:
		return "log-01h-error"
	case lid == lidSMART && length == smartBytes:
		return "log-02h-smart"
	case lid == lidFirmware && length == firmwareBytes:
		return "log-03h-firmware"
	case lid == lidEffects && length == effectsBytes:
		return "log-05h-effects"
	case lid == lidSanitize && length == sanitizeBytes:
		return "log-81h-sanitize"
	}
	return ""
}

func logLength(dword10 uint32) int { return (int(dword10>>16) + 1) * 4 }

// securityName: dword 10 is protocol, ComID and a zero NVMe-specific field
// (which chooses an RPMB); dword 11 the allocation length.
func securityName(nsid, dword10, dword11 uint32) string {
	if nsid != 0 || dword11 == 0 || dword11 > maxTransfer || dword11%4 != 0 {
		return ""
	}
	switch dword10 {
	case 0:
		return "security-protocols"
	case 0x01000100:
		return "security-level-0-discovery"
	}
	return ""
}

// Length is how many bytes a permitted command brings, at most; 0 for all
// others. The drive writes that many into the buffer it is given: a transport
// has to refuse any other buffer.
func Length(command []byte) int {
	if _, err := Permit(command); err != nil {
		return 0
	}
	switch command[0] {
	case opIdentify:
		return identifyBytes
	case opGetLogPage:
		return logLength(binary.LittleEndian.Uint32(command[40:]))
	}
	return int(binary.LittleEndian.Uint32(command[44:]))
}

func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
