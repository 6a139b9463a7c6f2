package scsi

import (
	"errors"
	"fmt"
	"math"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/scsi/cdb"
)

// Parameter is one entry of a log page (SPC-5, log parameter format).
type Parameter struct {
	Code  uint16
	Value []byte
}

// ParseLog reads the parameters of a log page. The page code must be the one
// that was asked for, without a subpage. A parameter that is cut off is left out.
func ParseLog(b []byte, page byte) (list []Parameter, err error) {
	body, err := logBody(b, page)
	if err != nil {
		return nil, err
	}
	for len(body) >= 4 {
		n := 4 + int(body[3])
		if n > len(body) {
			break
		}
		list = append(list, Parameter{Code: be.Uint16(body), Value: body[4:n:n]})
		body = body[n:]
	}
	return list, nil
}

func logBody(b []byte, page byte) ([]byte, error) {
	what := fmt.Sprintf("log page %02Xh", page)
	if len(b) < 4 {
		return nil, tooShort(what, len(b), 4)
	}
	if b[0]&0x3f != page || b[0]&0x40 != 0 && b[1] != 0 {
		return nil, fmt.Errorf("asked for %s and got page %02Xh/%02Xh", what, b[0]&0x3f, b[1])
	}
	body := b[4:]
	return body[:min(len(body), int(be.Uint16(b[2:])))], nil
}

// find is the value of a parameter, if it has at least want bytes.
func find(list []Parameter, code uint16, want int) []byte {
	for _, p := range list {
		if p.Code == code && len(p.Value) >= want {
			return p.Value
		}
	}
	return nil
}

// counter reads a counter of any width. A counter that stands at its maximum
// has stopped counting (SPC-5, saturating counters), so its value is unknown.
func counter(list []Parameter, code uint16) Count {
	v := find(list, code, 1)
	if v == nil {
		return Count{}
	}
	full := true
	var n uint64
	for _, b := range v {
		if n > math.MaxUint64>>8 {
			return Count{}
		}
		n = n<<8 | uint64(b)
		full = full && b == 0xff
	}
	if full {
		return Count{}
	}
	return Count{Value: n, Known: true}
}

// ParseLogList reads log page 00h: the pages there are.
func ParseLogList(b []byte) (pages []byte, err error) {
	body, err := logBody(b, 0x00)
	if err != nil {
		return nil, err
	}
	if n := int(be.Uint16(b[2:])); n > len(body) {
		return nil, tooShort("log page 00h", len(b), 4+n)
	}
	for _, p := range body {
		pages = append(pages, p&0x3f)
	}
	if len(pages) == 0 || pages[0] != 0 {
		return nil, errors.New("log page 00h does not list itself first")
	}
	return pages, nil
}

// ErrorCounters are log pages 02h (write), 03h (read) and 05h (verify; SPC-5,
// Error Counter log pages).
type ErrorCounters struct {
	CorrectedFast    Count // 0000h: without substantial delay
	CorrectedDelayed Count // 0001h
	Repeated         Count // 0002h: rewrites or rereads
	Corrected        Count // 0003h
	Processed        Count // 0005h, "total bytes processed": bytes or blocks, as the vendor likes
	Uncorrected      Count // 0006h
}

// ParseErrorCounters reads one of the three pages. A page without any of the
// counters is an error.
func ParseErrorCounters(b []byte, page byte) (c ErrorCounters, err error) {
	list, err := ParseLog(b, page)
	if err != nil {
		return c, err
	}
	c = ErrorCounters{CorrectedFast: counter(list, 0), CorrectedDelayed: counter(list, 1), Repeated: counter(list, 2),
		Corrected: counter(list, 3), Processed: counter(list, 5), Uncorrected: counter(list, 6)}
	if c == (ErrorCounters{}) {
		return c, fmt.Errorf("log page %02Xh holds no counter", page)
	}
	return c, nil
}

// ParseNonMedium reads log page 06h: errors of anything but the medium.
func ParseNonMedium(b []byte) (c Count, err error) {
	list, err := ParseLog(b, 0x06)
	if err != nil {
		return c, err
	}
	if c = counter(list, 0); !c.Known {
		return c, errors.New("log page 06h holds no count")
	}
	return c, nil
}

// Temperature is log page 0Dh, in degrees Celsius (SPC-5).
type Temperature struct {
	Current   Count
	Reference Count // the highest at which the drive may run for long
}

// ParseTemperature reads log page 0Dh; FFh means not available.
func ParseTemperature(b []byte) (t Temperature, err error) {
	list, err := ParseLog(b, 0x0d)
	if err != nil {
		return t, err
	}
	t = Temperature{Current: degrees(list, 0), Reference: degrees(list, 1)}
	if !t.Current.Known && !t.Reference.Known {
		return t, errors.New("log page 0Dh holds no temperature")
	}
	return t, nil
}

func degrees(list []Parameter, code uint16) Count {
	if v := find(list, code, 2); v != nil && v[1] != 0xff {
		return Count{Value: uint64(v[1]), Known: true}
	}
	return Count{}
}

// StartStop is log page 0Eh (SPC-5).
type StartStop struct {
	Made   string // year and week, "2019 week 07"; empty if not given
	Cycles Count  // starts and stops so far
	Loads  Count  // loads and unloads of the heads so far
}

// ParseStartStop reads log page 0Eh.
func ParseStartStop(b []byte) (s StartStop, err error) {
	list, err := ParseLog(b, 0x0e)
	if err != nil {
		return s, err
	}
	s = StartStop{Cycles: counter(list, 4), Loads: counter(list, 6)}
	if v := find(list, 1, 6); v != nil && digits(v[:6]) {
		s.Made = string(v[:4]) + " week " + string(v[4:6])
	}
	if s == (StartStop{}) {
		return s, errors.New("log page 0Eh holds nothing that is known")
	}
	return s, nil
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// ParseSolidState reads log page 11h (SBC-5 table 222): the percentage used
// endurance indicator, which can go beyond 100; 255 stands for all above 254.
func ParseSolidState(b []byte) (percent byte, err error) {
	list, err := ParseLog(b, 0x11)
	if err != nil {
		return 0, err
	}
	v := find(list, 1, 4)
	if v == nil {
		return 0, errors.New("log page 11h holds no percentage used endurance indicator")
	}
	return v[3], nil
}

// BackgroundScan is the status parameter of log page 15h (SBC-5).
type BackgroundScan struct {
	PowerOnMinutes uint32
	Status         byte // 0 idle, 1 scan of the medium runs, 2 pre-scan runs, others: halted
	Scans          uint16
	Done           uint16 // of the running scan, in 65536ths
}

// ParseBackgroundScan reads log page 15h.
func ParseBackgroundScan(b []byte) (s BackgroundScan, err error) {
	list, err := ParseLog(b, 0x15)
	if err != nil {
		return s, err
	}
	v := find(list, 0, 10)
	if v == nil {
		return s, errors.New("log page 15h holds no status")
	}
	return BackgroundScan{PowerOnMinutes: be.Uint32(v), Status: v[5], Scans: be.Uint16(v[6:]), Done: be.Uint16(v[8:])}, nil
}

// Exceptions is log page 2Fh, informational exceptions: the drive predicts its
// failure or warns (SPC-5). Other tools call it SMART health.
type Exceptions struct {
	Code        cdb.Code
	Temperature Count
}

// ParseExceptions reads log page 2Fh.
func ParseExceptions(b []byte) (e Exceptions, err error) {
	list, err := ParseLog(b, 0x2f)
	if err != nil {
		return e, err
	}
	v := find(list, 0, 2)
	if v == nil {
		return e, errors.New("log page 2Fh holds no informational exception")
	}
	e.Code = cdb.Code(be.Uint16(v))
	if len(v) >= 3 && v[2] != 0 && v[2] != 0xff {
		e.Temperature = Count{Value: uint64(v[2]), Known: true}
	}
	return e, nil
}

// Tripped says whether the drive predicts its failure (5Dh) or warns (0Bh).
// 5Dh/FFh is a test of the prediction and says nothing.
func (e Exceptions) Tripped() answer.Answer {
	switch asc := e.Code >> 8; {
	case e.Code == 0:
		return answer.No
	case e.Code != 0x5dff && (asc == 0x5d || asc == 0x0b):
		return answer.Yes
	}
	return answer.Unknown
}
