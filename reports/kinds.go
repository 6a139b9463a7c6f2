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
	{"marks", bi{"Labels of arrays and volume managers", "RAID・ボリュームマネージャーの構成情報"}, bi{}, bi{}},
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
	called("adaptec-hostraid", "marks", "Adaptec HostRAID label", "Adaptec HostRAID 構成情報"),
	same("aiff", "media", "AIFF"),
	called("aix-label", "partitions", "AIX boot record", "AIX ブートレコード"),
	called("amiga-badb", "partitions", "Amiga bad-block list", "Amiga の不良ブロック一覧"),
	called("amiga-block", "filesystem", "AmigaDOS: file system block", "AmigaDOS: ファイルシステムのブロック"),
	called("amiga-fshd", "partitions", "Amiga file-system header", "Amiga のファイルシステムヘッダー"),
	called("amiga-lseg", "partitions", "Amiga file-system code", "Amiga のファイルシステムコード"),
	called("amiga-partition", "partitions", "Amiga partition block", "Amiga のパーティションブロック"),
	called("amiga-rdb", "partitions", "Amiga rigid disk block", "Amiga のリジッドディスクブロック(RDB)"),
	same("amr", "media", "AMR"),
	called("ani", "picture", "Windows cursor, animated", "Windows カーソル(動画)"),
	called("apfs-superblock", "filesystem", "APFS: container superblock", "APFS: コンテナスーパーブロック"),
	called("apk", "program", "Android app", "Android アプリ"),
	called("apm", "partitions", "Apple partition map, first block", "Apple パーティションマップの先頭ブロック"),
	called("apm-entry", "partitions", "Apple partition map entry", "Apple パーティションマップの項目"),
	called("ar", "archive", "ar archive", "ar アーカイブ"),
	called("ascii", "text", "text (ASCII)", "テキスト(ASCII)"),
	same("asf", "media", "ASF, WMV, WMA"),
	called("atari-ahdi", "partitions", "Atari partition table", "Atari パーティションテーブル(AHDI)"),
	same("au", "media", "AU"),
	same("avi", "media", "AVI"),
	same("avif", "picture", "AVIF"),
	called("bcache", "marks", "bcache superblock", "bcache スーパーブロック"),
	called("bcachefs-superblock", "filesystem", "bcachefs: superblock", "bcachefs: スーパーブロック"),
	called("befs-superblock", "filesystem", "BeFS (BeOS, Haiku): superblock", "BeFS(BeOS、Haiku): スーパーブロック"),
	called("bfs-superblock", "filesystem", "BFS (UnixWare): superblock", "BFS(UnixWare): スーパーブロック"),
	called("bitlocker-boot-sector", "keys", "BitLocker: boot sector", "BitLocker: ブートセクタ"),
	called("bitlocker-metadata", "keys", "BitLocker: metadata with wrapped keys", "BitLocker: 暗号化鍵を含むメタデータ"),
	called("blend", "file", "Blender scene", "Blender シーン"),
	called("bluestore-label", "filesystem", "Ceph BlueStore: label", "Ceph BlueStore: ラベル"),
	same("bmp", "picture", "BMP"),
	called("bplist", "record", "Apple property list", "Apple プロパティリスト"),
	called("bsd-label", "partitions", "BSD disklabel", "BSD ディスクラベル"),
	called("btrfs-superblock", "filesystem", "Btrfs: superblock", "Btrfs: スーパーブロック"),
	called("byte-distribution", "statistics", "byte distribution of a block", "ブロックのバイト分布"),
	called("byte-distribution-16M", "statistics", "byte distribution over 16 MiB", "16 MiB のバイト分布"),
	called("byte-distribution-1M", "statistics", "byte distribution over 1 MiB", "1 MiB のバイト分布"),
	called("byte-distribution-64K", "statistics", "byte distribution over 64 KiB", "64 KiB のバイト分布"),
	called("byte-distribution-region", "statistics", "byte distribution over the region", "領域全体のバイト分布"),
	same("bzip2", "archive", "bzip2"),
	called("cab", "archive", "Windows cabinet", "Windows キャビネット"),
	called("chm", "document", "Windows help (CHM)", "Windows ヘルプ(CHM)"),
	called("ciphershed-boot-loader", "keys", "CipherShed: boot loader and volume header", "CipherShed: ブートローダーとボリュームヘッダー"),
	called("corestorage", "filesystem", "CoreStorage (Apple): volume header", "CoreStorage(Apple): ボリュームヘッダー"),
	same("cpio", "archive", "cpio"),
	called("cr3", "picture", "Canon raw (CR3)", "Canon RAW(CR3)"),
	called("cramfs-superblock", "filesystem", "cramfs: superblock", "cramfs: スーパーブロック"),
	called("cur", "picture", "Windows cursor", "Windows カーソル"),
	called("dasd-boot-record", "partitions", "DASD boot record", "DASD のブートレコード"),
	called("dasd-label", "partitions", "DASD volume label", "DASD のボリュームラベル"),
	called("dasd-vtoc", "partitions", "DASD VTOC record", "DASD のボリューム目次(VTOC)のレコード"),
	called("ddf", "marks", "SNIA DDF RAID label", "DDF RAID 構成情報"),
	called("deb", "archive", "Debian package", "Debian パッケージ"),
	called("der-private-key", "keys", "private key (DER)", "秘密鍵(DER)"),
	called("dex", "program", "Android code (DEX)", "Android コード(DEX)"),
	called("dicom", "picture", "DICOM (medical)", "DICOM(医用画像)"),
	same("djvu", "document", "DjVu"),
	called("dm-cache", "marks", "dm-cache superblock", "dm-cache スーパーブロック"),
	called("dm-era", "marks", "dm-era superblock", "dm-era スーパーブロック"),
	called("dm-integrity", "marks", "dm-integrity superblock", "dm-integrity スーパーブロック"),
	called("dm-mirror-log", "marks", "device-mapper mirror log", "デバイスマッパーのミラーログ"),
	called("dm-raid", "marks", "dm-raid superblock", "dm-raid スーパーブロック"),
	called("dm-snapshot", "marks", "device-mapper snapshot header", "デバイスマッパーのスナップショットヘッダー"),
	called("dm-thin", "marks", "thin pool superblock", "シンプール(dm-thin)スーパーブロック"),
	called("dm-verity", "marks", "dm-verity superblock", "dm-verity スーパーブロック"),
	called("dm-writecache", "marks", "dm-writecache superblock", "dm-writecache スーパーブロック"),
	same("doc", "document", "Word (doc)"),
	same("docx", "document", "Word (docx)"),
	called("drbd", "marks", "DRBD metadata", "DRBD メタデータ"),
	called("drbd-activity-log", "marks", "DRBD activity log", "DRBD アクティビティログ"),
	called("dwg", "document", "AutoCAD drawing (DWG)", "AutoCAD 図面(DWG)"),
	called("e01", "disk-image", "EnCase image (E01)", "EnCase イメージ(E01)"),
	called("ebr", "partitions", "extended boot record", "拡張ブートレコード"),
	called("ecryptfs-header", "keys", "eCryptfs: file header with a wrapped key", "eCryptfs: 暗号化鍵を含むファイルヘッダー"),
	called("ecryptfs-passphrase", "keys", "eCryptfs: wrapped passphrase", "eCryptfs: 暗号化されたパスフレーズ"),
	called("efs-superblock", "filesystem", "EFS (SGI): superblock", "EFS(SGI): スーパーブロック"),
	called("elf", "program", "Linux program (ELF)", "Linux プログラム(ELF)"),
	same("emf", "picture", "EMF"),
	called("eml", "mail", "mail message", "メール"),
	called("encrypted-disk-image", "keys", "macOS encrypted disk image: header with wrapped keys", "macOS の暗号化ディスクイメージ: 暗号化鍵を含むヘッダー"),
	called("encryption-boot-loader", "keys", "boot loader of disk encryption software", "ディスク暗号化ソフトのブートローダー"),
	called("encryption-boot-sector", "keys", "boot sector of disk encryption software", "ディスク暗号化ソフトのブートセクタ"),
	called("epub", "document", "EPUB book", "EPUB 電子書籍"),
	called("eraser-fingerprint", "marks", "erasure fingerprint", "消去ソフトウェアの記録"),
	called("eraser-mark", "marks", "text that names an eraser", "消去ソフトウェア名を含むデータ"),
	called("erofs-superblock", "filesystem", "EROFS: superblock", "EROFS: スーパーブロック"),
	called("ese", "database", "Windows database (ESE)", "Windows データベース(ESE)"),
	called("euc-jp", "text", "Japanese text (EUC-JP)", "日本語テキスト(EUC-JP)"),
	called("evtx", "record", "Windows event log", "Windows イベントログ"),
	called("exfat-boot-sector", "filesystem", "exFAT: boot sector", "exFAT: ブートセクタ"),
	called("exfat-directory", "filesystem", "exFAT: directory", "exFAT: ディレクトリ"),
	called("exfs-superblock", "filesystem", "EXFS (HPE): superblock", "EXFS(HPE): スーパーブロック"),
	called("ext-directory", "filesystem", "ext2/3/4: directory", "ext2/3/4: ディレクトリ"),
	called("ext-inodes", "filesystem", "ext2/3/4: inodes", "ext2/3/4: inode"),
	called("ext-superblock", "filesystem", "ext2/3/4: superblock", "ext2/3/4: スーパーブロック"),
	called("f2fs-superblock", "filesystem", "F2FS: superblock", "F2FS: スーパーブロック"),
	called("fat-boot-sector", "filesystem", "FAT: boot sector", "FAT: ブートセクタ"),
	called("fat-directory", "filesystem", "FAT: directory", "FAT: ディレクトリ"),
	called("fat-fsinfo", "filesystem", "FAT: free-space sector", "FAT: 空き領域情報"),
	called("fatx-superblock", "filesystem", "FATX (Xbox): superblock", "FATX(Xbox): スーパーブロック"),
	called("filevault2-corestorage", "keys", "FileVault 2: volume header with wrapped keys", "FileVault 2: 暗号化鍵を含むボリュームヘッダー"),
	same("flac", "media", "FLAC"),
	same("flv", "media", "Flash Video"),
	called("fscrypt-metadata", "keys", "fscrypt: protector or policy with a wrapped key", "fscrypt: 暗号化鍵を含むプロテクターまたはポリシー"),
	called("geli-metadata", "keys", "GELI: metadata with wrapped keys", "GELI: 暗号化鍵を含むメタデータ"),
	called("geom-concat", "marks", "FreeBSD concatenation metadata", "FreeBSD GEOM 連結情報"),
	called("geom-label", "marks", "FreeBSD label", "FreeBSD GEOM ラベル"),
	called("geom-mirror", "marks", "FreeBSD mirror metadata", "FreeBSD GEOM ミラー情報"),
	called("geom-raid3", "marks", "FreeBSD RAID3 metadata", "FreeBSD GEOM RAID3 情報"),
	called("geom-stripe", "marks", "FreeBSD stripe metadata", "FreeBSD GEOM ストライプ情報"),
	called("gettext-mo", "file", "translation catalogue", "翻訳カタログ"),
	called("gfs-superblock", "filesystem", "GFS: superblock", "GFS: スーパーブロック"),
	called("gfs2-metadata", "filesystem", "GFS2: metadata block", "GFS2: メタデータブロック"),
	called("gfs2-superblock", "filesystem", "GFS2: superblock", "GFS2: スーパーブロック"),
	same("gif", "picture", "GIF"),
	called("git-index", "record", "Git index", "Git インデックス"),
	called("git-pack", "archive", "Git pack", "Git パック"),
	called("gpt", "partitions", "GUID partition table", "GPT パーティションテーブル"),
	called("gpt-backup", "partitions", "backup GUID partition table", "GPT の予備テーブル"),
	called("grub-core", "partitions", "GRUB core image", "GRUB のコアイメージ"),
	same("gzip", "archive", "gzip"),
	called("hammer-volume", "filesystem", "HAMMER (DragonFly BSD): volume header", "HAMMER(DragonFly BSD): ボリュームヘッダー"),
	called("hammer2-volume", "filesystem", "HAMMER2 (DragonFly BSD): volume header", "HAMMER2(DragonFly BSD): ボリュームヘッダー"),
	called("hdf5", "database", "HDF5 data", "HDF5 データ"),
	same("heic", "picture", "HEIC"),
	called("hfs-mdb", "filesystem", "HFS (Mac OS): volume information", "HFS(Mac OS): ボリューム情報"),
	called("hfs-plus", "filesystem", "HFS+: volume header", "HFS+: ボリュームヘッダー"),
	called("hibernation-image", "filesystem", "Linux hibernation: memory image", "Linux 休止状態: メモリイメージ"),
	called("highpoint-raid", "marks", "HighPoint RAID label", "HighPoint RAID 構成情報"),
	called("hpfs-superblock", "filesystem", "HPFS (OS/2): superblock", "HPFS(OS/2): スーパーブロック"),
	called("html", "document", "web page (HTML)", "ウェブページ(HTML)"),
	called("icalendar", "mail", "calendar", "予定表"),
	called("icns", "picture", "macOS icon", "macOS アイコン"),
	called("ico", "picture", "Windows icon", "Windows アイコン"),
	called("intel-rst", "marks", "Intel RST RAID label", "Intel RST RAID 構成情報"),
	called("iso9660", "filesystem", "ISO 9660: volume descriptor", "ISO 9660: ボリューム記述子"),
	called("ite-raid", "marks", "ITE RAID label", "ITE RAID 構成情報"),
	called("jar", "program", "Java archive", "Java アーカイブ"),
	called("java-class", "program", "Java class", "Java クラス"),
	called("jbd2-journal", "filesystem", "ext2/3/4: journal", "ext2/3/4: ジャーナル"),
	called("jffs2-node", "filesystem", "JFFS2 (flash): node", "JFFS2(フラッシュ): ノード"),
	called("jfs-log", "filesystem", "JFS: log", "JFS: ログ"),
	called("jfs-superblock", "filesystem", "JFS: superblock", "JFS: スーパーブロック"),
	called("jks", "keys", "Java key store", "Java キーストア"),
	called("jmicron-raid", "marks", "JMicron RAID label", "JMicron RAID 構成情報"),
	called("journal", "record", "systemd journal", "systemd ジャーナル"),
	same("jpeg", "picture", "JPEG"),
	same("jpeg-xl", "picture", "JPEG XL"),
	same("jpeg2000", "picture", "JPEG 2000"),
	called("karma", "partitions", "Rio Karma partition table", "Rio Karma パーティションテーブル"),
	called("kdbx", "keys", "KeePass password store", "KeePass パスワード保管庫"),
	called("ldm-database", "marks", "Windows dynamic disk database", "Windows ダイナミックディスクのデータベース"),
	called("ldm-header", "marks", "Windows dynamic disk header", "Windows ダイナミックディスクのヘッダー"),
	called("live-key-slot", "keys", "LUKS header with live key slots", "有効な鍵スロットを持つ LUKS ヘッダー"),
	called("lnk", "record", "Windows shortcut", "Windows ショートカット"),
	called("logfs-superblock", "filesystem", "LogFS: superblock", "LogFS: スーパーブロック"),
	called("lsi-megaraid-ide", "marks", "LSI MegaRAID (IDE/SATA) label", "LSI MegaRAID(IDE/SATA)構成情報"),
	called("lua", "program", "Lua code", "Lua コード"),
	called("luks-trace", "keys", "LUKS: part of a damaged header", "LUKS: 破損したヘッダーの一部"),
	called("luks1-damaged", "keys", "damaged LUKS1 header", "破損した LUKS1 ヘッダー"),
	called("luks1-foreign-token", "keys", "LUKS1 header with an unknown token", "未知のトークンを含む LUKS1 ヘッダー"),
	called("luks1-wiped", "partitions", "LUKS1 header without key slots", "鍵スロットのない LUKS1 ヘッダー"),
	called("luks2-damaged", "keys", "damaged LUKS2 header", "破損した LUKS2 ヘッダー"),
	called("luks2-foreign-token", "keys", "LUKS2 header with an unknown token", "未知のトークンを含む LUKS2 ヘッダー"),
	called("luks2-metadata", "keys", "LUKS2: metadata without their header", "LUKS2: ヘッダーのないメタデータ"),
	called("luks2-wiped", "partitions", "LUKS2 header without key slots", "鍵スロットのない LUKS2 ヘッダー"),
	called("lvm2-label", "marks", "LVM2 label", "LVM2 ラベル"),
	called("lvm2-metadata", "marks", "LVM2 metadata", "LVM2 管理情報"),
	called("lvm2-metadata-old", "marks", "earlier LVM2 metadata", "過去の LVM2 管理情報"),
	same("lz4", "archive", "LZ4"),
	same("lzh", "archive", "LZH"),
	same("lzma", "archive", "LZMA"),
	same("m4a", "media", "M4A"),
	called("mach-o", "program", "macOS program", "macOS プログラム"),
	same("matroska", "media", "Matroska"),
	called("mbox", "mail", "mailbox", "メールボックス"),
	called("mbr", "partitions", "MBR partition table", "MBR パーティションテーブル"),
	called("md-bitmap", "marks", "Linux RAID write-intent bitmap", "Linux RAID 書込みインテントビットマップ"),
	called("md-raid-superblock", "marks", "Linux RAID superblock", "Linux RAID スーパーブロック"),
	same("midi", "media", "MIDI"),
	called("minix-subpartitions", "partitions", "Minix subpartition table", "Minix のサブパーティションテーブル"),
	called("minix-superblock", "filesystem", "Minix: superblock", "Minix: スーパーブロック"),
	called("mobi", "document", "Kindle book (MOBI)", "Kindle 電子書籍(MOBI)"),
	called("mov", "media", "QuickTime film", "QuickTime 動画"),
	same("mp3", "media", "MP3"),
	same("mp4", "media", "MP4"),
	called("mpeg-ps", "media", "MPEG program stream", "MPEG プログラムストリーム"),
	called("mpeg-ts", "media", "MPEG transport stream", "MPEG トランスポートストリーム"),
	called("mpool-superblock", "filesystem", "mpool (Micron): superblock", "mpool(Micron): スーパーブロック"),
	called("msg", "mail", "Outlook message", "Outlook メッセージ"),
	called("nilfs2-superblock", "filesystem", "NILFS2: superblock", "NILFS2: スーパーブロック"),
	called("nss-superblock", "filesystem", "Novell NSS: superblock", "Novell NSS: スーパーブロック"),
	called("ntfs-boot-sector", "filesystem", "NTFS: boot sector", "NTFS: ブートセクタ"),
	called("ntfs-efs-key", "keys", "NTFS: EFS attribute with wrapped file keys", "NTFS: 暗号化されたファイル鍵を含む EFS 属性"),
	called("ntfs-file-record", "filesystem", "NTFS: file record", "NTFS: ファイルレコード"),
	called("ntfs-index", "filesystem", "NTFS: directory index", "NTFS: ディレクトリインデックス"),
	called("ntfs-log", "filesystem", "NTFS: log", "NTFS: ログ"),
	called("nvidia-raid", "marks", "nVidia MediaShield label", "NVIDIA MediaShield 構成情報"),
	called("ocfs-superblock", "filesystem", "OCFS (Oracle): volume header", "OCFS(Oracle): ボリュームヘッダー"),
	called("ocfs2-metadata", "filesystem", "OCFS2 (Oracle): metadata block", "OCFS2(Oracle): メタデータブロック"),
	called("ocfs2-superblock", "filesystem", "OCFS2 (Oracle): superblock", "OCFS2(Oracle): スーパーブロック"),
	called("odf", "document", "OpenDocument", "OpenDocument"),
	called("odp", "document", "OpenDocument slides", "OpenDocument プレゼンテーション"),
	called("ods", "document", "OpenDocument sheet", "OpenDocument 表計算"),
	called("odt", "document", "OpenDocument text", "OpenDocument 文書"),
	called("ogg", "media", "Ogg", "Ogg"),
	called("ole-cfb", "document", "Microsoft compound file", "Microsoft 複合ファイル"),
	same("onenote", "document", "OneNote"),
	called("openssh-private-key", "keys", "OpenSSH private key", "OpenSSH 秘密鍵"),
	called("oracle-asm-disk", "filesystem", "Oracle ASM: disk label", "Oracle ASM: ディスクラベル"),
	called("otf", "program", "OpenType font", "OpenType フォント"),
	called("parted-loop", "partitions", "GNU Parted loop label", "GNU Parted のループラベル"),
	called("partly-filled", "statistics", "sectors that are filled up behind random bytes", "乱数の後を一定値で埋めたセクタ(多数)"),
	called("pc98", "partitions", "PC-98 partition table", "PC-98 パーティションテーブル"),
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
	called("plan9", "partitions", "Plan 9 partition table", "Plan 9 パーティションテーブル"),
	same("png", "picture", "PNG"),
	same("ppt", "document", "PowerPoint (ppt)"),
	same("pptx", "document", "PowerPoint (pptx)"),
	called("prefetch", "record", "Windows prefetch", "Windows プリフェッチ"),
	called("promise-fasttrak", "marks", "Promise FastTrak label", "Promise FastTrak 構成情報"),
	same("ps", "document", "PostScript"),
	same("psd", "picture", "Photoshop"),
	called("pst", "mail", "Outlook mailbox (PST)", "Outlook メールボックス(PST)"),
	called("pyc", "program", "Python code", "Python コード"),
	same("qcow2", "disk-image", "QCOW2"),
	called("qnx4-superblock", "filesystem", "QNX4: superblock", "QNX4: スーパーブロック"),
	called("qnx6-superblock", "filesystem", "QNX6: superblock", "QNX6: スーパーブロック"),
	same("rar", "archive", "RAR"),
	called("refs-boot-sector", "filesystem", "ReFS: boot sector", "ReFS: ブートセクタ"),
	called("regf", "record", "Windows registry", "Windows レジストリ"),
	called("reiser4-superblock", "filesystem", "reiser4: superblock", "reiser4: スーパーブロック"),
	called("reiserfs-superblock", "filesystem", "reiserfs: superblock", "reiserfs: スーパーブロック"),
	called("repeated-16-byte-units", "statistics", "units of 16 bytes that occur twice", "繰り返し現れる 16 バイト単位"),
	called("repeated-unit", "statistics", "a buffer written over and over beside other data", "他のデータと並ぶ、同じ内容の繰り返し"),
	called("romfs-superblock", "filesystem", "romfs: superblock", "romfs: スーパーブロック"),
	called("rpm", "archive", "RPM package", "RPM パッケージ"),
	same("rtf", "document", "RTF"),
	called("scoutfs-superblock", "filesystem", "scoutfs: superblock", "scoutfs: スーパーブロック"),
	called("script", "program", "script", "スクリプト"),
	called("sfs-rootblock", "filesystem", "Amiga SFS: root block", "Amiga SFS: ルートブロック"),
	called("sgi-label", "partitions", "SGI volume header", "SGI ボリュームヘッダー"),
	called("shift_jis", "text", "Japanese text (Shift_JIS)", "日本語テキスト(Shift_JIS)"),
	called("silicon-medley", "marks", "Silicon Image Medley label", "Silicon Image Medley 構成情報"),
	called("sis-raid", "marks", "SiS RAID label", "SiS RAID 構成情報"),
	called("solaris-vtoc", "partitions", "Solaris x86 VTOC label", "Solaris(x86)の VTOC ラベル"),
	same("sqlite", "database", "SQLite"),
	called("sqlite-wal", "database", "SQLite write-ahead log", "SQLite ログ先行書込み"),
	called("squashfs", "filesystem", "SquashFS: superblock", "SquashFS: スーパーブロック"),
	called("storage-spaces", "marks", "Windows Storage Spaces metadata", "Windows 記憶域スペースのメタデータ"),
	called("stratis", "marks", "Stratis header", "Stratis ヘッダー"),
	called("sun-label", "partitions", "Sun (SPARC) disk label", "Sun(SPARC)ディスクラベル"),
	same("svg", "picture", "SVG"),
	called("swap", "filesystem", "Linux swap: header", "Linux スワップ: ヘッダー"),
	same("swf", "media", "Flash"),
	called("sysv-superblock", "filesystem", "System V: superblock", "System V: スーパーブロック"),
	same("tar", "archive", "tar"),
	called("thumbcache", "picture", "Windows thumbnails", "Windows 縮小画像"),
	called("thumbs-db", "picture", "Windows thumbnails (Thumbs.db)", "Windows 縮小画像(Thumbs.db)"),
	same("tiff", "picture", "TIFF"),
	called("torrent", "file", "BitTorrent description", "BitTorrent 記述ファイル"),
	called("truecrypt-boot-loader", "keys", "TrueCrypt: boot loader and volume header", "TrueCrypt: ブートローダーとボリュームヘッダー"),
	called("ttc", "program", "TrueType fonts", "TrueType フォント集"),
	called("ttf", "program", "TrueType font", "TrueType フォント"),
	called("tzif", "file", "time zone", "時間帯情報"),
	called("ubi-erase-counter", "filesystem", "UBI (flash): erase block header", "UBI(フラッシュ): 消去ブロックヘッダー"),
	called("ubi-volume-id", "filesystem", "UBI (flash): volume header", "UBI(フラッシュ): ボリュームヘッダー"),
	called("ubifs-node", "filesystem", "UBIFS (flash): node", "UBIFS(フラッシュ): ノード"),
	called("udf", "filesystem", "UDF: volume descriptor", "UDF: ボリューム記述子"),
	called("ufs-cylinder-group", "filesystem", "UFS (BSD, Solaris): cylinder group", "UFS(BSD、Solaris): シリンダーグループ"),
	called("ufs-superblock", "filesystem", "UFS (BSD, Solaris): superblock", "UFS(BSD、Solaris): スーパーブロック"),
	called("ultrix-label", "partitions", "Ultrix disk label", "Ultrix ディスクラベル"),
	called("unixware-label", "partitions", "UnixWare disk label", "UnixWare ディスクラベル"),
	called("utf-16be", "text", "text (UTF-16BE)", "テキスト(UTF-16BE)"),
	called("utf-16le", "text", "text (UTF-16LE)", "テキスト(UTF-16LE)"),
	called("utf-8", "text", "text (UTF-8)", "テキスト(UTF-8)"),
	called("vcard", "mail", "contact (vCard)", "連絡先(vCard)"),
	called("vdi", "disk-image", "VirtualBox (VDI)", "VirtualBox(VDI)"),
	called("vdo", "marks", "VDO geometry block", "VDO ジオメトリブロック"),
	called("veracrypt-boot-loader", "keys", "VeraCrypt: boot loader and volume header", "VeraCrypt: ブートローダーとボリュームヘッダー"),
	same("vhd", "disk-image", "VHD"),
	same("vhdx", "disk-image", "VHDX"),
	called("via-raid", "marks", "VIA RAID label", "VIA RAID 構成情報"),
	same("visio", "document", "Visio"),
	called("vmdk", "disk-image", "VMware (VMDK)", "VMware(VMDK)"),
	called("vmfs-superblock", "filesystem", "VMFS (VMware): superblock", "VMFS(VMware): スーパーブロック"),
	called("vmfs-volume", "filesystem", "VMFS (VMware): device header", "VMFS(VMware): デバイスヘッダー"),
	called("vxfs-superblock", "filesystem", "VxFS (Veritas): superblock", "VxFS(Veritas): スーパーブロック"),
	same("wasm", "program", "WebAssembly"),
	same("wav", "media", "WAV"),
	called("wbfs-superblock", "filesystem", "WBFS (Wii): header", "WBFS(Wii): ヘッダー"),
	same("webm", "media", "WebM"),
	same("webp", "picture", "WebP"),
	same("wmf", "picture", "WMF"),
	called("woff", "program", "web font (WOFF)", "ウェブフォント(WOFF)"),
	called("woff2", "program", "web font (WOFF2)", "ウェブフォント(WOFF2)"),
	called("x509", "file", "certificate (X.509)", "証明書(X.509)"),
	called("xar", "archive", "xar archive", "xar アーカイブ"),
	same("xcf", "picture", "GIMP"),
	called("xenix-superblock", "filesystem", "Xenix: superblock", "Xenix: スーパーブロック"),
	called("xfs-ag-header", "filesystem", "XFS: allocation group header", "XFS: アロケーショングループヘッダー"),
	called("xfs-btree", "filesystem", "XFS: B-tree", "XFS: B 木"),
	called("xfs-directory", "filesystem", "XFS: directory", "XFS: ディレクトリ"),
	called("xfs-inodes", "filesystem", "XFS: inodes", "XFS: inode"),
	called("xfs-log", "filesystem", "XFS: log record", "XFS: ログレコード"),
	called("xfs-superblock", "filesystem", "XFS: superblock", "XFS: スーパーブロック"),
	same("xls", "document", "Excel (xls)"),
	same("xlsx", "document", "Excel (xlsx)"),
	same("xml", "document", "XML"),
	same("xz", "archive", "xz"),
	called("yaffs-object", "filesystem", "YAFFS (flash): object header", "YAFFS(フラッシュ): オブジェクトヘッダー"),
	called("zfs-label", "filesystem", "ZFS: pool label", "ZFS: プールのラベル"),
	called("zfs-uberblock", "filesystem", "ZFS: uberblock", "ZFS: ウーバーブロック"),
	called("zfs-zap-leaf", "filesystem", "ZFS: table of names and values", "ZFS: 名前と値の表"),
	same("zip", "archive", "ZIP"),
	called("zonefs-superblock", "filesystem", "zonefs: superblock", "zonefs: スーパーブロック"),
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
