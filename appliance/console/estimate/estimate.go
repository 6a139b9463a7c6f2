// Package estimate is how long an examination will take, and what a sample of so many
// minutes is worth: estimates, and said to be.
package estimate

import (
	"math"
	"strconv"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/console"
)

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

// Rates are what was seen in this session.
type Rates []rate

// Ways to examine that can be chosen.
const (
	Full = iota
	NIST
	Timed
	Modes // how many there are
)

// Plan is what is to be examined, and how.
type Plan struct {
	Mode    int
	Minutes int64 // of a timed sample
	Disks   []core.Disk
	Rates   Rates
}

// speed is what a disk will deliver, and whether that was measured in this session.
func (r Rates) speed(bus string, drawn bool) (perSecond float64, measured bool) {
	for _, seen := range r {
		if seen.bus == bus && seen.drawn == drawn {
			return seen.perSecond, true
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

// Learn keeps the slowest that was seen of a kind, from a disk that this plan was carried
// out on.
func (p Plan) Learn(bus string, perSecond int64) Rates {
	if perSecond <= 0 || p.Mode == NIST {
		return p.Rates
	}
	seen := rate{bus, strings.HasPrefix(p.SampleMode(), exchange.SampleRandom), float64(perSecond)}
	next := Rates{seen}
	for _, r := range p.Rates {
		if r.bus == seen.bus && r.drawn == seen.drawn {
			next[0].perSecond = min(next[0].perSecond, r.perSecond)
			continue
		}
		next = append(next, r)
	}
	return next
}

// slowest is the time that the slowest of the chosen disks takes to be read
// through, and whether that rests on a measured speed.
func (p Plan) slowest() (longest time.Duration, measured bool) {
	for _, d := range p.Disks {
		perSecond, known := p.Rates.speed(d.Bus, false)
		if t := seconds(float64(d.Bytes) / perSecond); t > longest {
			longest, measured = t, known
		}
	}
	return longest, measured
}

func seconds(s float64) time.Duration { return time.Duration(min(s, 1e9) * float64(time.Second)) }

// SampleMode is the mode as shokyo scan takes it. The minutes of a timed sample
// become the fraction that the slowest disk can deliver in them; where all of
// the disk can be read in that time, it is.
func (p Plan) SampleMode() string {
	switch p.Mode {
	case Full:
		return exchange.SampleFull
	case NIST:
		return exchange.SampleNIST
	}
	fraction := p.fraction()
	if fraction >= 1 {
		return exchange.SampleFull
	}
	return exchange.SampleRandom + strconv.FormatFloat(fraction, 'f', -1, 64)
}

func (p Plan) fraction() float64 {
	minutes, fraction := float64(p.Minutes), 1.0
	if whole, _ := p.slowest(); whole.Minutes() <= minutes {
		return 1
	}
	for _, d := range p.Disks {
		perSecond, _ := p.Rates.speed(d.Bus, true)
		fraction = min(fraction, minutes*60*perSecond/float64(max(d.Bytes, 1)))
	}
	return max(math.Floor(fraction*fractionPrecision)/fractionPrecision, smallestFraction)
}

// Words explains the mode in sentences.
func (p Plan) Words() string {
	whole, measured := p.slowest()
	basis := console.TypicalSpeed
	if measured {
		basis = console.MeasuredSpeed
	}
	switch {
	case p.Mode == NIST:
		return console.OfNIST.Say(console.About(seconds(whole.Seconds()*nistShare)), basis).EN
	case p.Mode == Timed && p.fraction() >= 1:
		return console.OfAllInTime.Say(console.About(whole), basis).EN
	case p.Mode == Full:
		return console.OfAll.Say(console.About(whole), basis).EN
	}
	return p.timedWords()
}

// timedWords says what a sample of so few blocks is worth: the chance that none of
// n blocks drawn at random lies in a share q of the disk is (1-q)^n.
func (p Plan) timedWords() string {
	fraction, least := p.fraction(), math.Inf(1)
	for _, d := range p.Disks {
		least = min(least, fraction*float64(d.Bytes)/sampleBlock)
	}
	met := min(math.Floor(1000*(1-math.Pow(1-remainder, least)))/10, 99.9)
	return console.OfTimed.Say(console.Minutes(int(p.Minutes)), strconv.FormatFloat(fraction*100, 'f', -1, 64), strconv.FormatFloat(met, 'f', 1, 64)).EN
}
