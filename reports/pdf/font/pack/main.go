// Command pack makes the two files of package font from the fonts of the Debian package
// fonts-morisawa-bizud-gothic: see go:generate there. Of the bold weight, which headings are
// written in, only the characters of JIS level 1 and those below U+3400 are kept; what it
// lacks is written in the other.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/text/encoding/japanese"

	"shokyo.dev/shokyo/reports/pdf/font"
)

const folder = "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-"

func main() {
	all := func(rune) bool { return true }
	for _, err := range []error{pack("Regular", all), pack("Bold", common)} {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// common says whether a character is in JIS level 1 (JIS X 0208 rows 1 to 47), or no kanji.
func common(r rune) bool {
	if r < 0x3400 || r >= 0xFF00 && r < 0xFFF0 {
		return true
	}
	b, err := japanese.EUCJP.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xA1 && b[0] <= 0xA0+47
}

func pack(weight string, keep func(rune) bool) error {
	b, err := os.ReadFile(folder + weight + ".ttf")
	if err != nil {
		return err
	}
	f, err := font.Parse(b)
	if err != nil {
		return err
	}
	cmd := exec.Command("zstd", "-19", "--single-thread", "-q", "-f", "-o", weight+".ttf.zst")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(font.Pack(f, keep)), os.Stderr
	return cmd.Run()
}
