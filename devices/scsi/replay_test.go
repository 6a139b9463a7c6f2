package scsi

import (
	"bufio"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/scsi/cdb"
)

// answered is what a replayed drive returns for one command.
type answered struct{ data, sense []byte }

// replay is a drive made of a file in testdata/drives. It fails the test if it
// is sent anything that Permit refuses.
type replay struct {
	t       testing.TB
	pages   map[string]answered
	asked   []string
	refuse  map[string]error // commands that never come back
	pending []byte           // a unit attention, reported once
}

// unknownCommand is ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE.
var unknownCommand = []byte{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0}

func openReplay(t testing.TB, name string) *replay {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "drives", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := &replay{t: t, pages: map[string]answered{}, refuse: map[string]error{}}
	for in := bufio.NewScanner(f); in.Scan(); {
		line := in.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		page, rest, _ := strings.Cut(line, ":")
		data, sense, _ := strings.Cut(rest, "!")
		r.pages[page] = answered{unhex(t, data), unhex(t, sense)}
	}
	if len(r.pages) < 3 {
		t.Fatalf("%s holds %d pages", name, len(r.pages))
	}
	return r
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r *replay) Do(command, data []byte) (n int, status []byte, err error) {
	name, err := cdb.Permit(command)
	if err != nil {
		r.t.Errorf("sent % x: %v", command, err)
		return 0, nil, err
	}
	r.asked = append(r.asked, name)
	if err := r.refuse[name]; err != nil {
		return 0, nil, err
	}
	if r.pending != nil {
		status, r.pending = r.pending, nil
		return 0, status, nil
	}
	a, ok := r.pages[name]
	if !ok {
		return 0, unknownCommand, nil
	}
	n = copy(data, a.data)
	if len(a.sense) > 0 {
		return n, a.sense, nil
	}
	return n, nil, nil
}

func (r *replay) hasAsked(name string) bool {
	for _, a := range r.asked {
		if a == name {
			return true
		}
	}
	return false
}

var errTimeout = errors.New("connection timed out")
