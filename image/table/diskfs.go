package table

// This file is the fence around go-diskfs; nothing else here touches it. What
// was found reading its source (v1.9.4), and what is done about it:
//
//   - gpt.Read allocates and reads (entry count × entry size) bytes by the
//     header's say-so, and loops for ever on an entry size of 0: checkGPT looks
//     at every header before, and what it refuses the library does not see;
//   - gpt.Read does not go on to the backup when the primary can not be read,
//     only when its checksum is wrong: unreadable sectors become zeros;
//   - nothing relates the entries to the medium: Table.add does;
//   - it reads the medium several times, and a failing medium may answer
//     differently each time: it is given copies, of the pieces that were checked;
//   - mbr.Read is sound, and knows no extended boot records: mbr.go walks them
//     and has each parsed here.

import (
	"errors"
	"io"
	"io/fs"

	"github.com/diskfs/go-diskfs/partition/gpt"
	"github.com/diskfs/go-diskfs/partition/mbr"

	"shokyo.dev/shokyo/image/source"
	gptfields "shokyo.dev/shokyo/internal/gpt"
	"shokyo.dev/shokyo/words/medium"
)

// maxEntryBytes bounds the entry array: UEFI wants at least 16 KiB, and no
// tool writes more than a few hundred.
const maxEntryBytes = 1 << 20

// header is a GPT header that may be shown to the library, UEFI 2.10 §5.3.2
// table 5.5. Offsets are bytes.
type header struct {
	alternate  int64 // of the other header; MaxInt64 if it is nowhere
	end        int64 // behind the alternate
	entries    int64
	entryBytes int
	entriesCRC uint32
}

var errNoGPT = errors.New("no GPT header")

// checkGPT reads the fields that the library would trust. The error is
// errNoGPT where there is no header at all, and says what is odd where a
// checksum proves that there is one.
func checkGPT(b []byte, sector int, size int64) (h header, err error) {
	g := gptfields.Header(b)
	if !g.IsHeader() {
		return h, errNoGPT
	}
	if g.Size() != gptfields.HeaderBytes { // the library knows no other, and nobody writes one
		return h, errors.New("its header has an unknown length")
	}
	if !g.Intact() {
		return h, errNoGPT
	}
	count, each := g.Count(), g.EntrySize()
	if each != gpt.PartitionEntrySize || count == 0 || count > maxEntryBytes/gpt.PartitionEntrySize {
		return h, errors.New("its entries have an unknown size or number")
	}
	t := Table{SectorBytes: sector}
	h = header{
		alternate:  t.bytes(g.Alternate()),
		end:        t.behind(g.Alternate()),
		entries:    t.bytes(g.Entries()),
		entryBytes: int(count * each),
		entriesCRC: g.EntriesSum(),
	}
	if h.entries > size-int64(h.entryBytes) {
		return h, errors.New("its entries are said to lie behind the end of the medium")
	}
	return h, nil
}

// readGPT reads the GPT of a medium with sectors of the given size; nil if
// there is none.
func readGPT(src source.Source, sector int) *Table {
	size := src.Size()
	if size < int64(3*sector) {
		return nil
	}
	p := &pieces{size: size}
	last := (size/int64(sector) - 1) * int64(sector)
	primary, oddPrimary := p.addHeader(src, int64(sector), sector)
	_, oddBackup := p.addHeader(src, last, sector)
	p.addBlank(0, sector) // LBA 0 is masterBootRecord's
	t := &Table{Kind: GPT, SectorBytes: sector}
	found, err := parseGPT(p, sector)
	if err != nil {
		if errors.Is(oddPrimary, errNoGPT) && errors.Is(oddBackup, errNoGPT) {
			return nil
		}
		t.note(medium.GPTUnusable.Say(oddity(oddPrimary, oddBackup, err)))
		return t
	}
	t.FromBackup = found.RecoveredFromBackup
	if t.FromBackup {
		t.EndOfTable = last + int64(sector)
		t.note(medium.GPTDamaged)
	} else {
		t.EndOfTable = primary.end
		t.noteBackup(src, primary)
	}
	for _, p := range found.Partitions {
		t.add(Partition{Index: p.Index, Label: label(p.Name), Type: string(p.Type)}, p.Start, p.End, size)
	}
	t.noteBounds(size)
	return t
}

// oddity is the most telling of several reasons.
func oddity(errs ...error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, errNoGPT) {
			return err
		}
	}
	return errNoGPT
}

// noteBackup compares the primary header with its alternate, if the medium
// reaches that far.
func (t *Table) noteBackup(src source.Source, primary header) {
	size := src.Size()
	if primary.alternate > size-int64(t.SectorBytes) {
		return // truncated: noteBounds says so
	}
	b := make([]byte, t.SectorBytes)
	err := source.ReadFull(src, b, primary.alternate)
	if err == nil {
		var backup header
		if backup, err = checkGPT(b, t.SectorBytes, size); err == nil && backup.entriesCRC != primary.entriesCRC {
			t.note(medium.BackupDiffers)
		}
	}
	if err != nil {
		t.note(medium.BackupDamaged.Say(primary.alternate))
	}
	if rest := size - t.EndOfTable; rest > 0 {
		t.note(medium.BehindGPT.Say(rest))
	}
}

// parseGPT has the library parse what the pieces hold.
func parseGPT(p *pieces, sector int) (t *gpt.Table, err error) {
	defer recoverTo(&err)
	return gpt.Read(p, sector, sector)
}

// bootRecord has the library parse one boot record and gives its used entries;
// false if it is none (no signature, or an entry that is neither active nor not).
func bootRecord(b []byte) (entries []mbrEntry, ok bool) {
	t, err := parseMBR(b[:512])
	if err != nil {
		return nil, false
	}
	for i, p := range t.Partitions {
		if p.Type != mbr.Empty && p.Size != 0 {
			entries = append(entries, mbrEntry{slot: i + 1, kind: byte(p.Type), first: uint64(p.Start), count: uint64(p.Size)})
		}
	}
	return entries, true
}

func parseMBR(b []byte) (t *mbr.Table, err error) {
	defer recoverTo(&err)
	p := &pieces{size: 512, list: []piece{{0, b}}}
	return mbr.Read(p, 512, 512)
}

func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = errors.New("the parser of partition tables failed")
	}
}

// pieces is what the library may see of the medium, as its backend.File:
// copies in memory, and errors everywhere else.
type pieces struct {
	size int64
	pos  int64
	list []piece
}

type piece struct {
	off   int64
	bytes []byte
}

// addHeader adds the header sector at off and the entries it leads to, if they
// pass the check and can be read; a blank sector otherwise.
func (p *pieces) addHeader(src source.Source, off int64, sector int) (h header, err error) {
	b := make([]byte, sector)
	if err = source.ReadFull(src, b, off); err == nil {
		h, err = checkGPT(b, sector, p.size)
	}
	var entries []byte
	if err == nil {
		entries = make([]byte, h.entryBytes)
		err = source.ReadFull(src, entries, h.entries)
	}
	if err != nil {
		p.addBlank(off, sector)
		return h, err
	}
	p.list = append(p.list, piece{off, b}, piece{h.entries, entries})
	return h, nil
}

func (p *pieces) addBlank(off int64, n int) {
	p.list = append(p.list, piece{off, make([]byte, n)})
}

// ReadAt serves a range from the pieces, which may touch or overlap each
// other. Overlapping ones hold the same bytes or zeros.
func (p *pieces) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		k := p.copyFrom(b[n:], off+int64(n))
		if k == 0 {
			return n, fs.ErrInvalid
		}
		n += k
	}
	return n, nil
}

func (p *pieces) copyFrom(b []byte, off int64) int {
	for _, piece := range p.list {
		if skip := off - piece.off; skip >= 0 && skip < int64(len(piece.bytes)) {
			return copy(b, piece.bytes[skip:])
		}
	}
	return 0
}

func (p *pieces) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += p.pos
	case io.SeekEnd:
		off += p.size
	}
	p.pos = off
	return off, nil
}

func (p *pieces) Read(b []byte) (int, error) {
	n, err := p.ReadAt(b, p.pos)
	p.pos += int64(n)
	return n, err
}

func (p *pieces) Stat() (fs.FileInfo, error) { return nil, fs.ErrInvalid }
func (p *pieces) Close() error               { return nil }
