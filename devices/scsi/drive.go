package scsi

import (
	"bytes"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/scsi/cdb"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Drive is what a device says of itself. A nil pointer, or an empty list, means
// that the page is not there: Why says why.
type Drive struct {
	// State is the worst condition that any answer showed; Sense is the answer
	// that showed it, with the progress of what runs; nil if it is Ready or unknown.
	State cdb.Condition
	Sense *cdb.Sense

	Inquiry         *InquiryData
	Pages           []byte // VPD pages listed
	Serial          *string
	Identification  *Identification
	ATA             *ATAInformation // the disk is an ATA disk behind a translator
	Limits          *BlockLimits
	Characteristics *Characteristics
	Provisioning    *Provisioning
	Capacity        *Capacity // of READ CAPACITY (16), or (10) if there is no other
	Control         *Control

	Logs       []byte         // log pages listed
	Writes     *ErrorCounters // Writes.Processed is the lifetime writes
	Reads      *ErrorCounters
	Verifies   *ErrorCounters
	NonMedium  *Count
	Heat       *Temperature
	StartStop  *StartStop
	Endurance  *byte // percent used
	Scan       *BackgroundScan
	Exceptions *Exceptions

	PrimaryDefects *DefectList
	GrownDefects   *DefectList
	LUNs           []uint64
	Sanitize       []SanitizeSupport // one for each of SanitizeActions, in their order
	Protocols      []byte            // security protocols listed
	Discovery      []byte            // TCG Level 0 discovery, for the package tcg

	Missing []Missing // in the order asked
}

// SanitizeSupport says whether the drive has one kind of SANITIZE.
type SanitizeSupport struct {
	Action    cdb.SanitizeAction
	Supported answer.Answer
}

// Missing is a page that is not there. Page is what Permit calls the command.
type Missing struct {
	Page string
	Why  words.Text
}

// Why says why a page is not there; empty if it is.
func (d *Drive) Why(page string) words.Text {
	for _, m := range d.Missing {
		if m.Page == page {
			return m.Why
		}
	}
	return words.Text{}
}

// CanSanitize says whether the drive has a kind of SANITIZE.
func (d *Drive) CanSanitize(a cdb.SanitizeAction) answer.Answer {
	for _, s := range d.Sanitize {
		if s.Action == a {
			return s.Supported
		}
	}
	return answer.Unknown
}

// FailurePredicted says whether the drive predicts that it will fail.
func (d *Drive) FailurePredicted() answer.Answer {
	if d.Exceptions == nil {
		return answer.Unknown
	}
	return d.Exceptions.Tripped()
}

// Collect asks a device for everything, in a fixed order. Devices that are no
// disks are described and not asked further.
func Collect(t Transport) *Drive {
	s := &session{t: t, d: &Drive{}}
	s.state()
	d := s.d
	page, why := s.ask(cdb.Inquiry(inquiryBytes), inquiryBytes)
	d.Inquiry = take(s, cdb.Inquiry(0), page, why, ParseInquiry)
	if d.Inquiry != nil && !d.Inquiry.IsDisk() {
		return d
	}
	s.vitalProductData()
	s.capacity()
	if s.skip == (words.Text{}) && s.simple() {
		s.skip = drive.SCSISimple
	}
	s.control()
	s.logs()
	s.defects()
	s.sanitize()
	s.units()
	s.security()
	return d
}

// session is one conversation with a device.
type session struct {
	t    Transport
	d    *Drive
	lost int        // commands in a row that never came back
	skip words.Text // why the rest is not asked
}

// patience: a command that times out costs half a minute, and a device that is
// gone does not come back by being asked more.
const patience = 2

// ask sends one command. why is empty if there is an answer.
func (s *session) ask(command []byte, size int) (page []byte, why words.Text) {
	if s.skip != (words.Text{}) {
		return nil, s.skip
	}
	buf := make([]byte, size)
	// A unit attention (after power on, reset, a change by another host) is
	// reported once and the command not carried out (SAM-6, unit attention conditions).
	for range 4 {
		n, status, err := s.t.Do(command, buf)
		if err != nil {
			return nil, s.noAnswer(err)
		}
		s.lost = 0
		buf = buf[:max(0, min(n, len(buf)))]
		if status == nil {
			return buf, words.Text{}
		}
		sense, err := cdb.ParseSense(status)
		if err != nil {
			return nil, drive.SCSIOddError.Say(cdb.SenseText(status))
		}
		s.saw(sense)
		if sense.Key <= cdb.RecoveredError && len(buf) > 0 {
			return buf, words.Text{}
		}
		why = refusal(sense)
		if sense.Key != cdb.UnitAttention {
			break
		}
		buf = make([]byte, size)
	}
	return nil, why
}

func (s *session) noAnswer(err error) (why words.Text) {
	if s.lost++; s.lost >= patience {
		s.skip = drive.SCSIGone.Say(s.lost)
	}
	return words.Alike(err.Error())
}

func refusal(sense cdb.Sense) words.Text {
	switch sense.Code {
	case cdb.InvalidOperationCode, cdb.InvalidFieldInCommand, cdb.NotSupported:
		return drive.SCSIUnsupported.Say(sense.Code.Words())
	}
	return drive.SCSIRefused.Say(sense.String())
}

// saw keeps the worst condition.
func (s *session) saw(sense cdb.Sense) {
	if c := sense.Condition(); c > s.d.State {
		s.d.State, s.d.Sense = c, &sense
	}
}

func (s *session) missing(command []byte, why words.Text) {
	name, err := cdb.Permit(command)
	if err != nil {
		why = words.Alike(err.Error())
	}
	s.d.Missing = append(s.d.Missing, Missing{Page: name, Why: why})
}

// take parses an answer, or notes why there is none.
func take[T any](s *session, command, page []byte, why words.Text, parse func([]byte) (T, error)) *T {
	if why == (words.Text{}) {
		v, err := parse(page)
		if err == nil {
			return &v
		}
		why = drive.SCSINonsense.Say(err)
	}
	s.missing(command, why)
	return nil
}

// first is what pages are asked for at first: more than nearly all of them
// have, and below 256, because some bridges look at one byte of the length.
const first = 252

// whole asks for a page with the length of its rest in bytes 2 and 3, and again
// with all of its length if it has more than was asked for.
func (s *session) whole(build func(allocation uint16) []byte) (page []byte, why words.Text) {
	page, why = s.ask(build(first), first)
	if why != (words.Text{}) || len(page) < first {
		return page, why
	}
	n := 4 + int(be.Uint16(page[2:]))
	if n <= first {
		return page, words.Text{}
	}
	n = min(n, cdb.MaxPage-1)
	if longer, refused := s.ask(build(uint16(n)), n); refused == (words.Text{}) && len(longer) > first {
		return longer, words.Text{}
	}
	return page, words.Text{}
}

// state asks whether the drive is ready, and what it is doing if it is not.
// While it sanitizes it answers few commands, and these two tell the progress.
func (s *session) state() {
	_, why := s.ask(cdb.TestUnitReady(), 0)
	if why != (words.Text{}) {
		s.missing(cdb.TestUnitReady(), why)
	}
	command := cdb.RequestSense(first)
	page, refused := s.ask(command, first)
	if sense := take(s, command, page, refused, cdb.ParseSense); sense != nil {
		s.saw(*sense)
	}
	if why == (words.Text{}) && s.d.State == cdb.ConditionUnknown {
		s.d.State = cdb.Ready
	}
}

// unlisted says why a page is not asked for; empty if it is in the drive's list.
func (s *session) unlisted(list []byte, page byte, noList, notInIt words.Text) words.Text {
	switch {
	case s.skip != (words.Text{}):
		return s.skip
	case list == nil:
		return noList
	case !bytes.Contains(list, []byte{page}):
		return notInIt
	}
	return words.Text{}
}

// fetch asks for a page, unless it is said why not, and parses it.
func fetch[T any](s *session, why words.Text, build func(allocation uint16) []byte, parse func([]byte) (T, error)) *T {
	var page []byte
	if why == (words.Text{}) {
		page, why = s.whole(build)
	}
	return take(s, build(0), page, why, parse)
}

// vpd asks for a VPD page if it is listed.
func vpd[T any](s *session, page byte, parse func([]byte) (T, error)) *T {
	why := s.unlisted(s.d.Pages, page, drive.SCSINoVPD, drive.SCSINotVPD)
	return fetch(s, why, func(n uint16) []byte { return cdb.VPD(page, n) }, parse)
}

func (s *session) vitalProductData() {
	d := s.d
	if list := fetch(s, words.Text{}, func(n uint16) []byte { return cdb.VPD(0, n) }, ParsePageList); list != nil {
		d.Pages = *list
	}
	d.Serial = vpd(s, 0x80, ParseSerialNumber)
	d.Identification = vpd(s, 0x83, ParseIdentification)
	d.ATA = vpd(s, 0x89, ParseATAInformation)
	d.Limits = vpd(s, 0xb0, ParseBlockLimits)
	d.Characteristics = vpd(s, 0xb1, ParseCharacteristics)
	d.Provisioning = vpd(s, 0xb2, ParseProvisioning)
}

// old says that the device claims no standard that has the newer commands.
func (s *session) old() bool {
	return s.d.Inquiry == nil || s.d.Inquiry.Version < 5 && !s.d.Inquiry.Protect
}

// simple is a device that is asked for as little as possible.
func (s *session) simple() bool { return s.d.Pages == nil && s.old() }

// capacity asks the short command first, as kernels do: there are bridges that
// hang on the long one.
func (s *session) capacity() {
	page, why := s.ask(cdb.ReadCapacity10(), 8)
	short := take(s, cdb.ReadCapacity10(), page, why, ParseCapacity10)
	s.d.Capacity = short
	if short != nil && s.simple() {
		s.missing(cdb.ReadCapacity16(0), drive.SCSIOld)
		return
	}
	page, why = s.ask(cdb.ReadCapacity16(32), 32)
	if long := take(s, cdb.ReadCapacity16(0), page, why, ParseCapacity16); long != nil {
		s.d.Capacity = long
	}
}

func (s *session) control() {
	page, why := s.ask(cdb.ModeSense10(0x0a, first), first)
	if s.d.Control = take(s, cdb.ModeSense10(0x0a, 0), page, why, ParseControl10); s.d.Control != nil {
		return
	}
	page, why = s.ask(cdb.ModeSense6(0x0a, first), first)
	s.d.Control = take(s, cdb.ModeSense6(0x0a, 0), page, why, ParseControl6)
}

// log asks for a log page if it is listed.
func log[T any](s *session, page byte, parse func([]byte) (T, error)) *T {
	why := s.unlisted(s.d.Logs, page, drive.SCSINoLogs, drive.SCSINotLog)
	return fetch(s, why, func(n uint16) []byte { return cdb.LogSense(page, n) }, parse)
}

func (s *session) logs() {
	d := s.d
	if list := fetch(s, words.Text{}, func(n uint16) []byte { return cdb.LogSense(0, n) }, ParseLogList); list != nil {
		d.Logs = *list
	}
	d.Writes, d.Reads, d.Verifies = s.errors(0x02), s.errors(0x03), s.errors(0x05)
	d.NonMedium = log(s, 0x06, ParseNonMedium)
	d.Heat = log(s, 0x0d, ParseTemperature)
	d.StartStop = log(s, 0x0e, ParseStartStop)
	d.Endurance = log(s, 0x11, ParseSolidState)
	d.Scan = log(s, 0x15, ParseBackgroundScan)
	d.Exceptions = log(s, 0x2f, ParseExceptions)
}

func (s *session) errors(code byte) *ErrorCounters {
	return log(s, code, func(b []byte) (ErrorCounters, error) { return ParseErrorCounters(b, code) })
}

func (s *session) defects() {
	s.d.PrimaryDefects = s.defectList(cdb.Primary)
	s.d.GrownDefects = s.defectList(cdb.Grown)
}

// defectList asks for the header alone, which holds the length of all of it.
func (s *session) defectList(list cdb.List) *DefectList {
	page, why := s.ask(cdb.ReadDefects12(list, 8), 8)
	d := take(s, cdb.ReadDefects12(list, 0), page, why, func(b []byte) (DefectList, error) { return ParseDefects12(b, list) })
	if d != nil {
		return d
	}
	page, why = s.ask(cdb.ReadDefects10(list, 4), 4)
	return take(s, cdb.ReadDefects10(list, 0), page, why, func(b []byte) (DefectList, error) { return ParseDefects10(b, list) })
}

func (s *session) sanitize() {
	for _, a := range cdb.SanitizeActions() {
		var page []byte
		// Translators (libata) note in the kernel's log that they do not know the question.
		why := drive.SCSITranslated
		if !s.translated() {
			page, why = s.ask(cdb.SanitizeSupported(a, 64), 64)
		}
		support := SanitizeSupport{Action: a}
		if v := take(s, cdb.SanitizeSupported(a, 0), page, why, ParseSupported); v != nil {
			support.Supported = *v
		}
		s.d.Sanitize = append(s.d.Sanitize, support)
	}
}

// translated says that the disk is an ATA disk behind a translator (SAT-4 §8.1.2).
func (s *session) translated() bool {
	return s.d.ATA != nil || s.d.Inquiry != nil && s.d.Inquiry.Vendor == "ATA"
}

func (s *session) units() {
	const room = 8 + 8*256
	page, why := s.ask(cdb.ReportLUNs(room), room)
	if luns := take(s, cdb.ReportLUNs(0), page, why, ParseLUNs); luns != nil {
		s.d.LUNs = *luns
	}
}

// tcgProtocol is the security protocol of the Trusted Computing Group; its
// Level 0 discovery is at ComID 1.
const tcgProtocol = 1

func (s *session) security() {
	command := cdb.SecurityProtocolIn(0, 0, 512)
	page, why := s.ask(command, 512)
	if list := take(s, command, page, why, ParseSecurityProtocols); list != nil {
		s.d.Protocols = *list
	}
	command = cdb.SecurityProtocolIn(tcgProtocol, 1, 2048)
	if page, why = s.discovery(command); why != (words.Text{}) {
		s.missing(command, why)
		return
	}
	s.d.Discovery = page
}

func (s *session) discovery(command []byte) (page []byte, why words.Text) {
	if why := s.unlisted(s.d.Protocols, tcgProtocol, drive.SCSINoSecurity, drive.SCSINoTCG); why != (words.Text{}) {
		return nil, why
	}
	return s.ask(command, 2048)
}
