package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// vt is a terminal as far as the console needs one (ECMA-48; ctlseqs of xterm
// for the private modes): what it does not know is an error, so that a picture
// that only some terminals understand is noticed.
type vt struct {
	columns, rows int
	cells         [][]vtCell
	x, y          int
	color         string // SGR parameters
	top, bottom   int    // scrolling region, bottom exclusive
	wrapPending   bool
	insert        bool
	rest          []byte // of a sequence that has not come whole
	problems      []string
}

type vtCell struct {
	c     byte
	color string
}

func newVT(columns, rows int) *vt {
	v := &vt{columns: columns, rows: rows, bottom: rows}
	v.cells = make([][]vtCell, rows)
	for i := range v.cells {
		v.cells[i] = v.blank()
	}
	return v
}

func (v *vt) blank() []vtCell { return slices.Repeat([]vtCell{{c: ' '}}, v.columns) }

func (v *vt) Write(b []byte) (int, error) {
	v.rest = append(v.rest, b...)
	for len(v.rest) > 0 {
		n := v.one(v.rest)
		if n == 0 {
			break
		}
		v.rest = v.rest[n:]
	}
	return len(b), nil
}

func (v *vt) problem(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// one carries out a character or a sequence and gives its length; 0: it is not
// all there.
func (v *vt) one(b []byte) int {
	switch c := b[0]; {
	case c == 0x1b:
		return v.escape(b)
	case c == '\r':
		v.x, v.wrapPending = 0, false
	case c == '\n':
		v.down()
	case c == '\b':
		v.x, v.wrapPending = max(v.x-1, 0), false
	case c < ' ' || c > '~':
		v.problem("the byte %#x", c)
	default:
		v.put(c)
	}
	return 1
}

func (v *vt) put(c byte) {
	if v.wrapPending {
		v.x = 0
		v.down()
	}
	if v.insert {
		copy(v.cells[v.y][v.x+1:], v.cells[v.y][v.x:])
	}
	v.cells[v.y][v.x] = vtCell{c, v.color}
	v.wrapPending = v.x == v.columns-1
	v.x = min(v.x+1, v.columns-1)
}

func (v *vt) down() {
	v.wrapPending = false
	if v.y == v.bottom-1 {
		v.scroll(v.top, 1)
		return
	}
	v.y = min(v.y+1, v.rows-1)
}

func (v *vt) up() {
	v.wrapPending = false
	if v.y == v.top {
		v.scroll(v.top, -1)
		return
	}
	v.y = max(v.y-1, 0)
}

// scroll moves the rows from a row to the end of the region up by n, or down.
func (v *vt) scroll(from, n int) {
	region := v.cells[from:v.bottom]
	for range min(max(n, -n), len(region)) {
		if n > 0 {
			copy(region, region[1:])
			region[len(region)-1] = v.blank()
		} else {
			copy(region[1:], region)
			region[0] = v.blank()
		}
	}
}

func (v *vt) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] == 'M' {
		v.up()
		return 2
	}
	if b[1] != '[' {
		v.problem("the sequence ESC %c", b[1])
		return 2
	}
	end := slices.IndexFunc(b[2:], func(c byte) bool { return c >= '@' && c <= '~' })
	if end < 0 {
		return 0
	}
	v.control(string(b[2:2+end]), b[2+end])
	return 3 + end
}

func (v *vt) control(parameters string, final byte) {
	if strings.ContainsAny(parameters, "?><=$") {
		v.private(parameters + string(final))
		return
	}
	numbers := strings.Split(parameters, ";")
	n := func(i, missing int) int {
		if i < len(numbers) {
			if k, err := strconv.Atoi(numbers[i]); err == nil {
				return k
			}
		}
		return missing
	}
	if final == 'm' {
		v.paint(numbers)
		return
	}
	v.wrapPending = false
	switch final {
	case 'H':
		v.y, v.x = min(n(0, 1), v.rows)-1, min(n(1, 1), v.columns)-1
	case 'A':
		v.y = max(v.y-n(0, 1), 0)
	case 'B':
		v.y = min(v.y+n(0, 1), v.rows-1)
	case 'C':
		v.x = min(v.x+n(0, 1), v.columns-1)
	case 'D':
		v.x = max(v.x-n(0, 1), 0)
	case 'J', 'K':
		v.erase(final, n(0, 0))
	case 'L':
		v.scroll(v.y, -n(0, 1))
	case 'M':
		v.scroll(v.y, n(0, 1))
	case 'P':
		r := v.cells[v.y]
		copy(r[v.x:], append(slices.Clone(r[min(v.x+n(0, 1), v.columns):]), v.blank()...))
	case 'h', 'l':
		if v.insert = final == 'h'; parameters != "4" {
			v.problem("the mode %s", parameters)
		}
	case 'S':
		v.scroll(v.top, n(0, 1))
	case 'T':
		v.scroll(v.top, -n(0, 1))
	case 'r':
		v.top, v.bottom, v.x, v.y = n(0, 1)-1, min(n(1, v.rows), v.rows), 0, 0
	default:
		v.problem("the sequence CSI %s %c", parameters, final)
	}
}

func (v *vt) paint(numbers []string) {
	for _, s := range numbers {
		switch {
		case s == "" || s == "0":
			v.color = ""
		case v.color == "":
			v.color = s
		default:
			v.color += ";" + s
		}
	}
}

// erase clears from the cursor on, up to it, or all: of the row (K) or of the
// screen (J).
func (v *vt) erase(final byte, what int) {
	at, first, last := v.y*v.columns+v.x, v.y*v.columns, (v.y+1)*v.columns
	if final == 'J' {
		first, last = 0, v.rows*v.columns
	}
	switch what {
	case 0:
		first = at
	case 1:
		last = at + 1
	}
	for i := first; i < last; i++ {
		v.cells[i/v.columns][i%v.columns] = vtCell{c: ' '}
	}
}

// private takes what terminals without a mode leave alone: the alternate screen,
// the cursor's visibility, and how keys are reported (xterm's modifyOtherKeys and
// the protocol of kitty).
func (v *vt) private(s string) {
	switch s {
	case "?1049h", "?1049l":
		for i := range v.cells {
			v.cells[i] = v.blank()
		}
	case "?25h", "?25l", ">4m", ">4;2m", ">4;0m", ">1u", "<1u", "<u", "?u":
	default:
		v.problem("the private sequence CSI %s", s)
	}
}

func (v *vt) text() string {
	var b strings.Builder
	for _, r := range v.cells {
		line := make([]byte, len(r))
		for i, c := range r {
			line[i] = c.c
		}
		b.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return b.String()
}
