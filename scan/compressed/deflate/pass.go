package deflate

import (
	"sync"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	// passLimit is as far as symbols are read of a stream whose beginning is known: small
	// files are checked as a whole, and a medium with a gzip header in every sector does not stall us.
	passLimit = 16 << 10
	// passKeep is two of the largest stored blocks, and what a step of symbols may put out besides.
	passKeep = 2*(1<<16-1) + passLimit + step*258
)

// decoders are kept from call to call: their output is some 150 KiB.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// Pass decodes the stream that begins ahead of a cursor, awards what it is worth and passes it: gzip, and
// the zlib streams of git and Flash, are confirmed by it. If the stream ends, trailer
// gets its output and checks what follows, which is worth its full size: a CRC-32 of the output
// was compared with nothing before.
//
// It is strict: only what random bytes fail is evidence. Go's own decoder takes a code without an
// end-of-block symbol and then decodes any bytes for ever, one random start in 130,000.
func Pass(p *proof.Cursor, trailer func(out []byte)) {
	if p.Broken() {
		return
	}
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	switch s := d.stream(p.Rest()); {
	case s == stopEnd && d.size == len(d.out):
		p.Want(true, d.total())
		p.Skip((d.at + 7) / 8)
		trailer(d.out)
	case s == stopBroken:
		p.Fail()
	default:
		p.Want(d.size >= 256, d.total())
		p.Skip(min((d.at+7)/8, len(p.Rest())))
	}
}

// stream reads a stream from its first byte on.
func (d *decoder) stream(b []byte) stop {
	d.open(passKeep, passLimit)
	d.begin(b, 0)
	d.whole = true
	s := d.run()
	d.b = nil
	return s
}
