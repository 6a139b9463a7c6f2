package zstd

import "shokyo.dev/shokyo/scan/compressed/bitstream"

// run carries out n sequences (RFC 8878 §3.1.1.4), which have to take all bits of b and no more literals than
// there are. What it makes is added to the output.
func (c *chain) run(b []byte, n int) bool {
	var r bitstream.Backward
	literals, made := c.bytes, 0
	if n > 0 && !r.Open(b) {
		return false
	}
	var at [weights]int
	for k := range at {
		if n > 0 {
			at[k] = r.Take(c.tables.states[k].log)
		}
	}
	used := 0
	for i := range n {
		var s [weights]state
		for k := range s {
			s[k] = c.tables.states[k].of[at[k]]
		}
		distance := 1<<s[offsets].symbol + r.Take(int(s[offsets].symbol))
		match := alphabets[matchLengths].value(&r, s[matchLengths].symbol)
		length := alphabets[litLengths].value(&r, s[litLengths].symbol)
		if i < n-1 {
			for _, k := range [...]code{litLengths, matchLengths, offsets} {
				at[k] = int(s[k].base) + r.Take(int(s[k].bits))
			}
		}
		used, made = used+length, made+length+match
		if r.Left < 0 || used > c.literals.regenerated || made > maxBlock {
			return false
		}
		literals = c.take(literals, length)
		c.copy(c.distance(distance, length), match)
	}
	c.take(literals, c.literals.regenerated-used)
	return n == 0 || r.Left == 0
}

// value is a length: what its symbol stands for and some bits more.
func (a *alphabet) value(r *bitstream.Backward, symbol uint8) int {
	return a.base[symbol] + r.Take(int(a.extra[symbol]))
}

// distance is how far back a match lies; small numbers name those of the last three (§3.1.1.5). 0: nobody knows.
func (c *chain) distance(n, length int) int {
	if n > 3 {
		c.recent = [3]int{n - 3, c.recent[0], c.recent[1]}
		return n - 3
	}
	if length > 0 {
		n--
	}
	r := &c.recent
	switch n {
	case 0:
	case 1:
		r[0], r[1] = r[1], r[0]
	case 2:
		r[0], r[1], r[2] = r[2], r[0], r[1]
	default:
		r[0], r[1], r[2] = max(r[0]-1, 0), r[0], r[1]
	}
	return r[0]
}

// take puts n literals out, as far as they are known, and gives those that are left.
func (c *chain) take(literals []byte, n int) []byte {
	known := min(n, len(literals))
	c.emit(literals[:known], 1)
	c.copy(0, n-known)
	return literals[known:]
}

// copy puts n bytes out that came before; zeros where they are not known.
func (c *chain) copy(distance, n int) {
	n = min(n, MaxOutput-len(c.out))
	c.worked += n
	for range n {
		v := byte(0)
		if distance > 0 && distance <= len(c.out) {
			v = c.out[len(c.out)-distance]
		}
		c.out = append(c.out, v)
	}
}

// emit puts bytes out, as many times.
func (c *chain) emit(b []byte, times int) {
	for ; times > 0 && len(c.out) < MaxOutput; times-- {
		c.out = append(c.out, b[:min(len(b), MaxOutput-len(c.out))]...)
		c.worked += 1 + len(b)/8
	}
}
