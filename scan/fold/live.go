package fold

import "shokyo.dev/shokyo/scan/medium"

// LiveMap is the medium in equal cuts while it is being examined: of each, the
// worst class that was seen in it. Unread: nothing of it was read yet.
type LiveMap [64]medium.Class

// Map is the map of all cells.
func (st *State) Map() (m LiveMap) {
	st.Draw(&m, 0, len(st.Cells))
	return m
}

// Draw brings a map up to date where it shows any of the cells [from, to). A sample
// of a large medium commits each of its blocks, and each changes one cell.
func (st *State) Draw(m *LiveMap, from, to int) {
	n := len(st.Cells)
	for i := range m {
		lo := i * n / len(m)
		hi := max((i+1)*n/len(m), lo+1) // a small medium has fewer cells than the map: they are stretched
		if hi <= from || to <= lo {
			continue
		}
		var sum ClassBytes
		for _, c := range st.Cells[lo:min(hi, n)] {
			for class, bytes := range c.Classes {
				sum[class] += bytes
			}
		}
		m[i] = sum.worst()
	}
}

// worst is the class that a person must not miss among those that are there.
func (t *ClassBytes) worst() medium.Class {
	for _, c := range [...]medium.Class{medium.Residue, medium.Unreadable, medium.Ciphertext, medium.Metadata, medium.Pattern, medium.Fill} {
		if t[c] > 0 {
			return c
		}
	}
	return medium.Unread
}
