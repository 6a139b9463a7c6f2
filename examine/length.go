package examine

import (
	"fmt"

	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/verdict"
)

// checkSize refuses a medium that is longer than it is stated to be: one of the
// two is not what it seems.
func (e *Examination) checkSize() error {
	if n := e.image.Size(); e.settings.Size > 0 && n > e.settings.Size {
		return fmt.Errorf("%s has %d bytes, more than the %d of --size: it is another medium, or the size is wrong", e.source, n, e.settings.Size)
	}
	return nil
}

// length is what is known of the medium's length before it is read.
func (e *Examination) length() verdict.Medium {
	m := verdict.Medium{SizeBytes: e.image.Size(), StatedBytes: e.settings.Size, Defect: e.image.Defect(),
		OpenEnded: e.image.OpenEnded(), Parts: len(e.image.Parts()), ImageNotes: e.image.Notes()}
	if t := e.table; t != nil {
		m.TableBytes, m.TableIsLast, m.TableNotes = t.EndOfTable, t.Kind == table.GPT, t.Notes
	}
	return m
}
