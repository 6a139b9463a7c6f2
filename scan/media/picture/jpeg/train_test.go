package jpeg

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var train = flag.String("train", "", "folder of JPEG files of one scan; writes model.bin")

// picture is what a file says of its scan.
type picture struct {
	book   book
	layout []class
	scan   []byte
}

// parse reads the header of a baseline file.
func parse(b []byte) (p picture, ok bool) {
	var codes [2][4]*code
	var kinds []byte // sampling
	for at := 2; at+4 <= len(b) && b[at] == 0xFF; {
		n := int(binary.BigEndian.Uint16(b[at+2:]))
		s := b[at+4 : at+2+n]
		switch b[at+1] {
		case 0xC4:
			for len(s) > 17 {
				total := 0
				for _, c := range s[1:17] {
					total += int(c)
				}
				codes[s[0]>>4][s[0]&3] = newCode(s[1:17], s[17:17+total])
				s = s[17+total:]
			}
		case 0xC0, 0xC1:
			for i := range int(s[5]) {
				kinds = append(kinds, s[7+3*i])
			}
		case 0xC2:
			return p, false
		case 0xDA:
			for i := range 2 {
				p.book[i].dc, p.book[i].ac = codes[0][i], codes[1][i]
			}
			if len(kinds) != 1 && len(kinds) != 3 {
				return p, false
			}
			p.layout = layouts[3].blocks
			if len(kinds) == 3 {
				p.layout = nil
				for i, k := range kinds {
					for range int(k>>4) * int(k&15) {
						p.layout = append(p.layout, class(min(i, 1)))
					}
				}
			}
			p.scan = b[at+2+n:]
			return p, true
		}
		at += 2 + n
	}
	return p, false
}

func TestTrain(t *testing.T) {
	if *train == "" {
		t.Skip("no folder")
	}
	ac := make([][acSymbols]float64, acCells)
	dc := make([][dcSymbols]float64, dcCells)
	names, _ := filepath.Glob(*train)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := parse(b)
		if !ok {
			continue
		}
		var in stuffed
		in.read(p.scan)
		r := reading{in: &in, book: &p.book, layout: p.layout}
		n := 0.
		var local = map[int]float64{}
		r.seen = func(isDC bool, cell int, symbol byte) {
			n++
			if isDC {
				local[-1-(cell*dcSymbols+int(symbol))]++
			} else {
				local[cell*acSymbols+int(symbol)]++
				if cell/(sizes*runs*actives)%bands != bands-1 { // as if where it lies was not known
					unknownBand := cell/(bands*sizes*runs*actives)*bands*sizes*runs*actives + (bands-1)*sizes*runs*actives + cell%(runs*actives*sizes)
					local[unknownBand*acSymbols+int(symbol)] += .2
				}
			}
		}
		for {
			from := r.at
			o := r.block()
			if o == broken && r.at == from {
				t.Log(name, "broken at", r.at, "of", 8*len(in.data))
				break
			}
			if o == ended && !r.restart() {
				break
			}
			if r.at/8 > 200_000 {
				break
			}
			r.best = math.MinInt32
		}
		w := 100_000 / max(n, 20_000)
		for i, x := range local {
			if i < 0 {
				dc[(-1-i)/dcSymbols][(-1-i)%dcSymbols] += x * w
			} else {
				ac[i/acSymbols][i%acSymbols] += x * w
			}
		}
	}
	var out []byte
	// what is seldom met leans on what all cells of a class and band say
	for i := range ac {
		var parent [acSymbols]float64
		group := i / (sizes * runs * actives)
		for j := range ac {
			if j/(sizes*runs*actives) == group {
				for s, x := range ac[j] {
					parent[s] += x
				}
			}
		}
		out = append(out, costs(ac[i][:], parent[:], func(s int) bool { return s == 0 || s == 0xF0 || s&15 > 0 && s&15 <= 10 })...)
	}
	for i := range dc {
		var flat [dcSymbols]float64
		for s := range 12 {
			flat[s] = 1
		}
		out = append(out, costs(dc[i][:], flat[:], func(s int) bool { return s < 12 })...)
	}
	if err := os.WriteFile("model.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}

func costs(n, parent []float64, valid func(int) bool) []byte {
	sum, up := 0., 0.
	for s := range n {
		sum += n[s]
		if valid(s) {
			up += parent[s] + .5
		}
	}
	out := make([]byte, len(n))
	const lean, floor = 20., 1. / 60000
	for s := range n {
		out[s] = 255
		if valid(s) {
			q := (n[s] + lean*(parent[s]+.5)/up) / (sum + lean)
			q = (q*(1-162*floor) + floor) * (1 - 1./64)
			out[s] = byte(min(254, math.Ceil(-math.Log2(q)*unit)))
		}
	}
	return out
}

var trainHistory = flag.String("histories", "", "patterns of files, by comma; writes history.bin")

// TestTrainHistories sorts pieces of 16 KiB into the tables that read them best, by turns with counting.
func TestTrainHistories(t *testing.T) {
	var pieces [][]byte
	for kind := range strings.SplitSeq(*trainHistory, ",") {
		names, _ := filepath.Glob(kind)
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			b = bytes.ReplaceAll(b, []byte{0xFF, 0}, []byte{0xFF})
			const size, most = 16 << 10, 8
			for k := range min(most, len(b)/size-1) {
				at := 4096 + (len(b)-4096-size)*k/most
				pieces = append(pieces, b[at:at+size])
			}
		}
	}
	if len(pieces) == 0 {
		t.Skip("no files")
	}
	in := make([]int, len(pieces))
	for i := range in {
		in[i] = i * numHistory / len(in)
	}
	var tables [numHistory][]byte
	for range 7 {
		all := count(pieces, func(int) bool { return true }, nil)
		for k := range tables {
			tables[k] = count(pieces, func(i int) bool { return in[i] == k }, all)
		}
		for i, p := range pieces {
			best := math.MinInt
			for k, table := range tables {
				if s := worth(p[:4096], table); s > best {
					best, in[i] = s, k
				}
			}
		}
	}
	if err := os.WriteFile("history.bin", bytes.Join(tables[:], nil), 0o644); err != nil {
		t.Fatal(err)
	}
}

// count is the table of some pieces; what is seldom met in them leans on all.
func count(pieces [][]byte, of func(i int) bool, all []byte) []byte {
	n := make([][2]float64, historySize)
	for i, b := range pieces {
		if !of(i) {
			continue
		}
		h := uint64(mixed)
		for _, c := range b {
			for k := 7; k >= 0; k-- {
				bit := uint64(c>>k) & 1
				n[historyAt(h)][bit]++
				h = h<<1 | bit
			}
		}
	}
	out := make([]byte, historySize)
	for i, c := range n {
		lean, p := 16., .5
		if all != nil {
			lean, p = 24, float64(all[i])/256
		}
		out[i] = byte(min(max(math.Round(256*(c[1]+lean*p)/(c[0]+c[1]+lean)), 1), 255))
	}
	return out
}

func worth(b, table []byte) (score int) {
	h := uint64(mixed)
	for _, c := range b {
		for k := 7; k >= 0; k-- {
			bit := uint64(c>>k) & 1
			score += int(gains[table[historyAt(h)]][bit])
			h = h<<1 | bit
		}
	}
	return score
}
