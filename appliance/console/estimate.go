package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/internal/exchange"
)

// How long it will take, and what a sample of so many minutes is worth: estimates,
// and said to be.

// What a disk is taken to deliver before one has been examined: reading through, a
// hard disk's mean over its surface; sampling, a hard disk's 100 seeks a second of
// one 4 KiB block each, and the 5,000 of a flash disk that is asked for one block
// at a time. What stands behind SATA, SAS or USB may be either, so it is taken for
// the slower.
const (
	assumedRead       = 150e6
	assumedReadFlash  = 500e6
	assumedDraw       = 100 * sampleBlock
	assumedDrawFlash  = 5000 * sampleBlock
	sampleBlock       = 4096
	nistShare         = 0.10   // NIST SP 800-88r1 §4.7: two samples of 5 % in each subsection
	remainder         = 0.0001 // the share of a disk that the form names as an example of what is missed
	smallestFraction  = 1e-6
	fractionPrecision = 1e6
)

// rate is what a bus has been seen to deliver.
type rate struct {
	bus       string
	drawn     bool // block by block, for a timed sample
	perSecond float64
}

// speed is what a disk will deliver, and whether that was measured in this session.
func (m model) speed(bus string, drawn bool) (perSecond float64, measured bool) {
	for _, r := range m.rates {
		if r.bus == bus && r.drawn == drawn {
			return r.perSecond, true
		}
	}
	flash := strings.EqualFold(bus, "nvme")
	switch {
	case drawn && flash:
		return assumedDrawFlash, false
	case drawn:
		return assumedDraw, false
	case flash:
		return assumedReadFlash, false
	}
	return assumedRead, false
}

// learn keeps the slowest that was seen of a kind.
func (m model) learn(j diskJob) model {
	p := j.progress
	if p.PerSecond <= 0 || m.form.mode == modeNIST {
		return m
	}
	seen := rate{j.disk.Bus, strings.HasPrefix(m.sampleMode(), exchange.SampleRandom), float64(p.PerSecond)}
	next := []rate{seen}
	for _, r := range m.rates {
		if r.bus == seen.bus && r.drawn == seen.drawn {
			next[0].perSecond = min(next[0].perSecond, r.perSecond)
			continue
		}
		next = append(next, r)
	}
	m.rates = next
	return m
}

// slowest is the time that the slowest of the chosen disks takes to be read
// through, and whether that rests on a measured speed.
func (m model) slowest() (longest time.Duration, measured bool) {
	for _, d := range m.disks.picked() {
		perSecond, known := m.speed(d.Bus, false)
		if t := seconds(float64(d.Bytes) / perSecond); t > longest {
			longest, measured = t, known
		}
	}
	return longest, measured
}

func seconds(s float64) time.Duration { return time.Duration(min(s, 1e9) * float64(time.Second)) }

// sampleMode is the mode as shokyo scan takes it. The minutes of a timed sample
// become the fraction that the slowest disk can deliver in them; where all of
// the disk can be read in that time, it is.
func (m model) sampleMode() string {
	switch m.form.mode {
	case modeFull:
		return exchange.SampleFull
	case modeNIST:
		return exchange.SampleNIST
	}
	fraction := m.fraction()
	if fraction >= 1 {
		return exchange.SampleFull
	}
	return exchange.SampleRandom + strconv.FormatFloat(fraction, 'f', -1, 64)
}

func (m model) fraction() float64 {
	minutes, fraction := float64(m.form.minutes()), 1.0
	if whole, _ := m.slowest(); whole.Minutes() <= minutes {
		return 1
	}
	for _, d := range m.disks.picked() {
		perSecond, _ := m.speed(d.Bus, true)
		fraction = min(fraction, minutes*60*perSecond/float64(max(d.Bytes, 1)))
	}
	return max(math.Floor(fraction*fractionPrecision)/fractionPrecision, smallestFraction)
}

// modeWords explains the mode in sentences.
func (m model) modeWords() string {
	whole, measured := m.slowest()
	basis := "from a typical speed"
	if measured {
		basis = "from the speed measured before"
	}
	switch {
	case m.form.mode == modeNIST:
		return fmt.Sprintf("At least 10 %% of each disk, in 1,000 parts: the representative sample of NIST SP 800-88r1. About %s for the slowest disk (%s). What is not read is not judged.",
			page.AboutTime(seconds(whole.Seconds()*nistShare)), basis)
	case m.form.mode == modeTimed && m.fraction() >= 1:
		return fmt.Sprintf("The time is enough for every byte of each disk, so all of it is read. About %s for the slowest disk (%s).", page.AboutTime(whole), basis)
	case m.form.mode == modeFull:
		return fmt.Sprintf("Every byte of each disk is read. About %s for the slowest disk (%s). The surest: only this finds a small remainder.", page.AboutTime(whole), basis)
	}
	return m.timedWords()
}

// timedWords says what a sample of so few blocks is worth: the chance that none of
// n blocks drawn at random lies in a share q of the disk is (1-q)^n.
func (m model) timedWords() string {
	fraction, least := m.fraction(), math.Inf(1)
	for _, d := range m.disks.picked() {
		least = min(least, fraction*float64(d.Bytes)/sampleBlock)
	}
	met := min(math.Floor(1000*(1-math.Pow(1-remainder, least)))/10, 99.9)
	return fmt.Sprintf("A sample of about %s: %s %% of each disk, single blocks drawn at random. What is not read is not judged. A remainder of 0.01 %% of a disk would be met with a chance of at least %.1f %%.",
		page.Counted(int(m.form.minutes()), "minute"), strconv.FormatFloat(fraction*100, 'f', -1, 64), met)
}
