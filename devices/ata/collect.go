package ata

import (
	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Collect asks a disk everything on the reading list that its IDENTIFY DEVICE
// data say it can answer, in a fixed order. It never fails: what did not come is
// in Missing. t must lead to a disk, for A1h means BLANK to an optical drive.
func Collect(t Transport) *Drive {
	c := &collector{t: t, drive: &Drive{}}
	if c.identify(); c.drive.Identify != nil {
		c.capacity()
		c.state()
		c.smart()
		c.logs()
	}
	return c.drive
}

type collector struct {
	t        Transport
	drive    *Drive
	failures int // commands in a row that never came back
}

// A drive that hangs takes the time-out of each command: after two, no more.
const maxFailures = 2

func (c *collector) miss(page string, why words.Text) {
	c.drive.Missing = append(c.drive.Missing, Missing{page, why})
}

// ask sends a command. Registers come back even with a reason, if the drive sent
// them with its refusal.
func (c *collector) ask(page string, data []byte) (*taskfile.Registers, words.Text) {
	status, why := c.send(page, data)
	if why != (words.Text{}) {
		return nil, why
	}
	return taskfile.Judge(status)
}

func (c *collector) send(page string, data []byte) (status []byte, why words.Text) {
	t, ok := taskfile.TaskNamed(page)
	if !ok {
		return nil, drive.ATANotListed
	}
	command := t.Block(c.drive.short)
	if command == nil {
		return nil, drive.ATAShort
	}
	if c.failures >= maxFailures {
		return nil, drive.ATAStopped
	}
	n, status, err := c.t.Do(command, data)
	if err != nil {
		c.failures++
		return nil, words.Alike(err.Error())
	}
	c.failures = 0
	if _, refused := taskfile.Judge(status); refused == (words.Text{}) && n < len(data) {
		return nil, drive.ATATooFew.Say(n, len(data))
	}
	return status, words.Text{}
}

// page asks for a data page and has it parsed; use runs if that worked.
func page[T any](c *collector, name string, parse func([]byte) (*T, error), use func(*T)) {
	data := make([]byte, taskfile.SectorBytes)
	if _, why := c.ask(name, data); why != (words.Text{}) {
		c.miss(name, why)
		return
	}
	parsed, err := parse(data)
	if err != nil {
		c.miss(name, words.Alike(err.Error()))
		return
	}
	use(parsed)
}

// registers asks for a command that returns registers only.
func registers[T any](c *collector, name string, parse func(*taskfile.Registers) (T, error), use func(T)) {
	r, why := c.ask(name, nil)
	switch {
	case why != (words.Text{}):
	case r == nil:
		why = drive.ATANoRegisters
	default:
		parsed, err := parse(r)
		if err == nil {
			use(parsed)
			return
		}
		why = words.Alike(err.Error())
	}
	c.miss(name, why)
}

// can asks only if IDENTIFY says yes; otherwise it says why not.
func (c *collector) can(name string, feature answer.Answer, word int, what string) bool {
	switch feature {
	case answer.Yes:
		return true
	case answer.No:
		c.miss(name, drive.ATAHasNot.Say(word, drive.ATAFeatures.Say(what)))
	default:
		c.miss(name, drive.ATANotValid.Say(word, drive.ATAFeatures.Say(what)))
	}
	return false
}

// identify tries the long carrier, and the short one where the translator does
// not know the long. What worked is used from then on.
func (c *collector) identify() {
	data := make([]byte, taskfile.SectorBytes)
	status, why := c.send(taskfile.PageIdentify, data)
	if why == (words.Text{}) {
		_, why = taskfile.Judge(status)
		if s, err := taskfile.ParseSense(status); err == nil && s.UnknownCommand() {
			c.drive.short = true
			clear(data)
			_, why = c.ask(taskfile.PageIdentify, data)
		}
	}
	if why != (words.Text{}) {
		c.miss(taskfile.PageIdentify, why)
		return
	}
	id, err := ParseIdentify(data)
	if err != nil {
		c.miss(taskfile.PageIdentify, words.Alike(err.Error()))
		return
	}
	c.drive.Identify = id
}

// capacity asks for every address beyond which something may be hidden.
func (c *collector) capacity() {
	d, id := c.drive, c.drive.Identify
	c.nativeMax()
	if c.can(taskfile.PageAccessibleMax, id.AMA, 119, "accessible maximum address") {
		registers(c, taskfile.PageAccessibleMax, parseNativeMax48, func(n uint64) { d.AccessibleMax = &n })
	}
	if c.can(taskfile.PageDCO, id.DCO, 83, "configuration overlay") {
		page(c, taskfile.PageDCO, ParseDCO, func(p *DCO) { d.DCO = p })
	}
}

// nativeMax uses the 48-bit command where it can: the other saturates at 28 bits.
func (c *collector) nativeMax() {
	id := c.drive.Identify
	name, parse := taskfile.PageNativeMaxExt, parseNativeMax48
	if id.LBA48 != answer.Yes || c.drive.short {
		name, parse = taskfile.PageNativeMax, parseNativeMax28
	}
	if c.can(name, id.HPA, 82, "host protected area") {
		registers(c, name, parse, func(n uint64) { c.drive.NativeMax = &n })
	}
}

func (c *collector) state() {
	d := c.drive
	registers(c, taskfile.PagePowerMode, func(r *taskfile.Registers) (PowerMode, error) { return PowerMode(r.Count), nil },
		func(m PowerMode) { d.PowerMode = &m })
	if c.can(taskfile.PageSanitize, d.Identify.Sanitize, 59, "sanitize") {
		c.sanitize()
	}
}

// sanitize differs from other commands: a refusal is an answer, the reason is in
// its registers.
func (c *collector) sanitize() {
	r, why := c.ask(taskfile.PageSanitize, nil)
	if r != nil && (why == (words.Text{}) || r.Failed()) {
		s, err := parseSanitize(r)
		if err == nil {
			c.drive.Sanitize = s
			return
		}
		why = words.Alike(err.Error())
	}
	if why == (words.Text{}) {
		why = drive.ATANoRegisters
	}
	c.miss(taskfile.PageSanitize, why)
}

func (c *collector) smart() {
	d, id := c.drive, c.drive.Identify
	names := []string{taskfile.PageSMARTStatus, taskfile.PageSMARTData, taskfile.PageSMARTThresholds}
	for _, name := range names {
		if !c.can(name, id.SMART, 82, "SMART") || !c.can(name, id.SMARTEnabled, 85, "SMART switched on") {
			continue
		}
		switch name {
		case taskfile.PageSMARTStatus:
			registers(c, name, parseSMARTStatus, func(s *SMARTStatus) { d.SMARTStatus = s })
		case taskfile.PageSMARTData:
			page(c, name, ParseSMART, func(s *SMART) { d.SMART = s })
		case taskfile.PageSMARTThresholds:
			page(c, name, ParseThresholds, func(t *Thresholds) { d.Thresholds = t })
		}
	}
}

// logs asks for what the directory lists. Some drives hang when asked for a log
// they do not have, so nothing is tried on suspicion.
func (c *collector) logs() {
	d := c.drive
	if c.can(taskfile.PageLogDirectory, d.Identify.Logging, 84, "general purpose logging") {
		page(c, taskfile.PageLogDirectory, ParseLogDirectory, func(l *LogDirectory) { d.Logs = l })
	}
	c.statistics()
	if c.hasLog(0x30, taskfile.PageIdentifyPages) {
		page(c, taskfile.PageIdentifyPages, ParsePageList, func(l *PageList) { d.IdentifyPages = l })
	}
	if c.hasPage(d.IdentifyPages, 2, taskfile.PageCapacity) {
		page(c, taskfile.PageCapacity, ParseCapacity, func(p *Capacity) { d.Capacity = p })
	}
}

func (c *collector) statistics() {
	d := c.drive
	if c.hasLog(0x04, taskfile.StatisticsPage(0)) {
		page(c, taskfile.StatisticsPage(0), ParsePageList, func(l *PageList) { d.Statistics = l })
	}
	if name := taskfile.StatisticsPage(1); c.hasPage(d.Statistics, 1, name) {
		page(c, name, ParseGeneralStatistics, func(s *GeneralStatistics) { d.General = s })
	}
	if name := taskfile.StatisticsPage(3); c.hasPage(d.Statistics, 3, name) {
		page(c, name, ParseRotatingStatistics, func(s *RotatingStatistics) { d.Rotating = s })
	}
	if name := taskfile.StatisticsPage(4); c.hasPage(d.Statistics, 4, name) {
		page(c, name, ParseErrorStatistics, func(s *ErrorStatistics) { d.Errors = s })
	}
	if name := taskfile.StatisticsPage(6); c.hasPage(d.Statistics, 6, name) {
		page(c, name, ParseInterfaceStatistics, func(s *InterfaceStatistics) { d.Interface = s })
	}
	if name := taskfile.StatisticsPage(7); c.hasPage(d.Statistics, 7, name) {
		page(c, name, ParseSolidStateStatistics, func(s *SolidStateStatistics) { d.SolidState = s })
	}
}

func (c *collector) hasLog(log byte, name string) bool {
	switch {
	case c.drive.Logs == nil:
		c.miss(name, drive.ATANoLogs)
	case c.drive.Logs.Pages[log] == 0:
		c.miss(name, drive.ATANoLog.Say(log))
	default:
		return true
	}
	return false
}

func (c *collector) hasPage(list *PageList, number byte, name string) bool {
	switch {
	case list == nil:
		c.miss(name, drive.ATANoPages)
	case !list.Has(number):
		c.miss(name, drive.ATANoPage.Say(number))
	default:
		return true
	}
	return false
}
