package filesystem

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

type hit struct {
	at int
	proof.Observation
}

// scan calls Recognize at every sector, as the engine does.
func scan(buf []byte, base int64) (hits []hit) {
	for off := 0; off <= len(buf)-sector; off += sector {
		if s, ok := Recognize(proof.Place{Buf: buf, Off: off}); ok {
			hits = append(hits, hit{off, s})
		}
	}
	return hits
}

func scanFile(t testing.TB, name string) ([]byte, []hit) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	buf, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return buf, scan(buf, 0)
}

// checkHits: everything recognised is plausible in itself.
func checkHits(t *testing.T, buf []byte, hits []hit) {
	t.Helper()
	for _, h := range hits {
		if h.Start < 0 || h.End > len(buf) || h.Start >= h.End || h.Bits < proof.MinBits || h.Detail == "" {
			t.Errorf("%s at %d: range %d…%d of %d, %.1f bits, detail %q", h.Kind, h.at, h.Start, h.End, len(buf), h.Bits, h.Detail)
		}
	}
}

func at(hits []hit, kind string) (places []int) {
	for _, h := range hits {
		if h.Kind == kind {
			places = append(places, h.at)
		}
	}
	return places
}

func kinds(hits []hit) string {
	var names []string
	for _, h := range hits {
		names = append(names, h.Kind)
	}
	slices.Sort(names)
	var b strings.Builder
	for i := 0; i < len(names); {
		j := i
		for j < len(names) && names[j] == names[i] {
			j++
		}
		fmt.Fprintf(&b, "%s×%d ", names[i], j-i)
		i = j
	}
	return b.String()
}

// media are what the tools make, and what must be found in it: a kind at a
// place, or anywhere (-1). atLeast counts all structures of a kind.
var media = []struct {
	name  string
	mib   int64
	make  func(t testing.TB, img string)
	wants []want
}{
	{name: "ext4", mib: 160, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.ext4", "-q", "-b", "4096", "-d", tooltest.Tree(t), img)
	}, wants: []want{{"ext-superblock", 1024, 2}, {"ext-superblock", 128 << 20, 2}, {"ext-directory", -1, 4}, {"ext-inodes", -1, 2}, {"jbd2-journal", -1, 1}, {"ext-groups", 4096, 1}}},
	{name: "ext4-1k", mib: 24, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.ext4", "-q", "-b", "1024", "-O", "^metadata_csum", "-d", tooltest.Tree(t), img)
	}, wants: []want{{"ext-superblock", 1024, 2}, {"ext-superblock", 8193 << 10, 2}, {"ext-directory", -1, 8}, {"ext-inodes", -1, 2}, {"jbd2-journal", -1, 1}, {"ext-groups", 2048, 1}, {"ext-block-list", -1, 1}}},
	{name: "ext2", mib: 16, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.ext2", "-q", "-I", "128", "-d", tooltest.Tree(t), img)
	}, wants: []want{{"ext-superblock", 1024, 1}, {"ext-directory", -1, 4}, {"ext-inodes", -1, 1}, {"ext-groups", 2048, 1}}},
	{name: "ext-journal", mib: 8, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.ext4", "-q", "-b", "4096", "-O", "journal_dev", img)
	}, wants: []want{{"ext-superblock", 1024, 1}, {"jbd2-journal", 4096, 1}}},
	{name: "fat12", mib: 4, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.vfat", "-F", "12", img) },
		wants: []want{{"fat-boot-sector", 0, 1}, {"fat-table", 512, 2}}},
	{name: "fat16", mib: 32, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.vfat", "-F", "16", img) },
		wants: []want{{"fat-boot-sector", 0, 1}, {"fat-table", -1, 2}}},
	{name: "fat32", mib: 64, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.vfat", "-F", "32", img) },
		wants: []want{{"fat-boot-sector", 0, 2}, {"fat-boot-sector", 6 * 512, 2}, {"fat-fsinfo", 512, 2}, {"fat-fsinfo", 7 * 512, 2}, {"fat-table", -1, 2}}},
	{name: "exfat", mib: 16, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.exfat", "-L", "x", img) },
		wants: []want{{"exfat-boot-sector", 0, 2}, {"exfat-boot-sector", 12 * 512, 2}, {"exfat-directory", -1, 1}, {"fat-table", -1, 1}, {"ntfs-case-table", -1, 0}}},
	{name: "ntfs", mib: 16, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkntfs", "-F", "-q", "-Q", img) },
		wants: []want{{"ntfs-boot-sector", 0, 1}, {"ntfs-file-record", -1, 24}, {"ntfs-index", -1, 1}, {"ntfs-case-table", -1, 200}}},
	{name: "xfs", mib: 320, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.xfs", "-q", "-f", "-p", xfsProto(t), img)
	}, wants: []want{{"xfs-superblock", 0, 4}, {"xfs-superblock", 80 << 20, 4}, {"xfs-ag-header", 512, 12}, {"xfs-inodes", -1, 1}, {"xfs-directory", -1, 1}, {"xfs-btree", -1, 8}}},
	{name: "xfs-v4", mib: 320, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.xfs", "-q", "-f", "-m", "crc=0", "-p", xfsProto(t), img)
	}, wants: []want{{"xfs-superblock", 0, 4}, {"xfs-ag-header", 512, 8}, {"xfs-inodes", -1, 1}, {"xfs-directory", -1, 1}, {"xfs-btree", -1, 12}}},
	{name: "fat12 with files", mib: 3, make: filled("-F", "12", "-s", "2"), wants: []want{{"fat-boot-sector", 0, 1}, {"fat-directory", -1, 2}, {"fat-table", -1, 2}}},
	{name: "fat16 with files", mib: 32, make: filled("-F", "16"), wants: []want{{"fat-boot-sector", 0, 1}, {"fat-directory", -1, 2}, {"fat-table", -1, 2}}},
	{name: "fat32 with files", mib: 64, make: filled("-F", "32"), wants: []want{{"fat-boot-sector", 0, 2}, {"fat-fsinfo", 512, 2}, {"fat-directory", -1, 2}, {"fat-table", -1, 2}}},
	{name: "btrfs", mib: 128, make: filledBtrfs("crc32c"), wants: []want{{"btrfs-node", -1, 8}}},
	{name: "btrfs sha256", mib: 128, make: filledBtrfs("sha256"), wants: []want{{"btrfs-node", -1, 8}}},
	{name: "f2fs", mib: 64, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.f2fs", "-q", "-f", img)
		tooltest.Run(t, "", "sload.f2fs", "-f", tooltest.Tree(t), img)
	}, wants: []want{{"f2fs-node", -1, 4}, {"f2fs-directory", -1, 1}, {"f2fs-table", -1, 4}, {"f2fs-checkpoint", -1, 2}}},
	{name: "jfs", mib: 17, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.jfs", "-q", img) }, wants: []want{{"jfs-log", -1, 8}, {"jfs-inodes", -1, 1}}},
	{name: "reiserfs", mib: 40, make: func(t testing.TB, img string) {
		must(0, os.Chmod(img, 0o600))
		tooltest.Run(t, "", "mkreiserfs", "-f", "-q", img)
	}, wants: []want{{"reiserfs-node", -1, 1}}},
	{name: "nilfs2", mib: 130, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.nilfs2", "-f", "-q", img) }, wants: []want{{"nilfs2-segment", -1, 1}}},
	{name: "erofs", mib: 1, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.erofs", img, tooltest.Tree(t)) },
		wants: []want{{"erofs-inodes", -1, 1}, {"erofs-directory", -1, 0}}},
	{name: "minix", mib: 4, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.minix", "-1", "-n", "14", img) }, wants: []want{{"minix-directory", -1, 1}}},
	{name: "minix 3", mib: 4, make: func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.minix", "-3", img) }, wants: []want{{"minix-directory", -1, 1}}},
	{name: "ufs1", mib: 4, make: ufs("1"), wants: []want{{"ufs-inodes", -1, 8}, {"ufs-directory", -1, 4}}},
	{name: "ufs2", mib: 4, make: ufs("2"), wants: []want{{"ufs-inodes", -1, 8}, {"ufs-directory", -1, 4}}},
	{name: "hfs", mib: 8, make: func(t testing.TB, img string) { tooltest.Run(t, "", "hformat", img) }, wants: []want{{"hfs-node", -1, 2}}},
	{name: "iso9660", mib: 1, make: func(t testing.TB, img string) {
		tooltest.Run(t, "", "makefs", "-t", "cd9660", img, tooltest.Tree(t))
	}, wants: []want{{"iso9660-directory", -1, 2}, {"iso9660-path-table", -1, 2}}},
}

// filled makes a FAT with files.
func filled(options ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.vfat", append(options, img)...)
		tooltest.Run(t, "", "mcopy", "-s", "-i", img, tooltest.Tree(t), "::")
	}
}

func ufs(version string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", "makefs", "-t", "ffs", "-s", "4m", "-o", "version="+version, img, tooltest.Tree(t))
	}
}

func filledBtrfs(sum string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", "mkfs.btrfs", "-q", "--csum", sum, "--rootdir", tooltest.Tree(t), img)
	}
}

type want struct {
	kind    string
	at      int
	atLeast int
}

// xfsProto makes mkfs.xfs fill a directory: the prototype file of mkfs.xfs(8).
func xfsProto(t testing.TB) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "proto")
	var b strings.Builder
	b.WriteString("/\n0 0\nd--755 0 0\n")
	for i := range 60 { // each with the prototype file itself as content
		fmt.Fprintf(&b, "a_rather_long_file_name_%02d ---644 0 0 %s\n", i, name)
	}
	b.WriteString("$\n")
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTools(t *testing.T) {
	for _, m := range media {
		t.Run(m.name, func(t *testing.T) {
			img := tooltest.Blank(t, m.mib)
			m.make(t, img)
			buf, hits := scanFile(t, img)
			checkHits(t, buf, hits)
			checkPieces(t, buf, hits)
			t.Log(kinds(hits))
			for _, w := range m.wants {
				places := at(hits, w.kind)
				if len(places) < w.atLeast || w.at >= 0 && !slices.Contains(places, w.at) {
					t.Errorf("%s: found at %v, want %d of them, one at %d", w.kind, places, w.atLeast, w.at)
				}
			}
			for _, h := range hits {
				if h.Explained {
					t.Errorf("%s at %d: explained", h.Kind, h.at)
				}
				if !slices.ContainsFunc(m.wants, func(w want) bool { return w.kind == h.Kind }) {
					t.Errorf("%s at %d: does not belong here: %s", h.Kind, h.at, h.Detail)
				}
			}
		})
	}
}
