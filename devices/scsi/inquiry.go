package scsi

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// InquiryData is standard INQUIRY data (SPC-4 6.6.2, table 164). Strings are as the device
// gives them, without the blanks at their ends.
type InquiryData struct {
	Qualifier  byte // byte 0 bits 7:5; 0: a device is connected to this logical unit
	Peripheral byte // byte 0 bits 4:0, the device type
	Removable  bool // byte 1 bit 7, RMB
	Version    byte // byte 2: 4 SPC-2, 5 SPC-3, 6 SPC-4, 7 SPC-5; 0: claims no standard
	Protect    bool // byte 5 bit 0: can be formatted with protection information
	Vendor     string
	Product    string
	Revision   string
}

// Peripheral device types (SPC-5, standard INQUIRY data).
const (
	Disk           = 0x00
	SimplifiedDisk = 0x0e // RBC
	ZonedDisk      = 0x14 // host managed
)

// IsDisk says that the device has blocks to examine.
func (q InquiryData) IsDisk() bool {
	return q.Qualifier == 0 && (q.Peripheral == Disk || q.Peripheral == SimplifiedDisk || q.Peripheral == ZonedDisk)
}

// Kind names the peripheral device type.
func (q InquiryData) Kind() string {
	switch q.Peripheral {
	case Disk:
		return "disk"
	case 0x01:
		return "tape"
	case 0x03:
		return "processor"
	case 0x05:
		return "CD or DVD drive"
	case 0x07:
		return "optical disk"
	case 0x08:
		return "medium changer"
	case 0x0c:
		return "array controller"
	case 0x0d:
		return "enclosure"
	case SimplifiedDisk:
		return "simplified disk"
	case ZonedDisk:
		return "host managed zoned disk"
	case 0x1e:
		return "well known logical unit"
	case 0x1f:
		return "no device"
	}
	return fmt.Sprintf("device of type %02Xh", q.Peripheral)
}

// inquiryBytes is what every device has. To ask for more makes some bridges hang.
const inquiryBytes = 36

// ParseInquiry reads standard INQUIRY data.
func ParseInquiry(b []byte) (q InquiryData, err error) {
	if len(b) < inquiryBytes {
		return q, tooShort("INQUIRY", len(b), inquiryBytes)
	}
	if format := b[3] & 0xf; format > 2 {
		return q, fmt.Errorf("INQUIRY data of an unknown response format %d", format)
	}
	return InquiryData{
		Qualifier: b[0] >> 5, Peripheral: b[0] & 0x1f, Removable: b[1]&0x80 != 0, Version: b[2],
		Protect: b[5]&1 != 0, Vendor: text(b[8:16]), Product: text(b[16:32]), Revision: text(b[32:36]),
	}, nil
}

// text is a field of ASCII without what fills it up.
func text(b []byte) string { return strings.Trim(string(b), " \x00") }

func tooShort(what string, got, want int) error {
	return fmt.Errorf("%s of %d bytes where %d are needed", what, got, want)
}

// vpdBody is what a VPD page holds behind its header. The page code must be the
// one that was asked for: some bridges return their standard INQUIRY data for
// any page. At least want bytes must be there.
func vpdBody(b []byte, page byte, want int) ([]byte, error) {
	what := fmt.Sprintf("VPD page %02Xh", page)
	if len(b) < 4 {
		return nil, tooShort(what, len(b), 4)
	}
	if b[1] != page {
		return nil, fmt.Errorf("asked for %s and got page %02Xh, or no such page at all", what, b[1])
	}
	body := b[4:]
	if n := int(be.Uint16(b[2:])); n < len(body) {
		body = body[:n]
	}
	if len(body) < want {
		return nil, tooShort(what, 4+len(body), 4+want)
	}
	return body, nil
}

// ParsePageList reads VPD page 00h: the pages there are (SPC-5,
// Supported VPD Pages). It lists
// itself first and goes up; standard INQUIRY data in its place would not.
func ParsePageList(b []byte) (pages []byte, err error) {
	body, err := vpdBody(b, 0x00, 1)
	if err != nil {
		return nil, err
	}
	if int(be.Uint16(b[2:])) > len(body) {
		return nil, tooShort("VPD page 00h", len(b), 4+int(be.Uint16(b[2:])))
	}
	for i, p := range body {
		if i == 0 && p != 0 || i > 0 && p <= body[i-1] {
			return nil, fmt.Errorf("VPD page 00h is no ascending list of pages: % x", body[:min(len(body), 16)])
		}
	}
	return bytes.Clone(body), nil
}

// ParseSerialNumber reads VPD page 80h (SPC-5 7.7.19). All of it must be there:
// the standard INQUIRY data of a removable medium have 80h where the page code
// is, but a length that is too large.
func ParseSerialNumber(b []byte) (serial string, err error) {
	body, err := vpdBody(b, 0x80, 1)
	if err != nil {
		return "", err
	}
	if n := int(be.Uint16(b[2:])); n > len(body) {
		return "", tooShort("VPD page 80h", len(b), 4+n)
	}
	if serial = text(body); serial == "" {
		return "", errors.New("VPD page 80h holds an empty serial number")
	}
	return serial, nil
}

// Designator is one name of a device (SPC-5, Device Identification VPD
// page, designation descriptor).
type Designator struct {
	Association byte // 0 logical unit, 1 target port, 2 target device
	Type        byte // 1 T10 vendor, 2 EUI-64, 3 NAA, 8 SCSI name string, Ah UUID
	CodeSet     byte // 1 binary, 2 ASCII, 3 UTF-8
	Value       []byte
}

// String is the value as people write it: hex for binary, otherwise the text.
func (d Designator) String() string {
	if d.CodeSet == 2 || d.CodeSet == 3 {
		return text(d.Value)
	}
	return fmt.Sprintf("%x", d.Value)
}

// Identification is VPD page 83h.
type Identification []Designator

// ParseIdentification reads VPD page 83h. A designator that is cut off is left
// out.
func ParseIdentification(b []byte) (list Identification, err error) {
	body, err := vpdBody(b, 0x83, 0)
	if err != nil {
		return nil, err
	}
	list = Identification{}
	for len(body) >= 4 {
		n := 4 + int(body[3])
		if n > len(body) {
			break
		}
		list = append(list, Designator{Association: body[1] >> 4 & 3, Type: body[1] & 0xf,
			CodeSet: body[0] & 0xf, Value: bytes.Clone(body[4:n])})
		body = body[n:]
	}
	return list, nil
}

// Unit is the first designator of a type that names the logical unit; empty if
// there is none.
func (list Identification) Unit(kind byte) string {
	for _, d := range list {
		if d.Association == 0 && d.Type == kind {
			return d.String()
		}
	}
	return ""
}

// NAA is the world wide name of the logical unit.
func (list Identification) NAA() string { return list.Unit(3) }

// EUI is the EUI-64 based name of the logical unit.
func (list Identification) EUI() string { return list.Unit(2) }

// Name is the SCSI name string of the logical unit.
func (list Identification) Name() string { return list.Unit(8) }

// ATAInformation is VPD page 89h: the disk is an ATA disk behind a translator,
// which this page describes (SAT-4 12.4.2).
type ATAInformation struct {
	Vendor, Product, Revision string // of the translator
	Command                   byte   // ECh or A1h: which IDENTIFY filled the next field
	Identify                  []byte // 512 bytes, as the translator keeps them
}

// ParseATAInformation reads VPD page 89h.
func ParseATAInformation(b []byte) (a ATAInformation, err error) {
	body, err := vpdBody(b, 0x89, 568)
	if err != nil {
		return a, err
	}
	return ATAInformation{Vendor: text(body[4:12]), Product: text(body[12:28]), Revision: text(body[28:32]),
		Command: body[52], Identify: bytes.Clone(body[56:568])}, nil
}

// BlockLimits is VPD page B0h (SBC-5 6.6.4, table 269), in blocks. Zero: the
// drive reports none.
type BlockLimits struct {
	Granularity     uint16
	MaxTransfer     uint32
	OptimalTransfer uint32
	MaxUnmap        uint32 // 0: the drive has no UNMAP
}

// ParseBlockLimits reads VPD page B0h; before SBC-3 it ended behind byte 15.
func ParseBlockLimits(b []byte) (l BlockLimits, err error) {
	body, err := vpdBody(b, 0xb0, 12)
	if err != nil {
		return l, err
	}
	l = BlockLimits{Granularity: be.Uint16(body[2:]), MaxTransfer: be.Uint32(body[4:]), OptimalTransfer: be.Uint32(body[8:])}
	if len(body) >= 20 {
		l.MaxUnmap = be.Uint32(body[16:])
	}
	return l, nil
}

// AfterErase is what a read of a block gives that was not written since a
// sanitize operation (SBC-5 tables 261 and 262; the same in SBC-4).
type AfterErase uint8

const (
	NotSpecified  AfterErase = iota // 00b
	ReadsComplete                   // 01b: GOOD status, indeterminate data
	ReadsFail                       // 10b: MEDIUM ERROR with any code but the next
	WriteRequired                   // 11b: MEDIUM ERROR, WRITE AFTER SANITIZE REQUIRED
)

// Text is it in words.
func (a AfterErase) Text() words.Text {
	switch a {
	case ReadsComplete:
		return drive.SCSIReads
	case ReadsFail:
		return drive.SCSIReadsFail
	case WriteRequired:
		return drive.SCSIReadsRefused
	}
	return drive.SCSINotSpecified
}

// ByDesign says that read errors after such an erase are how the drive is made,
// and no sign of damage.
func (a AfterErase) ByDesign() bool { return a == ReadsFail || a == WriteRequired }

// Characteristics is VPD page B1h (SBC-5 6.6.2, table 258).
type Characteristics struct {
	Rotation         uint16     // bytes 4-5: 0 not reported, 1 does not rotate, otherwise per minute
	AfterBlockErase  AfterErase // byte 7 bits 7:6, WABEREQ
	AfterCryptoErase AfterErase // byte 7 bits 5:4, WACEREQ
	FormFactor       byte       // byte 7 bits 3:0
	Zoned            byte       // byte 8 bits 5:4: 0 not reported, 1 host aware, 2 device managed
}

// ParseCharacteristics reads VPD page B1h.
func ParseCharacteristics(b []byte) (c Characteristics, err error) {
	body, err := vpdBody(b, 0xb1, 4)
	if err != nil {
		return c, err
	}
	c = Characteristics{Rotation: be.Uint16(body), AfterBlockErase: AfterErase(body[3] >> 6),
		AfterCryptoErase: AfterErase(body[3] >> 4 & 3), FormFactor: body[3] & 0xf}
	if len(body) >= 5 {
		c.Zoned = body[4] >> 4 & 3
	}
	return c, nil
}

// Rotates says whether the medium is a rotating one (SBC-5 table 259).
func (c Characteristics) Rotates() answer.Answer {
	switch {
	case c.Rotation == 1:
		return answer.No
	case c.Rotation > 0x400 && c.Rotation < 0xffff:
		return answer.Yes
	}
	return answer.Unknown
}

// Form names the nominal form factor (SBC-5 table 263); empty if not reported.
func (c Characteristics) Form() string {
	names := [...]string{"", "5.25 inch", "3.5 inch", "2.5 inch", "1.8 inch", "less than 1.8 inch"}
	if int(c.FormFactor) < len(names) {
		return names[c.FormFactor]
	}
	return ""
}

// Unmapped is what a read of an unmapped block gives.
type Unmapped uint8

const (
	UnmappedVendor  Unmapped = iota // 000b: vendor specific
	UnmappedZeros                   // xx1b
	UnmappedPattern                 // 010b: the provisioning initialization pattern
	UnmappedReserved
)

// Text is it in words.
func (u Unmapped) Text() words.Text {
	switch u {
	case UnmappedVendor:
		return drive.SCSIVendor
	case UnmappedZeros:
		return drive.SCSIZeros
	case UnmappedPattern:
		return drive.SCSIPattern
	}
	return drive.SCSIReserved
}

// Provisioning is VPD page B2h (SBC-5 6.6.7, table 277).
type Provisioning struct {
	Unmap       bool     // byte 5 bit 7, LBPU: has UNMAP
	WriteSame16 bool     // bit 6: WRITE SAME (16) can unmap
	WriteSame10 bool     // bit 5
	Reads       Unmapped // bits 4:2, LBPRZ (table 280)
	Anchors     bool     // bit 1
	Type        byte     // byte 6 bits 2:0: 0 not reported or full, 1 resource, 2 thin
}

// ParseProvisioning reads VPD page B2h.
func ParseProvisioning(b []byte) (p Provisioning, err error) {
	body, err := vpdBody(b, 0xb2, 4)
	if err != nil {
		return p, err
	}
	flags := body[1]
	p = Provisioning{Unmap: flags&0x80 != 0, WriteSame16: flags&0x40 != 0, WriteSame10: flags&0x20 != 0,
		Reads: UnmappedReserved, Anchors: flags&2 != 0, Type: body[2] & 7}
	switch zeros := flags >> 2 & 7; {
	case zeros&1 != 0:
		p.Reads = UnmappedZeros
	case zeros == 0:
		p.Reads = UnmappedVendor
	case zeros == 2:
		p.Reads = UnmappedPattern
	}
	return p, nil
}
