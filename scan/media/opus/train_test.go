package opus

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var trainOn = flag.String("train", "", "count model.bin anew on the Ogg files that match `PATTERN`")

// TestTrain writes model.bin, where that is asked for: go test -run Train -train '/somewhere/*.opus'
func TestTrain(t *testing.T) {
	if *trainOn == "" {
		return
	}
	paths, err := filepath.Glob(*trainOn)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches: %v", err)
	}
	var steps [degrees][numSteps]float64
	var second, third, last [256]float64
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var before past
		packetBefore := []byte{0, 0, 0}
		for _, p := range packetsOf(b) {
			if len(p) < shortest || len(p) > longest {
				continue
			}
			c := class(len(p))
			if d := c - before.mean/pastUnit + spread; before.mean > 0 && d >= 0 && d < numSteps {
				steps[before.degree()][d]++
			}
			before = before.with(c)
			second[p[1]-packetBefore[1]]++
			if p[1] == packetBefore[1] {
				third[p[2]-packetBefore[2]]++
			}
			last[p[len(p)-1]-packetBefore[len(packetBefore)-1]]++
			packetBefore = p
		}
	}
	var out []byte
	for _, counts := range steps {
		out = append(out, packed(counts[:], unit/2, 1)...)
	}
	out = append(out, packed(second[:], unit, 256)...)
	out = append(out, packed(third[:], unit, 256)...)
	out = append(out, packed(last[:], unit, 256)...)
	if err := os.WriteFile("model.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// packed are the weights of the chances that counts tell, against one of n, rounded down.
func packed(counts []float64, unit, n float64) (out []byte) {
	total := 0.0
	for _, c := range counts {
		total += c
	}
	const lean = 0.02
	for _, c := range counts {
		p := (1-lean)*c/total + lean/float64(len(counts))
		out = append(out, byte(int8(max(-128, min(127, math.Floor(unit*math.Log2(n*p)))))))
	}
	return out
}

// packetsOf are those of an Ogg stream (RFC 3533) without the two of its header.
func packetsOf(b []byte) (list [][]byte) {
	var packet []byte
	for len(b) > 27 && bytes.HasPrefix(b, []byte("OggS")) && len(b) > 27+int(b[26]) {
		lengths, body := b[27:27+int(b[26])], b[27+int(b[26]):]
		for _, n := range lengths {
			n := min(int(n), len(body))
			packet = append(packet, body[:n]...)
			if body = body[n:]; n < 255 {
				list, packet = append(list, packet), nil
			}
		}
		b = body
	}
	return list[min(2, len(list)):]
}
