package superblock

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

// media are what the tools make, and what must be found in it: a kind at a place.
var media = []struct {
	name  string
	mib   int64
	make  func(t testing.TB, img string)
	wants []want
}{
	{"btrfs", 128, tool("mkfs.btrfs", "-q", "-f"), []want{{"btrfs-superblock", 64 << 10}, {"btrfs-superblock", 64 << 20}}},
	{"btrfs sha256", 128, tool("mkfs.btrfs", "-q", "-f", "--csum", "sha256"), []want{{"btrfs-superblock", 64 << 10}}},
	{"btrfs xxhash", 128, tool("mkfs.btrfs", "-q", "-f", "--csum", "xxhash"), []want{{"btrfs-superblock", 64 << 10}}},
	{"btrfs blake2", 128, tool("mkfs.btrfs", "-q", "-f", "--csum", "blake2"), []want{{"btrfs-superblock", 64 << 10}}},
	{"f2fs", 64, tool("mkfs.f2fs", "-q", "-f"), []want{{"f2fs-superblock", 1024}, {"f2fs-superblock", 4096 + 1024}}},
	{"f2fs with sums", 64, tool("mkfs.f2fs", "-q", "-f", "-O", "extra_attr,sb_checksum"), []want{{"f2fs-superblock", 1024}}},
	{"squashfs", 1, func(t testing.TB, img string) {
		tooltest.Run(t, "", "mksquashfs", tooltest.Tree(t), img, "-noappend", "-quiet", "-no-progress")
	}, []want{{"squashfs", 0}}},
	{"swap", 8, tool("mkswap"), []want{{"swap", 4096 - 512}}},
	{"swap of 64 KiB pages", 8, tool("mkswap", "-p", "65536", "-L", "label"), []want{{"swap", 65536 - 512}}},
	{"xfs log", 320, tool("mkfs.xfs", "-q", "-f"), []want{{"xfs-log", -1}}},
	{"jfs", 17, tool("mkfs.jfs", "-q"), []want{{"jfs-superblock", 32 << 10}, {"jfs-superblock", 60 << 10}, {"jfs-log", -1}}},
	{"reiserfs 3.5", 40, tool("mkreiserfs", "-f", "-q", "--format", "3.5"), []want{{"reiserfs-superblock", 64 << 10}}},
	{"reiserfs 3.6", 40, tool("mkreiserfs", "-f", "-q", "--format", "3.6"), []want{{"reiserfs-superblock", 64 << 10}}},
	{"nilfs2", 130, tool("mkfs.nilfs2", "-f", "-q"), []want{{"nilfs2-superblock", 1024}, {"nilfs2-superblock", 130<<20 - 4096}}},
	{"minix", 4, tool("mkfs.minix", "-1", "-n", "14"), []want{{"minix-superblock", 1024}}},
	{"minix 2", 40, tool("mkfs.minix", "-2"), []want{{"minix-superblock", 1024}}},
	{"minix 3", 90, tool("mkfs.minix", "-3"), []want{{"minix-superblock", 1024}}},
	{"bfs", 1, tool("mkfs.bfs"), []want{{"bfs-superblock", 0}}},
	{"cramfs", 1, folderFirst("mkfs.cramfs"), []want{{"cramfs-superblock", 0}}},
	{"cramfs big endian", 1, folderFirst("mkfs.cramfs", "-N", "big"), []want{{"cramfs-superblock", 0}}},
	{"hfs", 2, tool("hformat"), []want{{"hfs-mdb", 1024}, {"hfs-mdb", 2<<20 - 1024}}},
	{"romfs", 1, func(t testing.TB, img string) { tooltest.Run(t, "", "genromfs", "-d", tooltest.Tree(t), "-f", img) }, []want{{"romfs-superblock", 0}}},
	{"erofs", 1, func(t testing.TB, img string) { tooltest.Run(t, "", "mkfs.erofs", img, tooltest.Tree(t)) }, []want{{"erofs-superblock", 1024}}},
	{"jffs2", 1, imageOption("mkfs.jffs2", "-l", "-e", "64KiB", "--pad", "-o"), []want{{"jffs2-node", 0}}},
	{"jffs2 big endian", 1, imageOption("mkfs.jffs2", "-b", "-e", "64KiB", "--pad", "-o"), []want{{"jffs2-node", 0}}},
	{"ubifs", 1, imageOption("mkfs.ubifs", "-m", "2048", "-e", "126976", "-c", "100", "-o"), []want{{"ubifs-node", 0}, {"ubifs-node", 126976}}},
	{"ubi", 1, ubinize, []want{{"ubi-erase-counter", 0}, {"ubi-volume-id", 2048}}},
	{"udf", 8, tool("mkudffs"), []want{{"udf", 32 << 10}, {"udf", 34 << 10}, {"udf", 256 * 512}}},
	{"udf of 4096", 8, tool("mkudffs", "-b", "4096"), []want{{"udf", 32 << 10}, {"udf", 36 << 10}, {"udf", 256 * 4096}}},
	{"ufs1 big endian", 4, imageFirst("makefs", "-t", "ffs", "-B", "big", "-s", "4m", "-o", "version=1"), []want{{"ufs-superblock", 8192 + 1024}, {"ufs-cylinder-group", -1}}},
	{"ufs2", 4, imageFirst("makefs", "-t", "ffs", "-s", "4m", "-o", "version=2"), []want{{"ufs-superblock", -1}, {"ufs-cylinder-group", -1}}},
}

type want struct {
	kind string
	at   int // -1: anywhere
}

// tool makes a medium with a tool that takes the image as its last argument.
func tool(name string, args ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		if err := os.Chmod(img, 0o600); err != nil {
			t.Fatal(err)
		}
		tooltest.Run(t, "", name, append(args, img)...)
	}
}

// folderFirst is for a tool that takes the folder and then the image, imageFirst for
// one that takes them the other way round, imageOption for one that has options for
// them, that of the image the last.
func folderFirst(name string, args ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", name, append(args, tooltest.Tree(t), img)...)
	}
}

func imageOption(name string, args ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", name, append(args, img, "-r", tooltest.Tree(t))...)
	}
}

func imageFirst(name string, args ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", name, append(args, img, tooltest.Tree(t))...)
	}
}

func ubinize(t testing.TB, img string) {
	config := filepath.Join(t.TempDir(), "ubi.ini")
	if err := os.WriteFile(config, []byte("[a]\nmode=ubi\nvol_id=0\nvol_type=dynamic\nvol_name=a\nvol_size=1MiB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tooltest.Run(t, "", "ubinize", "-o", img, "-m", "2048", "-p", "128KiB", config)
}

func TestTools(t *testing.T) {
	for _, m := range media {
		t.Run(m.name, func(t *testing.T) {
			img := tooltest.Blank(t, m.mib)
			m.make(t, img)
			buf, err := os.ReadFile(img)
			if err != nil {
				t.Fatal(err)
			}
			found := map[want]proof.Observation{}
			for off := 0; off <= len(buf)-sector; off += sector {
				if s, ok := recognize(buf, off); ok {
					found[want{s.Kind, off}], found[want{s.Kind, -1}] = s, s
				}
			}
			for _, w := range m.wants {
				s, ok := found[w]
				if !ok {
					t.Errorf("%s: not found at %d", w.kind, w.at)
				}
				t.Logf("%s: %.0f bits, %s", s.Kind, s.Bits, s.Detail)
			}
			for w, s := range found {
				if !slices.ContainsFunc(m.wants, func(o want) bool { return o.kind == w.kind }) {
					t.Errorf("%s at %d: does not belong here: %s", w.kind, w.at, s.Detail)
				}
				if s.Keys || s.Explained || strings.Contains(s.Detail, "damaged") || s.Bits < proof.MinBits {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}
