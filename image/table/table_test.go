package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// sparse is a medium that holds some bytes and is zeros elsewhere, so that
// disks of terabytes fit into a test.
type sparse struct {
	size   int64
	pieces []piece
	bad    []int64 // offsets of sectors of 512 bytes that can not be read
}

func (s *sparse) Size() int64 { return s.size }

func (s *sparse) ReadAt(p []byte, off int64) (int, error) {
	n := int(max(0, min(int64(len(p)), s.size-off)))
	clear(p[:n])
	for _, bad := range s.bad {
		if off < bad+512 && bad < off+int64(n) {
			return 0, errors.New("input/output error")
		}
	}
	for _, piece := range s.pieces {
		for i, b := range piece.bytes {
			if at := piece.off + int64(i) - off; at >= 0 && at < int64(n) {
				p[at] = b
			}
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *sparse) put(off int64, b []byte) { s.pieces = append(s.pieces, piece{off, b}) }

const linuxType = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"

// disk is an empty file of some size, for the partitioning tools.
func disk(t *testing.T, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "disk.img")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return path
}

// gptDisk has two partitions made by sgdisk.
func gptDisk(t *testing.T) string {
	t.Helper()
	path := disk(t, 64<<20)
	tooltest.Output(t, "sgdisk", append(sgdiskArgs(), path)...)
	return path
}

func sgdiskArgs() []string {
	return []string{"-n", "1:1M:+8M", "-c", "1:data 日本", "-t", "1:8300", "-n", "7:20M:+4M", "-t", "7:ef00", "-c", "7:EFI\x01"}
}

// gptPartitions are what sgdisk is told to make.
func gptPartitions() []Partition {
	return []Partition{
		{1, "p1", "data 日本", linuxType, 1 << 20, 8 << 20},
		{7, "p7", "EFI\uFFFD", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 20 << 20, 4 << 20},
	}
}

func mustTable(t *testing.T, path string) *Table {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	table, err := Read(io.NewSectionReader(f, 0, st.Size()))
	if err != nil {
		t.Fatal(err)
	}
	if table == nil {
		t.Fatal("no table found")
	}
	return table
}

func overwrite(t *testing.T, path string, off int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, off); err != nil {
		t.Fatal(err)
	}
}

func TestGPT(t *testing.T) {
	want := gptPartitions()
	whole, err := os.ReadFile(gptDisk(t))
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 512)
	tests := []struct {
		name       string
		change     func(path string)
		fromBackup bool
		notes      []string
	}{
		{"as made", func(string) {}, false, nil},
		{"primary header damaged", func(p string) { overwrite(t, p, 512+60, []byte{1}) }, true, []string{"primary GPT is damaged"}},
		{"primary entries damaged", func(p string) { overwrite(t, p, 1024+40, []byte{1}) }, true, []string{"primary GPT is damaged"}},
		{"primary and MBR gone", func(p string) { overwrite(t, p, 0, make([]byte, 34*512)) }, true, []string{"primary GPT is damaged", "no protective MBR"}},
		{"MBR gone", func(p string) { overwrite(t, p, 0, zeros) }, false, []string{"no protective MBR"}},
		{"backup gone", func(p string) { overwrite(t, p, 64<<20-512, zeros) }, false, []string{"backup GPT at byte 67108352 is missing or damaged"}},
		{"copied to a larger disk", func(p string) { os.Truncate(p, 65<<20) }, false, []string{"1048576 bytes lie behind the end of the GPT"}},
		{"truncated behind the data", func(p string) { os.Truncate(p, 40<<20) }, false, []string{"truncated"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "disk.img")
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			test.change(path)
			table := mustTable(t, path)
			if !slices.Equal(table.Partitions, want) {
				t.Errorf("partitions %+v\nwant %+v", table.Partitions, want)
			}
			if table.Kind != GPT || table.SectorBytes != 512 || table.FromBackup != test.fromBackup || table.EndOfTable != 64<<20 {
				t.Errorf("table %+v", table)
			}
			checkNotes(t, table, test.notes)
		})
	}
}

func checkNotes(t *testing.T, table *Table, want []string) {
	t.Helper()
	if len(table.Notes) != len(want) {
		t.Errorf("notes %q, want %q", table.Notes, want)
		return
	}
	for i, w := range want {
		if !strings.Contains(table.Notes[i], w) {
			t.Errorf("note %q, want %q", table.Notes[i], w)
		}
	}
}

func TestGPTTruncatedInPartition(t *testing.T) {
	path := gptDisk(t)
	if err := os.Truncate(path, 5<<20); err != nil {
		t.Fatal(err)
	}
	table := mustTable(t, path)
	if len(table.Partitions) != 1 || table.Partitions[0].Length != 4<<20 {
		t.Errorf("partitions %+v", table.Partitions)
	}
	checkNotes(t, table, []string{"p1 ends at byte 9437184", "p7 begins at byte", "truncated"})
}

func TestUnreadablePrimary(t *testing.T) {
	b, err := os.ReadFile(gptDisk(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []int64{0, 512, 1024} {
		src := &failing{bytes.NewReader(b), bad}
		table, err := Read(src)
		if err != nil || table == nil || len(table.Partitions) != 2 || table.FromBackup != (bad > 0) {
			t.Errorf("sector at %d unreadable: %+v, %v", bad, table, err)
		}
	}
	if table, err := Read(&failing{bytes.NewReader(make([]byte, 1<<20)), 0}); table != nil || err == nil {
		t.Errorf("unreadable LBA 0 and no GPT: %+v, %v", table, err)
	}
}

type failing struct {
	*bytes.Reader
	bad int64 // offset of the sector that can not be read
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if off < f.bad+512 && f.bad < off+int64(len(p)) {
		return 0, errors.New("input/output error")
	}
	return f.Reader.ReadAt(p, off)
}

// gptHeader makes a header with right checksums around the given fields.
func gptHeader(sector int, my, alternate, entries uint64, count, each uint32, array []byte) []byte {
	b := make([]byte, sector)
	le := binary.LittleEndian
	copy(b, "EFI PART\x00\x00\x01\x00\x5c\x00\x00\x00")
	le.PutUint64(b[24:], my)
	le.PutUint64(b[32:], alternate)
	le.PutUint64(b[72:], entries)
	le.PutUint32(b[80:], count)
	le.PutUint32(b[84:], each)
	le.PutUint32(b[88:], crc32.ChecksumIEEE(array))
	le.PutUint32(b[16:], crc32.ChecksumIEEE(b[:92]))
	return b
}

func gptEntry(first, last uint64) []byte {
	b := make([]byte, 128)
	copy(b, "\xaf\x3d\xc6\x0f\x83\x84\x72\x47\x8e\x79\x3d\x69\xd8\x47\x7d\xe4")
	binary.LittleEndian.PutUint64(b[32:], first)
	binary.LittleEndian.PutUint64(b[40:], last)
	return b
}

// TestSgdisk4096 has sgdisk write to a loop device with sectors of 4096 bytes.
func TestSgdisk4096(t *testing.T) {
	path := disk(t, 64<<20)
	if os.Geteuid() != 0 {
		t.Skip("loop devices need root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
	loop := strings.TrimSpace(string(tooltest.Output(t, "losetup", "-f", "--show", "-b", "4096", path)))
	_, err := tooltest.Command(t, "sgdisk", append(sgdiskArgs(), loop)...).CombinedOutput()
	tooltest.Output(t, "losetup", "-d", loop)
	if err != nil {
		t.Fatal(err)
	}
	table := mustTable(t, path)
	if !slices.Equal(table.Partitions, gptPartitions()) || table.SectorBytes != 4096 || table.EndOfTable != 64<<20 {
		t.Errorf("%+v", table)
	}
	checkNotes(t, table, nil)
}

// TestGPT4096 is a disk of 16 TB with sectors of 4096 bytes.
func TestGPT4096(t *testing.T) {
	const sectors = 4 << 30
	array := make([]byte, 16384)
	copy(array, gptEntry(256, 256+1<<31-1))
	src := &sparse{size: sectors * 4096}
	src.put(4096, gptHeader(4096, 1, sectors-1, 2, 128, 128, array))
	src.put(2*4096, array)
	src.put((sectors-5)*4096, array)
	src.put((sectors-1)*4096, gptHeader(4096, sectors-1, 1, sectors-5, 128, 128, array))
	for _, backup := range []bool{false, true} {
		if backup {
			src.pieces = src.pieces[2:]
		}
		table, err := Read(src)
		if err != nil || table == nil {
			t.Fatal(table, err)
		}
		want := Partition{1, "p1", "", linuxType, 1 << 20, 8 << 40}
		if table.SectorBytes != 4096 || table.EndOfTable != src.size || len(table.Partitions) != 1 || table.Partitions[0] != want || table.FromBackup != backup {
			t.Errorf("from backup %v: %+v", backup, table)
		}
	}
}

// TestHostileGPT: headers whose checksums are right and that lie.
func TestHostileGPT(t *testing.T) {
	const sectors = 2048
	last := uint64(math.MaxUint64)
	array := slices.Concat(gptEntry(34, 2000), gptEntry(0, last), gptEntry(last, last), gptEntry(100, 50), gptEntry(1<<55, 1<<56), gptEntry(1500, 2500), gptEntry(2001, 2001))
	count := uint32(len(array) / 128)
	tests := []struct {
		name       string
		header     []byte
		partitions int
		end        int64
		notes      []string
	}{
		{"lying entries", gptHeader(512, 1, sectors-1, 2, count, 128, array), 4, sectors * 512, nil},
		{"entries of no size", gptHeader(512, 1, sectors-1, 2, 128, 0, nil), 0, 0, []string{"unknown size or number"}},
		{"entries of 1 byte", gptHeader(512, 1, sectors-1, 2, 128, 1, nil), 0, 0, []string{"unknown size or number"}},
		{"2^32-1 entries", gptHeader(512, 1, sectors-1, 2, math.MaxUint32, 128, nil), 0, 0, []string{"unknown size or number"}},
		{"product 2^32", gptHeader(512, 1, sectors-1, 2, 1<<25, 128, nil), 0, 0, []string{"unknown size or number"}},
		{"entries at the end", gptHeader(512, 1, sectors-1, sectors, count, 128, array), 0, 0, []string{"behind the end"}},
		{"entries at 2^64-1", gptHeader(512, 1, sectors-1, last, count, 128, array), 0, 0, []string{"behind the end"}},
		{"alternate at 2^64-1", gptHeader(512, 1, last, 2, count, 128, array), 4, math.MaxInt64, nil},
		{"alternate at 2^60", gptHeader(512, 1, 1<<60, 2, count, 128, array), 4, math.MaxInt64, nil},
		{"entries over the header", gptHeader(512, 1, sectors-1, 1, 4, 128, nil), 0, 0, []string{"can not be used"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := &sparse{size: sectors * 512}
			src.put(512, test.header)
			src.put(1024, array)
			table, err := Read(src)
			if test.notes != nil && (table == nil || len(table.Notes) == 0 || !strings.Contains(table.Notes[0], test.notes[0])) {
				t.Errorf("table %+v, want a note %q", table, test.notes)
			}
			if table == nil || err != nil || len(table.Partitions) != test.partitions || table.EndOfTable != test.end {
				t.Fatalf("%+v, %v; want %d partitions, end %d", table, err, test.partitions, test.end)
			}
			checkTable(t, table, src.size)
		})
	}
}

// checkTable checks what must be true of any table whatever the medium says.
func checkTable(t *testing.T, table *Table, size int64) {
	t.Helper()
	for _, p := range table.Partitions {
		if p.Start < 0 || p.Length <= 0 || p.Start > size-p.Length {
			t.Errorf("partition outside the medium: %+v", p)
		}
	}
	if len(table.Notes) > maxNotes || table.EndOfTable < 0 {
		t.Errorf("%d notes, end %d", len(table.Notes), table.EndOfTable)
	}
}

// TestTwoSectorSizes: a leftover backup of a disk once used with sectors of 512
// bytes does not hide the table that is whole.
func TestTwoSectorSizes(t *testing.T) {
	const size = 1 << 20
	array := gptEntry(64, 127)
	src := &sparse{size: size}
	src.put(size-1024, array)
	src.put(size-512, gptHeader(512, size/512-1, 1, size/512-2, 1, 128, array))
	table, err := Read(src)
	if err != nil || table == nil || table.SectorBytes != 512 || !table.FromBackup {
		t.Fatalf("backup alone: %+v, %v", table, err)
	}
	src.put(4096, gptHeader(4096, 1, size/4096-1, 2, 1, 128, array))
	src.put(2*4096, array)
	table, err = Read(src)
	if err != nil || table == nil || table.SectorBytes != 4096 || table.FromBackup || table.Partitions[0].Start != 64*4096 {
		t.Errorf("both: %+v, %v", table, err)
	}
}

// TestManyNotes: a table of lies does not fill the report.
func TestManyNotes(t *testing.T) {
	array := bytes.Repeat(gptEntry(1<<40, 1<<41), 4000)
	medium := make([]byte, 1<<20)
	copy(medium[512:], gptHeader(512, 1, 2047, 2, 4000, 128, array))
	copy(medium[1024:], array)
	table, err := Read(bytes.NewReader(medium))
	if err != nil || len(table.Partitions) != 0 || len(table.Notes) != maxNotes || !strings.HasPrefix(table.Notes[maxNotes-1], "more was odd") {
		t.Errorf("%+v, %v", table, err)
	}
}

func TestMBR(t *testing.T) {
	path := disk(t, 64<<20)
	layout := "label: dos\nstart=2048,size=4096,type=83,bootable\nstart=8192,size=40000,type=5\nstart=60000,size=2000,type=7\n" +
		"start=10240,size=1000\nstart=20480,size=2000,type=82\nstart=30720,size=3000\n"
	sfdisk := tooltest.Command(t, "sfdisk", "-q", "--no-tell-kernel", path)
	sfdisk.Stdin = strings.NewReader(layout)
	if out, err := sfdisk.CombinedOutput(); err != nil {
		t.Fatalf("sfdisk: %v: %s", err, out)
	}
	table := mustTable(t, path)
	want := []Partition{
		{1, "p1", "", "0x83", 2048 * 512, 4096 * 512},
		{3, "p3", "", "0x07", 60000 * 512, 2000 * 512},
		{5, "p5", "", "0x83", 10240 * 512, 1000 * 512},
		{6, "p6", "", "0x82", 20480 * 512, 2000 * 512},
		{7, "p7", "", "0x83", 30720 * 512, 3000 * 512},
	}
	if table.Kind != MBR || !slices.Equal(table.Partitions, want) || table.EndOfTable != 62000*512 {
		t.Errorf("%+v\nwant %+v", table, want)
	}
	checkNotes(t, table, nil)

	if err := os.Truncate(path, 15<<20); err != nil {
		t.Fatal(err)
	}
	table = mustTable(t, path)
	if !slices.Equal(table.Partitions, append(want[:1:1], want[2:4]...)) || table.EndOfTable != 62000*512 {
		t.Errorf("truncated: %+v", table)
	}
	checkNotes(t, table, []string{"p3 begins", "p7 begins", "truncated"})
}

type entry struct {
	status, kind byte
	first, count uint32
}

func bootSector(entries ...entry) []byte {
	b := make([]byte, 512)
	for i, e := range entries {
		at := b[446+16*i:]
		at[0], at[4] = e.status, e.kind
		binary.LittleEndian.PutUint32(at[8:], e.first)
		binary.LittleEndian.PutUint32(at[12:], e.count)
	}
	b[510], b[511] = 0x55, 0xaa
	return b
}

func TestMBRByHand(t *testing.T) {
	fat := bootSector(entry{0, 0x0c, 0, 2048})
	copy(fat, "\xeb\x58\x90mkfs.fat\x00\x02\x08\x20\x00\x02\x00\x00\x00\x00\xf8")
	partitionedFAT := bootSector(entry{0, 0x0c, 100, 500})
	copy(partitionedFAT, fat[:64])
	ntfs := bootSector(entry{0, 7, 100, 500})
	copy(ntfs[3:], "NTFS    ")
	unsigned := bootSector(entry{0, 0x83, 100, 500})
	unsigned[511] = 0
	tests := []struct {
		name       string
		sector0    []byte
		partitions int // -1: no table
		notes      []string
	}{
		{"one partition", bootSector(entry{0x80, 0x83, 100, 500}), 1, nil},
		{"in the last slot", bootSector(entry{}, entry{}, entry{}, entry{0, 0x83, 100, 500}), 1, nil},
		{"over the whole medium (isohybrid)", bootSector(entry{0x80, 0x17, 0, 2048}), 1, nil},
		{"empty", bootSector(), -1, nil},
		{"not signed", unsigned, -1, nil},
		{"strange status", bootSector(entry{1, 0x83, 100, 500}), -1, nil},
		{"FAT with a table of its own", fat, -1, nil},
		{"FAT's leftovers before a table", partitionedFAT, 1, nil},
		{"NTFS", ntfs, -1, nil},
		{"protective alone", bootSector(entry{0, 0xee, 1, math.MaxUint32}), 0, []string{"neither the GPT nor its backup"}},
		{"outside", bootSector(entry{0, 0x83, 5000, 100}), 0, []string{"p1 begins at byte 2560000", "truncated"}},
		{"longest", bootSector(entry{0, 0x83, 1000, math.MaxUint32}), 1, []string{"p1 ends at byte", "truncated"}},
		{"overlap", bootSector(entry{0, 0x83, 100, 500}, entry{0, 0x83, 599, 5}), 2, []string{"p1 and p2 overlap"}},
		{"extended outside", bootSector(entry{0, 0x83, 100, 500}, entry{0, 5, 3000, 500}), 1, []string{"extended boot record is said to be at byte 1536000", "truncated"}},
		{"extended without a record", bootSector(entry{0, 0x0f, 1000, 500}), 0, []string{"extended boot record at byte 512000 is damaged"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := &sparse{size: 2048 * 512}
			src.put(0, test.sector0)
			table, err := Read(src)
			if err != nil || (table == nil) != (test.partitions < 0) {
				t.Fatalf("%+v, %v", table, err)
			}
			if table == nil {
				return
			}
			if len(table.Partitions) != test.partitions {
				t.Errorf("partitions %+v, want %d", table.Partitions, test.partitions)
			}
			checkNotes(t, table, test.notes)
			checkTable(t, table, src.size)
		})
	}
}

func TestLogicalChain(t *testing.T) {
	tests := []struct {
		name       string
		second     []byte
		partitions int
		notes      []string
	}{
		{"ends", bootSector(entry{0, 0x83, 2, 10}), 2, nil},
		{"empty end", bootSector(), 1, nil},
		{"other slot order", bootSector(entry{0, 5, 200, 50}, entry{0, 0x83, 2, 10}), 3, nil},
		{"circle", bootSector(entry{0, 0x83, 2, 10}, entry{0, 5, 0, 100}), 2, []string{"comes back to sector 1000"}},
		{"points at itself", bootSector(entry{0, 0x83, 2, 10}, entry{0, 5, 100, 100}), 2, []string{"comes back to sector 1100"}},
		{"leads out", bootSector(entry{0, 0x83, 2, 10}, entry{0, 5, 500, 100}), 2, []string{"leads out"}},
		{"damaged", []byte("no boot record"), 1, []string{"is damaged"}},
		{"unreadable", nil, 1, []string{"can not be read"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := &sparse{size: 2048 * 512}
			src.put(0, bootSector(entry{0, 5, 1000, 500}))
			src.put(1000*512, bootSector(entry{0, 0x83, 2, 10}, entry{0, 5, 100, 50}))
			src.put(1200*512, bootSector(entry{0, 0x83, 2, 10}))
			src.put(1100*512, test.second)
			if test.second == nil {
				src.bad = []int64{1100 * 512}
			}
			table, err := Read(src)
			if err != nil || table == nil || len(table.Partitions) != test.partitions {
				t.Fatalf("%+v, %v; want %d partitions", table, err, test.partitions)
			}
			checkNotes(t, table, test.notes)
		})
	}
}

func TestLongChain(t *testing.T) {
	src := &sparse{size: 2048 * 512}
	src.put(0, bootSector(entry{0, 5, 1000, 1000}))
	for i := range uint32(200) {
		src.put(int64(1000+2*i)*512, bootSector(entry{0, 0x83, 1, 1}, entry{0, 5, 2*i + 2, 2}))
	}
	table, err := Read(src)
	if err != nil || len(table.Partitions) != maxLogical {
		t.Fatalf("%d partitions, %v", len(table.Partitions), err)
	}
	checkNotes(t, table, []string{"more than 128"})
}

func TestStaleGPT(t *testing.T) {
	path := gptDisk(t)
	overwrite(t, path, 0, bootSector(entry{0x80, 0x83, 2048, 4096}))
	table := mustTable(t, path)
	if table.Kind != MBR || len(table.Partitions) != 1 {
		t.Errorf("%+v", table)
	}
	checkNotes(t, table, []string{"a GPT without a protective MBR"})
	overwrite(t, path, 0, bootSector(entry{0, 0xee, 1, 100}, entry{0, 0x83, 2048, 4096}))
	table = mustTable(t, path)
	if table.Kind != GPT || len(table.Partitions) != 2 {
		t.Errorf("hybrid: %+v", table)
	}
	checkNotes(t, table, []string{"hybrid MBR"})
}

// aligned4096 is a device with sectors of 4096 bytes.
type aligned4096 struct{ *sparse }

func (aligned4096) Alignment() int { return 4096 }

func TestMBR4096(t *testing.T) {
	src := aligned4096{&sparse{size: 1 << 30}}
	src.put(0, bootSector(entry{0, 5, 100, 1000}))
	src.put(100*4096, bootSector(entry{0, 0x83, 10, 20}))
	table, err := Read(src)
	if err != nil || len(table.Partitions) != 1 || table.Partitions[0].Start != 110*4096 || table.Partitions[0].Length != 20*4096 {
		t.Errorf("%+v, %v", table, err)
	}
}

func TestNoTable(t *testing.T) {
	random := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(random)
	for _, b := range [][]byte{nil, {1}, make([]byte, 511), make([]byte, 512), make([]byte, 5000), make([]byte, 1<<20), random} {
		if table, err := Read(bytes.NewReader(b)); table != nil || err != nil {
			t.Errorf("%d bytes: %+v, %v", len(b), table, err)
		}
	}
}

// FuzzReadTable fuzzes the fields and not the empty space between them: small
// inputs are mutated and minimised many times faster.
func FuzzReadTable(f *testing.F) {
	array := slices.Concat(gptEntry(34, 40), gptEntry(41, 50))
	table := func(e ...entry) []byte { return bootSector(e...)[446:510] }
	f.Add(uint32(64*512), false, table(entry{0, 0xee, 1, 63}), []byte{},
		gptHeader(512, 1, 63, 2, 2, 128, array)[:92], gptHeader(512, 63, 1, 62, 2, 128, array)[:92], array)
	f.Add(uint32(64*4096), true, table(), []byte{},
		gptHeader(4096, 1, 63, 2, 2, 128, array)[:92], gptHeader(4096, 63, 1, 62, 2, 128, array)[:92], array)
	f.Add(uint32(64*512), false, table(entry{0, 0x83, 1, 4}, entry{0, 5, 10, 40}),
		slices.Concat(table(entry{0, 0x83, 1, 4}, entry{0, 5, 1, 20}), table(entry{0, 0x83, 1, 4}, entry{0, 5, 0, 20})),
		[]byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, size uint32, large bool, mbr, logical, primary, backup, array []byte) {
		sector := int64(512)
		if large {
			sector = 4096
		}
		src := &sparse{size: int64(size)}
		signed := func(off int64, table []byte) {
			src.put(off+446, table[:min(64, len(table))])
			src.put(off+510, []byte{0x55, 0xaa})
		}
		signed(0, mbr)
		for at := int64(10) * 512; len(logical) > 0; at += 512 {
			signed(at, logical)
			logical = logical[min(64, len(logical)):]
		}
		last := src.size/sector - 1
		src.put(2*sector, array)
		src.put((last-1)*sector, array)
		src.put(sector, fixChecksum(primary, array))
		src.put(last*sector, fixChecksum(backup, array))
		table, err := Read(src)
		if err == nil && table != nil {
			checkTable(t, table, src.size)
		}
	})
}

// fixChecksum lets the fuzzer get behind the checksums, unless the header says
// that it does not want to.
func fixChecksum(h, array []byte) []byte {
	if len(h) < 92 || h[8] == 1 {
		return h
	}
	h = slices.Clone(h)
	binary.LittleEndian.PutUint32(h[88:], crc32.ChecksumIEEE(array))
	clear(h[16:20])
	binary.LittleEndian.PutUint32(h[16:], crc32.ChecksumIEEE(h[:92]))
	return h
}
