package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan"
)

// What a detector calls a kind is for programs. This file has what people call it: one
// row a kind, sorted by its code, in English and Japanese. A new kind gets its row here;
// a test lists those that have none.

// family is what kinds are summed up by, the most important first.
type family struct {
	code string
	bi
	one, many bi // in the sentence: "at least 10 pictures"; empty: no files
}

var families = []family{
	{"keys", bi{"Keys", "鍵"}, bi{}, bi{}},
	{"filesystem", bi{"File systems", "ファイルシステム"}, bi{}, bi{}},
	{"partitions", bi{"Partition tables and labels", "パーティションテーブル・ラベル"}, bi{}, bi{}},
	{"document", bi{"Documents", "文書"}, bi{"document", "文書"}, bi{"documents", "文書"}},
	{"picture", bi{"Pictures", "画像"}, bi{"picture", "画像"}, bi{"pictures", "画像"}},
	{"media", bi{"Sound and film", "音声・動画"}, bi{"sound or film", "音声・動画"}, bi{"sounds or films", "音声・動画"}},
	{"mail", bi{"Mail, contacts, calendars", "メール・連絡先・予定"}, bi{"mail, contact or calendar file", "メール・連絡先・予定ファイル"}, bi{"mail, contact or calendar files", "メール・連絡先・予定ファイル"}},
	{"archive", bi{"Archives and compressed files", "アーカイブ・圧縮ファイル"}, bi{"archive", "アーカイブ"}, bi{"archives", "アーカイブ"}},
	{"database", bi{"Databases", "データベース"}, bi{"database", "データベース"}, bi{"databases", "データベース"}},
	{"record", bi{"What operating systems record", "OS の記録"}, bi{"record of an operating system", "OS の記録ファイル"}, bi{"records of operating systems", "OS の記録ファイル"}},
	{"disk-image", bi{"Disk images", "ディスクイメージ"}, bi{"disk image", "ディスクイメージ"}, bi{"disk images", "ディスクイメージ"}},
	{"program", bi{"Programs and fonts", "プログラム・フォント"}, bi{"program or font", "プログラム・フォント"}, bi{"programs or fonts", "プログラム・フォント"}},
	{"file", bi{"Other files", "その他のファイル"}, bi{"other file", "その他のファイル"}, bi{"other files", "その他のファイル"}},
	{"text", bi{"Readable text", "可読文字列"}, bi{}, bi{}},
	{"statistics", bi{"Bytes that are not random", "乱数ではないバイト列"}, bi{}, bi{}},
}

// kindName is what people call a kind. Of a file system the system comes first, then
// which of its structures.
type kindName struct {
	code, family string
	bi
}

// same is for names that are written alike in both languages.
func same(code, family, name string) kindName { return kindName{code, family, bi{name, name}} }

func called(code, family, en, ja string) kindName { return kindName{code, family, bi{en, ja}} }

// kindNames is sorted by code.
var kindNames = []kindName{
	same("3gp", "media", "3GP"),
	same("7z", "archive", "7z"),
	same("aac", "media", "AAC"),
	same("access", "database", "Microsoft Access"),
	same("aiff", "media", "AIFF"),
	same("amr", "media", "AMR"),
	called("ani", "picture", "Windows cursor, animated", "Windows カーソル(動画)"),
	called("apfs-superblock", "filesystem", "APFS: container superblock", "APFS: コンテナスーパーブロック"),
	called("apk", "program", "Android app", "Android アプリ"),
	called("ar", "archive", "ar archive", "ar アーカイブ"),
	called("ascii", "text", "text (ASCII)", "テキスト(ASCII)"),
	same("asf", "media", "ASF, WMV, WMA"),
	same("au", "media", "AU"),
	same("avi", "media", "AVI"),
	same("avif", "picture", "AVIF"),
	called("bitlocker-boot-sector", "keys", "BitLocker: boot sector", "BitLocker: ブートセクタ"),
	called("bitlocker-metadata", "keys", "BitLocker: metadata with wrapped keys", "BitLocker: 暗号化鍵を含むメタデータ"),
	called("blend", "file", "Blender scene", "Blender シーン"),
	same("bmp", "picture", "BMP"),
	called("bplist", "record", "Apple property list", "Apple プロパティリスト"),
	called("btrfs-superblock", "filesystem", "Btrfs: superblock", "Btrfs: スーパーブロック"),
	called("byte-distribution", "statistics", "byte distribution of a block", "ブロックのバイト分布"),
	called("byte-distribution-16M", "statistics", "byte distribution over 16 MiB", "16 MiB のバイト分布"),
	called("byte-distribution-1M", "statistics", "byte distribution over 1 MiB", "1 MiB のバイト分布"),
	called("byte-distribution-64K", "statistics", "byte distribution over 64 KiB", "64 KiB のバイト分布"),
	called("byte-distribution-region", "statistics", "byte distribution over the region", "領域全体のバイト分布"),
	same("bzip2", "archive", "bzip2"),
	called("cab", "archive", "Windows cabinet", "Windows キャビネット"),
	called("chm", "document", "Windows help (CHM)", "Windows ヘルプ(CHM)"),
	same("cpio", "archive", "cpio"),
	called("cr3", "picture", "Canon raw (CR3)", "Canon RAW(CR3)"),
	called("cur", "picture", "Windows cursor", "Windows カーソル"),
	called("deb", "archive", "Debian package", "Debian パッケージ"),
	called("der-private-key", "keys", "private key (DER)", "秘密鍵(DER)"),
	called("dex", "program", "Android code (DEX)", "Android コード(DEX)"),
	called("dicom", "picture", "DICOM (medical)", "DICOM(医用画像)"),
	same("djvu", "document", "DjVu"),
	same("doc", "document", "Word (doc)"),
	same("docx", "document", "Word (docx)"),
	called("dwg", "document", "AutoCAD drawing (DWG)", "AutoCAD 図面(DWG)"),
	called("e01", "disk-image", "EnCase image (E01)", "EnCase イメージ(E01)"),
	called("ebr", "partitions", "extended boot record", "拡張ブートレコード"),
	called("elf", "program", "Linux program (ELF)", "Linux プログラム(ELF)"),
	same("emf", "picture", "EMF"),
	called("eml", "mail", "mail message", "メール"),
	called("epub", "document", "EPUB book", "EPUB 電子書籍"),
	called("ese", "database", "Windows database (ESE)", "Windows データベース(ESE)"),
	called("euc-jp", "text", "Japanese text (EUC-JP)", "日本語テキスト(EUC-JP)"),
	called("evtx", "record", "Windows event log", "Windows イベントログ"),
	called("exfat-boot-sector", "filesystem", "exFAT: boot sector", "exFAT: ブートセクタ"),
	called("exfat-directory", "filesystem", "exFAT: directory", "exFAT: ディレクトリ"),
	called("ext-directory", "filesystem", "ext2/3/4: directory", "ext2/3/4: ディレクトリ"),
	called("ext-inodes", "filesystem", "ext2/3/4: inodes", "ext2/3/4: inode"),
	called("ext-superblock", "filesystem", "ext2/3/4: superblock", "ext2/3/4: スーパーブロック"),
	called("f2fs-superblock", "filesystem", "F2FS: superblock", "F2FS: スーパーブロック"),
	called("fat-boot-sector", "filesystem", "FAT: boot sector", "FAT: ブートセクタ"),
	called("fat-directory", "filesystem", "FAT: directory", "FAT: ディレクトリ"),
	called("fat-fsinfo", "filesystem", "FAT: free-space sector", "FAT: 空き領域情報"),
	same("flac", "media", "FLAC"),
	same("flv", "media", "Flash Video"),
	called("geli-metadata", "keys", "GELI: metadata with wrapped keys", "GELI: 暗号化鍵を含むメタデータ"),
	called("gettext-mo", "file", "translation catalogue", "翻訳カタログ"),
	same("gif", "picture", "GIF"),
	called("git-index", "record", "Git index", "Git インデックス"),
	called("git-pack", "archive", "Git pack", "Git パック"),
	called("gpt", "partitions", "GPT partition table", "GPT パーティションテーブル"),
	called("gpt-backup", "partitions", "backup of a GPT partition table", "GPT の予備テーブル"),
	same("gzip", "archive", "gzip"),
	called("hdf5", "database", "HDF5 data", "HDF5 データ"),
	same("heic", "picture", "HEIC"),
	called("hfs-plus", "filesystem", "HFS+: volume header", "HFS+: ボリュームヘッダー"),
	called("html", "document", "web page (HTML)", "ウェブページ(HTML)"),
	called("icalendar", "mail", "calendar", "予定表"),
	called("icns", "picture", "macOS icon", "macOS アイコン"),
	called("ico", "picture", "Windows icon", "Windows アイコン"),
	called("iso9660", "filesystem", "ISO 9660: volume descriptor", "ISO 9660: ボリューム記述子"),
	called("jar", "program", "Java archive", "Java アーカイブ"),
	called("java-class", "program", "Java class", "Java クラス"),
	called("jbd2-journal", "filesystem", "ext2/3/4: journal", "ext2/3/4: ジャーナル"),
	called("jks", "keys", "Java key store", "Java キーストア"),
	called("journal", "record", "systemd journal", "systemd ジャーナル"),
	same("jpeg", "picture", "JPEG"),
	same("jpeg-xl", "picture", "JPEG XL"),
	same("jpeg2000", "picture", "JPEG 2000"),
	called("kdbx", "keys", "KeePass password store", "KeePass パスワード保管庫"),
	called("live-key-slot", "keys", "LUKS header with live key slots", "有効な鍵スロットを持つ LUKS ヘッダー"),
	called("lnk", "record", "Windows shortcut", "Windows ショートカット"),
	called("lua", "program", "Lua code", "Lua コード"),
	called("luks1-damaged", "keys", "damaged LUKS1 header", "破損した LUKS1 ヘッダー"),
	called("luks1-foreign-token", "keys", "LUKS1 header with an unknown token", "未知のトークンを含む LUKS1 ヘッダー"),
	called("luks1-wiped", "partitions", "LUKS1 header without key slots", "鍵スロットのない LUKS1 ヘッダー"),
	called("luks2-damaged", "keys", "damaged LUKS2 header", "破損した LUKS2 ヘッダー"),
	called("luks2-foreign-token", "keys", "LUKS2 header with an unknown token", "未知のトークンを含む LUKS2 ヘッダー"),
	called("luks2-wiped", "partitions", "LUKS2 header without key slots", "鍵スロットのない LUKS2 ヘッダー"),
	called("lvm2-label", "partitions", "LVM label", "LVM ラベル"),
	called("lvm2-metadata", "partitions", "LVM description", "LVM メタデータ"),
	called("lvm2-metadata-old", "partitions", "earlier LVM description", "過去の LVM メタデータ"),
	same("lz4", "archive", "LZ4"),
	same("lzh", "archive", "LZH"),
	same("lzma", "archive", "LZMA"),
	same("m4a", "media", "M4A"),
	called("mach-o", "program", "macOS program", "macOS プログラム"),
	same("matroska", "media", "Matroska"),
	called("mbox", "mail", "mailbox", "メールボックス"),
	called("mbr", "partitions", "MBR partition table", "MBR パーティションテーブル"),
	called("md-raid-superblock", "partitions", "Linux RAID label", "Linux RAID ラベル"),
	same("midi", "media", "MIDI"),
	called("mobi", "document", "Kindle book (MOBI)", "Kindle 電子書籍(MOBI)"),
	called("mov", "media", "QuickTime film", "QuickTime 動画"),
	same("mp3", "media", "MP3"),
	same("mp4", "media", "MP4"),
	called("mpeg-ps", "media", "MPEG program stream", "MPEG プログラムストリーム"),
	called("mpeg-ts", "media", "MPEG transport stream", "MPEG トランスポートストリーム"),
	called("msg", "mail", "Outlook message", "Outlook メッセージ"),
	called("ntfs-boot-sector", "filesystem", "NTFS: boot sector", "NTFS: ブートセクタ"),
	called("ntfs-file-record", "filesystem", "NTFS: file record", "NTFS: ファイルレコード"),
	called("ntfs-index", "filesystem", "NTFS: directory index", "NTFS: ディレクトリインデックス"),
	called("ntfs-log", "filesystem", "NTFS: log", "NTFS: ログ"),
	called("odf", "document", "OpenDocument", "OpenDocument"),
	called("odp", "document", "OpenDocument slides", "OpenDocument プレゼンテーション"),
	called("ods", "document", "OpenDocument sheet", "OpenDocument 表計算"),
	called("odt", "document", "OpenDocument text", "OpenDocument 文書"),
	called("ogg", "media", "Ogg", "Ogg"),
	called("ole-cfb", "document", "Microsoft compound file", "Microsoft 複合ファイル"),
	same("onenote", "document", "OneNote"),
	called("openssh-private-key", "keys", "OpenSSH private key", "OpenSSH 秘密鍵"),
	called("otf", "program", "OpenType font", "OpenType フォント"),
	called("pcap", "record", "network capture", "通信記録(pcap)"),
	called("pcapng", "record", "network capture (pcapng)", "通信記録(pcapng)"),
	same("pdf", "document", "PDF"),
	called("pe", "program", "Windows program", "Windows プログラム"),
	called("pem-certificate", "file", "certificate (PEM)", "証明書(PEM)"),
	called("pem-private-key", "keys", "private key (PEM)", "秘密鍵(PEM)"),
	called("pem-public-key", "file", "public key (PEM)", "公開鍵(PEM)"),
	called("pfb", "program", "PostScript font", "PostScript フォント"),
	called("pgp-armored", "keys", "OpenPGP key or message", "OpenPGP 鍵・メッセージ"),
	called("pkcs12", "keys", "key store (PKCS #12)", "鍵ストア(PKCS #12)"),
	same("png", "picture", "PNG"),
	same("ppt", "document", "PowerPoint (ppt)"),
	same("pptx", "document", "PowerPoint (pptx)"),
	called("prefetch", "record", "Windows prefetch", "Windows プリフェッチ"),
	same("ps", "document", "PostScript"),
	same("psd", "picture", "Photoshop"),
	called("pst", "mail", "Outlook mailbox (PST)", "Outlook メールボックス(PST)"),
	called("pyc", "program", "Python code", "Python コード"),
	same("qcow2", "disk-image", "QCOW2"),
	same("rar", "archive", "RAR"),
	called("refs-boot-sector", "filesystem", "ReFS: boot sector", "ReFS: ブートセクタ"),
	called("regf", "record", "Windows registry", "Windows レジストリ"),
	called("repeated-16-byte-units", "statistics", "units of 16 bytes that occur twice", "繰り返し現れる 16 バイト単位"),
	called("rpm", "archive", "RPM package", "RPM パッケージ"),
	same("rtf", "document", "RTF"),
	called("script", "program", "script", "スクリプト"),
	called("shift_jis", "text", "Japanese text (Shift_JIS)", "日本語テキスト(Shift_JIS)"),
	same("sqlite", "database", "SQLite"),
	called("sqlite-wal", "database", "SQLite write-ahead log", "SQLite ログ先行書込み"),
	called("squashfs", "filesystem", "SquashFS: superblock", "SquashFS: スーパーブロック"),
	same("svg", "picture", "SVG"),
	called("swap", "filesystem", "Linux swap: header", "Linux スワップ: ヘッダー"),
	same("swf", "media", "Flash"),
	same("tar", "archive", "tar"),
	called("thumbcache", "picture", "Windows thumbnails", "Windows 縮小画像"),
	called("thumbs-db", "picture", "Windows thumbnails (Thumbs.db)", "Windows 縮小画像(Thumbs.db)"),
	same("tiff", "picture", "TIFF"),
	called("torrent", "file", "BitTorrent description", "BitTorrent 記述ファイル"),
	called("ttc", "program", "TrueType fonts", "TrueType フォント集"),
	called("ttf", "program", "TrueType font", "TrueType フォント"),
	called("tzif", "file", "time zone", "時間帯情報"),
	called("udf", "filesystem", "UDF: volume descriptor", "UDF: ボリューム記述子"),
	called("utf-16be", "text", "text (UTF-16BE)", "テキスト(UTF-16BE)"),
	called("utf-16le", "text", "text (UTF-16LE)", "テキスト(UTF-16LE)"),
	called("utf-8", "text", "text (UTF-8)", "テキスト(UTF-8)"),
	called("vcard", "mail", "contact (vCard)", "連絡先(vCard)"),
	called("vdi", "disk-image", "VirtualBox (VDI)", "VirtualBox(VDI)"),
	same("vhd", "disk-image", "VHD"),
	same("vhdx", "disk-image", "VHDX"),
	same("visio", "document", "Visio"),
	called("vmdk", "disk-image", "VMware (VMDK)", "VMware(VMDK)"),
	same("wasm", "program", "WebAssembly"),
	same("wav", "media", "WAV"),
	same("webm", "media", "WebM"),
	same("webp", "picture", "WebP"),
	same("wmf", "picture", "WMF"),
	called("woff", "program", "web font (WOFF)", "ウェブフォント(WOFF)"),
	called("woff2", "program", "web font (WOFF2)", "ウェブフォント(WOFF2)"),
	called("x509", "file", "certificate (X.509)", "証明書(X.509)"),
	called("xar", "archive", "xar archive", "xar アーカイブ"),
	same("xcf", "picture", "GIMP"),
	called("xfs-ag-header", "filesystem", "XFS: allocation group header", "XFS: アロケーショングループヘッダー"),
	called("xfs-btree", "filesystem", "XFS: B-tree", "XFS: B 木"),
	called("xfs-directory", "filesystem", "XFS: directory", "XFS: ディレクトリ"),
	called("xfs-inodes", "filesystem", "XFS: inodes", "XFS: inode"),
	called("xfs-superblock", "filesystem", "XFS: superblock", "XFS: スーパーブロック"),
	same("xls", "document", "Excel (xls)"),
	same("xlsx", "document", "Excel (xlsx)"),
	same("xml", "document", "XML"),
	same("xz", "archive", "xz"),
	called("zfs-uberblock", "filesystem", "ZFS: uberblock", "ZFS: ウーバーブロック"),
	same("zip", "archive", "ZIP"),
	same("zstd", "archive", "Zstandard"),
}

// nameOf is a kind's row; a kind without one goes by its code, under its detector.
func nameOf(detector, kind string) kindName {
	if i, ok := slices.BinarySearchFunc(kindNames, kind, func(k kindName, code string) int { return strings.Compare(k.code, code) }); ok {
		if k := kindNames[i]; detector != "keys" || k.family == "keys" {
			return k
		}
	}
	of := map[string]string{"signature": "file", "repeats": "statistics"}[detector]
	return kindName{kind, cmp.Or(of, detector), bi{kind, kind}}
}

// rank is where a family stands; one that is not known comes last.
func rank(code string) int {
	if i := slices.IndexFunc(families, func(f family) bool { return f.code == code }); i >= 0 {
		return i
	}
	return len(families)
}

func familyName(code string) bi {
	if i := rank(code); i < len(families) {
		return families[i].bi
	}
	return bi{code, code}
}

// byImportance orders counts: what a file is comes before what its bytes look like.
func byImportance(list []FindingCount) []FindingCount {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b FindingCount) int {
		return cmp.Or(cmp.Compare(rank(a.Family), rank(b.Family)), cmp.Compare(b.Count, a.Count), cmp.Compare(b.Bytes, a.Bytes))
	})
	return list
}

// maxNamedKinds are named in the sentence for one family.
const maxNamedKinds = 6

// summary says in a sentence what was found: "2 LUKS headers …; ext2/3/4; at least 10
// pictures (8 JPEG, 2 PNG); …". It is empty where nothing was found.
func summary(counts []FindingCount) bi {
	counts = byImportance(counts)
	var en, ja []string
	for len(counts) > 0 {
		n := 1
		for n < len(counts) && counts[n].Family == counts[0].Family {
			n++
		}
		s := familySummary(counts[:n])
		en, ja = append(en, s.EN), append(ja, s.JA)
		counts = counts[n:]
	}
	return bi{strings.Join(en, "; "), strings.Join(ja, "、")}
}

// member is a name in a family with how many there are.
type member struct {
	bi
	count int64
}

func familySummary(counts []FindingCount) bi {
	var list []member
	var count, bytes int64
	for i := range counts {
		c := &counts[i]
		count, bytes = count+c.Count, bytes+c.Bytes
		name := bi{c.Name, c.NameJA}
		if c.Family == "filesystem" { // the system, not which of its structures
			name.EN, _, _ = strings.Cut(name.EN, ": ")
			name.JA, _, _ = strings.Cut(name.JA, ": ")
		}
		if at := slices.IndexFunc(list, func(m member) bool { return m.bi == name }); at >= 0 {
			list[at].count += c.Count
		} else {
			list = append(list, member{name, c.Count})
		}
	}
	f := family{code: counts[0].Family, bi: familyName(counts[0].Family)}
	if i := rank(f.code); i < len(families) {
		f = families[i]
	}
	in := members(list, f.one != bi{})
	switch {
	case f.code == "text":
		return bi{fmt.Sprintf("pieces of readable text: %s, %s", grouped(count), binarySize(bytes)), fmt.Sprintf("可読文字列 %s 件(%s)", grouped(count), binarySize(bytes))}
	case f.code == "statistics":
		return bi{fmt.Sprintf("stretches of bytes that are not random: %s, %s", grouped(count), binarySize(bytes)), fmt.Sprintf("乱数ではないバイト列 %s 箇所(%s)", grouped(count), binarySize(bytes))}
	case f.one == bi{}:
		return bi{lower(f.EN) + ": " + in.EN, f.JA + ": " + in.JA}
	case count == 1:
		return bi{fmt.Sprintf("at least 1 %s (%s)", f.one.EN, in.EN), fmt.Sprintf("%s 1 件以上(%s)", f.one.JA, in.JA)}
	}
	return bi{fmt.Sprintf("at least %s %s (%s)", grouped(count), f.many.EN, in.EN), fmt.Sprintf("%s %s 件以上(%s)", f.many.JA, grouped(count), in.JA)}
}

// members names the kinds, each with its number: before the name of a file, behind
// that of a structure.
func members(list []member, files bool) bi {
	english, japanese := "%[2]s (%[1]s)", "%[2]s(%[1]s)"
	if files {
		english, japanese = "%[1]s %[2]s", "%[2]s %[1]s"
	}
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(b.count, a.count) })
	var en, ja []string
	for _, m := range list[:min(len(list), maxNamedKinds)] {
		en = append(en, fmt.Sprintf(english, grouped(m.count), m.EN))
		ja = append(ja, fmt.Sprintf(japanese, grouped(m.count), m.JA))
	}
	if more := len(list) - maxNamedKinds; more > 0 {
		en = append(en, fmt.Sprintf("and %d more kinds", more))
		ja = append(ja, fmt.Sprintf("ほか %d 種類", more))
	}
	return bi{strings.Join(en, ", "), strings.Join(ja, "、")}
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// counts takes over how many findings there are of each kind, with what people call it
// and how many of them the document lists.
func counts(r *scan.Result) []FindingCount {
	listed := make(map[[2]string]int64)
	for _, f := range r.Findings {
		listed[[2]string{f.Detector, f.Kind}]++
	}
	out := make([]FindingCount, 0, len(r.Counts))
	for _, c := range r.Counts {
		k := nameOf(c.Detector, clean(c.Kind))
		out = append(out, FindingCount{clean(c.Detector), clean(c.Kind), c.Count, c.Bytes, listed[[2]string{c.Detector, c.Kind}], k.family, k.EN, k.JA})
	}
	return out
}
