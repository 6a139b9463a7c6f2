package proof

import (
	"math"
	"slices"
	"testing"
)

// over begins to read bytes, without any magic number.
func over(b string) *Cursor { return &Cursor{b: []byte(b)} }

// TestSteps: over all values of two bytes the mean of M, 2^bits where a step passes and 0 where it
// does not, is at most 1, and as many values pass as the step says.
func TestSteps(t *testing.T) {
	lower := NewCharset("a-z")
	for _, tt := range []struct {
		name   string
		step   func(c *Cursor)
		passed int
		tight  bool // nothing is given away
	}{
		{"Lit", func(c *Cursor) { c.Lit("ab") }, 1, true},
		{"Zeros", func(c *Cursor) { c.Zeros(2) }, 1, true},
		{"Skip", func(c *Cursor) { c.Skip(2) }, 1 << 16, true},
		{"SkipTo", func(c *Cursor) { c.SkipTo(1); c.Lit("x") }, 256, true},
		{"In", func(c *Cursor) { c.In("abc"); c.In("0123") }, 12, true},
		{"Masked", func(c *Cursor) { c.Masked(0xC1, 0x80); c.Masked(0, 0) }, 32 * 256, true},
		{"U8", func(c *Cursor) { c.U8(3, 9) }, 7 * 256, true},
		{"LE", func(c *Cursor) { c.LE(2, 512, 4095) }, 3584, true},
		{"BE", func(c *Cursor) { c.BE(2, 0, 1<<16-1) }, 1 << 16, true},
		{"a range that is empty", func(c *Cursor) { c.BE(2, 9, 3) }, 0, false},
		{"LEOneOf", func(c *Cursor) { c.LEOneOf(2, 1, 2, 4) }, 3, true},
		{"BEOneOf", func(c *Cursor) { c.BEOneOf(2, 0x100, 0x200) }, 2, true},
		{"LEAny", func(c *Cursor) { c.LEAny(2) }, 1 << 16, true},
		{"Fold", func(c *Cursor) { c.Fold("a1") }, 2, true},
		{"Each", func(c *Cursor) { c.Each(2, lower) }, 26 * 26, true},
		{"OneOf of one length", func(c *Cursor) { c.OneOf("ab", "cd", "ef") }, 3, true},
		{"OneOf of two lengths", func(c *Cursor) { c.OneOf("a", "bc") }, 257, true},
		{"Maybe", func(c *Cursor) { c.Maybe("a"); c.Want(true, 0) }, 1 << 16, false},
		{"Maybe and then", func(c *Cursor) {
			if c.Maybe("a") {
				c.Lit("b")
			} else {
				c.Lit("cd")
			}
		}, 2, true},
		{"Until", func(c *Cursor) { c.Until('z', 0, 1, lower) }, 256 + 25, false},
		{"Until of one at least", func(c *Cursor) { c.Until('z', 1, 1, lower) }, 25, false},
		{"two ways on", func(c *Cursor) {
			if c.Alternatives(2); c.Peek(1, Little) < 128 {
				c.Lit("ab")
			} else {
				c.Lit("\xff")
			}
		}, 1 + 256, true},
		{"Want of what was computed", func(c *Cursor) { v := c.BEAny(2); c.Want(v%16 == 0, 4) }, 4096, true},
		{"beyond the end", func(c *Cursor) { c.Skip(3) }, 0, false},
	} {
		passed, mean := 0, 0.0
		for v := range 1 << 16 {
			c := over(string([]byte{byte(v >> 8), byte(v)}))
			if tt.step(c); c.Alive() {
				passed++
				mean += math.Exp2(c.Bits()) / (1 << 16)
			}
		}
		if passed != tt.passed {
			t.Errorf("%s: %d values pass, want %d", tt.name, passed, tt.passed)
		}
		if mean > 1+1e-9 || tt.tight && mean < 1-1e-9 {
			t.Errorf("%s: the mean of 2^bits is %v", tt.name, mean)
		}
	}
}

// TestSticky: behind a check that failed, and behind the end, every step is nothing.
func TestSticky(t *testing.T) {
	steps := map[string]func(c *Cursor) any{
		"Skip": func(c *Cursor) any { c.Skip(1); return nil }, "SkipTo": func(c *Cursor) any { c.SkipTo(4); return nil },
		"Lit": func(c *Cursor) any { c.Lit("\x00"); return nil }, "Zeros": func(c *Cursor) any { c.Zeros(1); return nil },
		"Fold": func(c *Cursor) any { c.Fold("a"); return nil }, "OneOf": func(c *Cursor) any { return c.OneOf("\x00") == 0 },
		"Maybe": func(c *Cursor) any { return !c.Maybe("\x00") }, "In": func(c *Cursor) any { return c.In("\x00") == 0 },
		"Masked": func(c *Cursor) any { return c.Masked(1, 0) == 0 }, "U8": func(c *Cursor) any { return c.U8(0, 255) == 0 },
		"LE": func(c *Cursor) any { return c.LE(2, 0, 9) == 0 }, "BEOneOf": func(c *Cursor) any { return c.BEOneOf(1, 0) == 0 },
		"LEAny": func(c *Cursor) any { return c.LEAny(4) == 0 }, "Peek": func(c *Cursor) any { return c.Peek(1, Big) == 0 },
		"Each":  func(c *Cursor) any { c.Each(1, Printable); return nil },
		"Until": func(c *Cursor) any { return c.Until(0, 0, 9, Text) == nil }, "Span": func(c *Cursor) any { return c.Span(0, 1) == nil },
		"LE32At": func(c *Cursor) any { return c.LE32At(0) == 0 }, "Rest": func(c *Cursor) any { return c.Rest() == nil },
		"Ahead": func(c *Cursor) any { return !c.Ahead("\x07") }, "Want": func(c *Cursor) any { c.Want(true, 64); return nil },
		"Alternatives": func(c *Cursor) any { c.Alternatives(4); return nil }, "Add": func(c *Cursor) any { c.Add(8); return nil },
		"Found": func(c *Cursor) any { c.Found("x"); return !c.Confirmed() }, "Mark": func(c *Cursor) any { c.Mark(); return !c.Confirmed() },
	}
	for name, step := range steps {
		c := over("\x07\x00\x00\x00\x00\x00\x00\x00")
		c.Lit("\x07")
		c.Fail()
		nothing, isBool := step(c).(bool)
		if c.Alive() || c.Pos() != 1 || c.Bits() != 8 || isBool && !nothing {
			t.Errorf("%s behind a failure: at %d with %v bits", name, c.Pos(), c.Bits())
		}
	}
	for name, step := range map[string]func(c *Cursor){
		"Skip": func(c *Cursor) { c.Skip(3) }, "Skip back": func(c *Cursor) { c.Skip(-1) }, "SkipTo": func(c *Cursor) { c.SkipTo(4) },
		"SkipTo back": func(c *Cursor) { c.SkipTo(0) }, "Lit": func(c *Cursor) { c.Lit("\x00\x00\x00") }, "Zeros": func(c *Cursor) { c.Zeros(3) },
		"LE": func(c *Cursor) { c.LE(4, 0, 1<<32) }, "Each": func(c *Cursor) { c.Each(3, Text) }, "Span": func(c *Cursor) { c.Span(1, 4) },
		"Span back": func(c *Cursor) { c.Span(2, 1) }, "Until": func(c *Cursor) { c.Until(1, 0, 9, Text) }, "OneOf": func(c *Cursor) { c.OneOf("\x00\x00\x00") },
	} {
		c := over("\x07\x00\x00")
		c.Skip(1)
		if step(c); c.Alive() {
			t.Errorf("%s goes on behind the end", name)
		}
	}
}

// TestReading: what the steps give back, and where they leave the cursor.
func TestReading(t *testing.T) {
	b := "\x01\x02\x03\x04name\x00\xff\xff\xff\xff\xff\xff\xff\xff"
	c := over(b)
	if c.LE32At(1) != 0x6E040302&0xFFFFFFFF || c.LE32At(-1) != 0 || c.LE32At(len(b)-3) != 0 {
		t.Errorf("LE32At %#x", c.LE32At(1))
	}
	if le, be := c.Peek(2, Little), c.Peek(2, Big); le != 0x201 || be != 0x102 || c.Pos() != 0 {
		t.Errorf("Peek %#x %#x at %d", le, be, c.Pos())
	}
	if v := c.Number(2, Big, 0x100, 0x1FF); v != 0x102 || c.Pos() != 2 || c.Bits() != 8 {
		t.Errorf("Number %#x, %v bits", v, c.Bits())
	}
	if v := c.NumberOneOf(1, Little, 7, 3); v != 3 || c.Bits() != 8+7 {
		t.Errorf("NumberOneOf %d, %v bits", v, c.Bits())
	}
	if v := c.NumberAny(1, Little); v != 4 || c.Bits() != 15 {
		t.Errorf("NumberAny %d, %v bits", v, c.Bits())
	}
	if !c.Ahead("name") || c.Ahead("names") || string(c.Rest()[:4]) != "name" || string(c.Span(4, 8)) != "name" || len(c.Bytes()) != len(b) {
		t.Error("what lies ahead")
	}
	if s := c.Until(0, 1, 8, NewCharset("\x00a-z")); string(s) != "name" || c.Pos() != 9 {
		t.Errorf("Until %q, at %d", s, c.Pos())
	}
	if c.LE(8, 0, 1<<62); c.Alive() {
		t.Error("a number above 2^63 is in a range")
	}
	if i := over("cd").OneOf("ab", "cd"); i != 1 {
		t.Errorf("OneOf %d", i)
	}
	if s := over("abc\n").Until('\n', 0, 2, Text); s != nil {
		t.Errorf("Until of two at most: %q", s)
	}
	if s := over("\n").Until('\n', 1, 2, Text); s != nil {
		t.Errorf("Until of one at least: %q", s)
	}
}

// TestCharset: ranges, single bytes, and a minus sign at either end.
func TestCharset(t *testing.T) {
	for ranges, want := range map[string]string{"a-c": "abc", "a-": "-a", "-a": "-a", "a-cx-z": "abcxyz", "\x00a": "\x00a", "aab": "ab"} {
		set := NewCharset(ranges)
		var got []byte
		for b := range 256 {
			if set.Has(byte(b)) {
				got = append(got, byte(b))
			}
		}
		if string(got) != want || math.Abs(set.Bits()-(8-math.Log2(float64(len(want))))) > 1e-12 {
			t.Errorf("%q: %q, %v bits", ranges, got, set.Bits())
		}
	}
	if !slices.Equal([]bool{Printable.Has('\n'), Text.Has('\n'), ASCIIText.Has(0x80), Text.Has(0x80), FileName.Has('/'), FileName.Has('\t'), Digits.Has('9'), Letters.Has('_'), FourCC.Has(0xA9)},
		[]bool{false, true, false, true, true, false, true, false, true}) {
		t.Error("a shared set has another byte")
	}
}

// TestConfirm: what counts is the last mark; a choice and the kinds asked about are paid for.
func TestConfirm(t *testing.T) {
	buf := []byte("....MAGICNUM\x00\x00\x01\x02rest of it")
	for name, c := range map[string]struct {
		at   int
		read func(c *Cursor)
		want Observation
	}{
		"found":                   {0, func(c *Cursor) { c.Zeros(2); c.Found("%d", 7) }, Observation{Kind: "k", Start: 4, End: 14, Bits: 80 - kindBits, Detail: "7"}},
		"found and broken":        {0, func(c *Cursor) { c.Found("d"); c.Lit("no") }, Observation{Kind: "k", Start: 4, End: 12, Bits: 64 - kindBits, Detail: "d"}},
		"marked further":          {0, func(c *Cursor) { c.Found("d"); c.Zeros(2); c.Mark(); c.Lit("no") }, Observation{Kind: "k", Start: 4, End: 14, Bits: 80 - kindBits, Detail: "d"}},
		"read further, unmarked":  {0, func(c *Cursor) { c.Found("d"); c.Zeros(2) }, Observation{Kind: "k", Start: 4, End: 12, Bits: 64 - kindBits, Detail: "d"}},
		"another kind":            {0, func(c *Cursor) { c.Found("d"); c.Kind = "l" }, Observation{Kind: "l", Start: 4, End: 12, Bits: 64 - kindBits, Detail: "d"}},
		"a choice paid for":       {0, func(c *Cursor) { c.Alternatives(4); c.Zeros(2); c.Found("d") }, Observation{Kind: "k", Start: 4, End: 14, Bits: 78 - kindBits, Detail: "d"}},
		"never found":             {0, func(c *Cursor) { c.Zeros(2) }, Observation{}},
		"broken first":            {0, func(c *Cursor) { c.Lit("no"); c.Found("d") }, Observation{}},
		"too weak after a choice": {0, func(c *Cursor) { c.Alternatives(2); c.Found("d") }, Observation{}},
		"magic number elsewhere":  {4, func(c *Cursor) { c.Found("nothing seen yet") }, Observation{}},
		"read from the start":     {2, func(c *Cursor) { c.Skip(2); c.Lit("GICNUM\x00\x00"); c.Found("d") }, Observation{Kind: "k", Start: 4, End: 14, Bits: 64 - kindBits, Detail: "d"}},
	} {
		var cursor Cursor
		f := FileAt(c.at, "MAGICNUM"[c.at:], c.read, "k")
		if c.at == 0 {
			f = File("MAGICNUM", c.read, "k")
		}
		if !f.Fits(buf[4:]) || f.Fits(buf[5:]) || f.Fits(buf[:2]) {
			t.Errorf("%s: Fits", name)
		}
		o, ok := cursor.Confirm(&f, buf, 4)
		if ok != (c.want.Kind != "") || o.Kind != c.want.Kind || o.Start != c.want.Start || o.End != c.want.End || o.Bits != c.want.Bits || o.Detail != c.want.Detail {
			t.Errorf("%s: %v %+v", name, ok, o)
		}
	}
}

// TestLedger: Evidence and Cursor pay alike for the same checks, and nothing is added behind a failure.
func TestLedger(t *testing.T) {
	var e Evidence
	c := over("ab\x00\x00\x05")
	e.Text([]byte("ab"), "ab")
	c.Lit("ab")
	e.Zero([]byte{0, 0})
	c.Zeros(2)
	e.Alternatives(3)
	c.Alternatives(3)
	e.Within(5, 1, 9, 1)
	c.U8(1, 9)
	if e.Bits() != c.Bits() || e.Strength() != c.Strength() || e.Strength() != e.Bits()-kindBits {
		t.Errorf("%v and %v bits", e.Bits(), c.Bits())
	}
	before := e.Bits()
	e.Fail()
	e.Want(true, 100)
	e.Add(100)
	e.Alternatives(2)
	e.Sealed(true, 32)
	if e.Bits() != before || !e.Broken() || e.Strong() {
		t.Errorf("broken with %v bits, then %v", before, e.Bits())
	}
}

// TestPlaces: where a place lies on the medium and in its partitions.
func TestPlaces(t *testing.T) {
	p := Place{Buf: make([]byte, 4096), Off: 512, Base: 1 << 20, Size: 2<<20 + 512, Starts: []int64{1 << 20}}
	for name, c := range map[string]struct{ got, want bool }{
		"a sector behind a partition's start": {p.BehindStart(512), true},
		"at a partition's start":              {p.BehindStart(0), false},
		"behind the medium's start":           {p.BehindStart(1<<20 + 512), true},
		"from the end":                        {p.FromEnd(2048), true},
		"from the end, one more":              {p.FromEnd(2049), false},
		"size unknown":                        {Place{Off: 512}.FromEnd(7), true},
		"sectors of 4096":                     {Place{Base: 7 * 4096, Size: 8*4096 + 512}.FromEnd(1), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	if len(p.Sector()) != 512 || cap(p.Sector()) != 512 {
		t.Error("a sector has 512 bytes and no more")
	}
	if _, ok := p.Window(3584); !ok {
		t.Error("to the end")
	}
	if _, ok := p.Window(3585); ok {
		t.Error("behind the end")
	}
}

// TestSums: what checksums are made of.
func TestSums(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for name, c := range map[string][2]uint64{
		"XOR16": {uint64(XOR16(b)), 0x0201 ^ 0x0403 ^ 0x0605 ^ 0x0807}, "BESum16": {uint64(BESum16(b)), 0x0102 + 0x0304 + 0x0506 + 0x0708},
		"BESum32": {uint64(BESum32(b)), 0x01020304 + 0x05060708}, "LESum64": {LESum64(b), 0x0807060504030201},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %#x, want %#x", name, c[0], c[1])
		}
	}
}
