package bytesize

import (
	"math"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "4096": 4096, "1_048_576": 1 << 20, "4096B": 4096, "4096 bytes": 4096, "1 byte": 1,
		"64K": 64 << 10, "1M": 1 << 20, "2g": 2 << 30, "3T": 3 << 40, "1P": 1 << 50, "1E": 1 << 60,
		"1Ki": 1 << 10, "1KiB": 1 << 10, "1MiB": 1 << 20, "1mib": 1 << 20, "16 GiB": 16 << 30, "1TiB": 1 << 40,
		"1KB": 1000, "1kB": 1000, "1MB": 1e6, "500 GB": 500e9, "4TB": 4e12, "1pb": 1e15,
		"1.5G": 3 << 29, "0.5K": 512, "1.5 GiB": 3 << 29, "3.84TB": 3.84e12, "1.000": 1, "0.001KB": 1,
		"512s": 512 * 512, "2048S": 1 << 20, "8 sectors": 4096, "1.5s": 768,
		"0x1000": 4096, "0X1000": 4096, "0xfe": 254, "0x1_000": 4096, "0x10b": 0x10b,
		" 1M ": 1 << 20, "9223372036854775807": math.MaxInt64,
	} {
		if got, err := Parse(text); got != want || err != nil {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "write bytes", " ": "write bytes", "M": "write bytes", "-1": "write bytes", "+1": "write bytes", "1e3": "write bytes", "1Q": "write bytes",
		"1.5.G": "write bytes", ".5G": "write bytes", "5.G": "write bytes", "1,5G": "write bytes", "1,000": "write bytes", "1 000": "write bytes",
		"_1": "write bytes", "1_": "write bytes", "1__0": "write bytes", "0x": "write bytes", "0xg": "write bytes", "0x10s": "write bytes", "0x1.8": "write bytes",
		"1MBit": "write bytes", "1iB": "write bytes", "1Ms": "write bytes", "1si": "write bytes", "1m\n": "write bytes", "１Ｍ": "write bytes", "1ｓ": "write bytes",
		"0.3": "whole number", "1.1G": "whole number", "0.0001KB": "whole number",
		"9223372036854775808": "more than", "8E": "more than", "0xffffffffffffffff": "more than", "99999999999999999999T": "more than",
		strings.Repeat("9", 65): "write bytes", "0x" + strings.Repeat("f", 1000): "more than",
	} {
		if got, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 400 {
			t.Errorf("%q: %d, %v, want %q", text, got, err, want)
		}
	}
}

// The ways in which a size is written, side by side.
func TestWritten(t *testing.T) {
	for _, c := range []struct {
		n                                    int64
		format, report, stated, label, drive string
	}{
		{-5, "-5 B", "-5 B", "", "0 B", "no size"},
		{0, "0 B", "0 B", "0 bytes", "0 B", "no size"},
		{1, "1 B", "1 B", "1 bytes", "1 B", "1 B"},
		{999, "999 B", "999 B", "999 bytes", "999 B", "999 B"},
		{1000, "1000 B", "1000 B", "1000 bytes", "1.0 kB", "1.0 kB"},
		{1023, "1023 B", "1023 B", "1023 bytes", "1.0 kB", "1.0 kB"},
		{1024, "1.0 KiB", "1 KiB", "1.0 KiB", "1.0 kB", "1.0 kB"},
		{1536, "1.5 KiB", "1.5 KiB", "1.5 KiB", "1.5 kB", "1.5 kB"},
		{1 << 20, "1.0 MiB", "1 MiB", "1.0 MiB", "1.0 MB", "1.0 MB"},
		{1<<20 - 1, "1024.0 KiB", "1024 KiB", "1024.0 KiB", "1.0 MB", "1.0 MB"},
		{9_949_999, "9.5 MiB", "9.5 MiB", "9.5 MiB", "9.9 MB", "9.9 MB"},
		{9_950_000, "9.5 MiB", "9.5 MiB", "9.5 MiB", "10 MB", "10 MB"},
		{96 << 20, "96.0 MiB", "96 MiB", "96.0 MiB", "101 MB", "101 MB"},
		{999_499_999, "953.2 MiB", "953.2 MiB", "953.2 MiB", "999 MB", "999 MB"},
		{999_500_000, "953.2 MiB", "953.2 MiB", "953.2 MiB", "1.0 GB", "1.0 GB"},
		{4e12, "3.6 TiB", "3.6 TiB", "3.6 TiB", "4.0 TB", "4.0 TB"},
		{20e12, "18.2 TiB", "18.2 TiB", "18.2 TiB", "20 TB", "20 TB"},
		{1 << 62, "4.0 EiB", "4 EiB", "4.0 EiB", "4612 PB", "4612 PB"},
		{math.MaxInt64, "8.0 EiB", "8 EiB", "8.0 EiB", "9223 PB", "9223 PB"},
	} {
		for _, w := range []struct{ how, got, want string }{
			{"Format", Format(c.n), c.format}, {"Report", Report(c.n), c.report}, {"Label", Label(c.n), c.label}, {"Drive", Drive(c.n), c.drive}} {
			if w.got != w.want {
				t.Errorf("%s %d: %s, want %s", w.how, c.n, w.got, w.want)
			}
		}
		if c.n >= 0 && Stated(uint64(c.n)) != c.stated {
			t.Errorf("Stated %d: %s, want %s", c.n, Stated(uint64(c.n)), c.stated)
		}
	}
	if got := Stated(math.MaxUint64); got != "16.0 EiB" {
		t.Error(got)
	}
	for want, n := range map[string][2]int64{"1.2 of 4.0 TiB": {1319413953331, 4 << 40}, "900.0 MiB of 4.0 GiB": {900 << 20, 4 << 30}, "0 B of 1.0 KiB": {0, 1024}, "3 of 5 B": {3, 5}} {
		if got := Of(n[0], n[1]); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
}

// Whatever is read is a size, and what is written out in bytes is read as itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1M", "1.5 GiB", "0x10", "2048s", "1_0KB", "-1", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			if n != 0 {
				t.Errorf("%q: %d with %v", s, n, err)
			}
			return
		}
		if n < 0 {
			t.Errorf("%q: %d", s, n)
		}
		Format(n)
	})
}
