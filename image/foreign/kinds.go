package foreign

// Where a format has no specification of its own, its magic was taken from files
// that the program itself wrote, and from the database of file(1).

const (
	byQemu = "qemu-img convert -O raw"
	byEwf  = "ewfexport -f raw"
	by7z   = "7z x"
)

// m is a magic at the beginning of a file.
func m(magic string) sign { return sign{magic: magic} }

// kinds are looked at in this order; the first that fits names the file.
var kinds = []Kind{
	// Virtual disks.
	{"a qcow2 file", container, byQemu, []string{".qcow2", ".qcow", ".qcow3"}, []sign{m("QFI\xfb")}},
	{"a VMDK file", container, byQemu, []string{".vmdk"}, []sign{
		m("KDMV"), {magic: "COWD", also: cowd, bits: 24}, m("\xbe\xba\xfe\xca\x00\x00\x00\x00"), // sparse, ESX, SESparse
		m("# Disk DescriptorFile")}},
	{"a VHDX file", container, byQemu, []string{".vhdx", ".avhdx"}, []sign{m("vhdxfile")}}, // [MS-VHDX] 2.2.1
	{"a VHD file", container, "qemu-img convert -f vpc -O raw", []string{".vhd", ".avhd", ".vpc"}, []sign{
		m("conectix"), {at: -512, magic: "conectix"}, {at: -511, magic: "conectix"}}}, // fixed ones have the footer only; before 2004 one byte shorter
	{"a VDI file", container, byQemu, []string{".vdi"}, []sign{{at: 64, magic: "\x7f\x10\xda\xbe"}}},
	{"a QED file", container, byQemu, []string{".qed"}, []sign{{magic: "QED\x00", also: qed, bits: 16}}},
	{"a Parallels disk", container, "qemu-img convert -f parallels -O raw", []string{".hdd", ".hds", ".pvm"}, []sign{
		m("WithoutFreeSpace"), m("WithouFreSpacExt")}},
	{"a Bochs disk", container, "qemu-img convert -f bochs -O raw", nil, []sign{m("Bochs Virtual HD Image")}},
	{"a User-Mode Linux COW file", container, "uml_moo", nil, []sign{m("OOOM\x00\x00\x00"), m("MOOO")}},
	{"a cloop file", compressed, "qemu-img convert -f cloop -O raw", []string{".cloop"}, []sign{{magic: "#!/bin/sh\n", also: cloop}}},
	{"a Xen or OVF appliance", container, "tar xf", []string{".xva", ".ova", ".ovf"}, nil},
	{"an Android sparse image", container, "simg2img", []string{".simg"}, []sign{m("\x3a\xff\x26\xed")}},
	{"a Windows FFU image", container, "", []string{".ffu"}, []sign{{at: 4, magic: "SignedImage "}}},

	// Apple's disk images.
	{"an encrypted Apple disk image", encrypted, "hdiutil convert -format UDTO", nil, []sign{m("encrcdsa"), {at: -8, magic: "cdsaencr"}}},
	{"an Apple disk image (UDIF)", container, "dmg2img, or hdiutil convert -format UDTO", []string{".dmg", ".dmgpart", ".smi"}, []sign{{at: -512, magic: "koly"}}},
	{"an Apple sparse image", container, "hdiutil convert -format UDTO", []string{".sparseimage", ".sparsebundle", ".asif"}, []sign{
		m("sprs\x00\x00\x00"), m("shdw\x00\x00\x00")}},

	// Evidence files.
	{"an EWF (E01) file", container, byEwf, []string{".e01", ".s01", ".l01"}, []sign{
		m("EVF\x09\x0d\x0a\xff\x00"), m("LVF\x09\x0d\x0a\xff\x00"), m("DVF\x09\x0d\x0a\xff\x00")}},
	{"an EWF2 (Ex01) file", container, byEwf, []string{".ex01", ".lx01"}, []sign{m("EVF2\r\n\x81\x00"), m("LEF2\r\n\x81\x00")}},
	{"an AFF file", container, "affconvert -r", []string{".aff", ".afd", ".afm"}, []sign{m("AFF10\r\n\x00")}},
	{"an AFF4 file", container, "aff4imager -e", []string{".aff4"}, nil}, // a ZIP archive by its bytes
	{"an AccessData AD1 file", container, "with FTK Imager", []string{".ad1"}, []sign{m("ADSEGMENTEDFILE")}},
	{"an R-Studio image", container, "with R-Studio", []string{".rdr"}, []sign{m("\x7c\xa0\x93\x2f")}},

	// Backups of partitions and disks.
	{"a partclone image", container, "partclone.restore --restore_raw_file", nil, []sign{m("partclone-image")}},
	{"a partimage image", container, "partimage restore", nil, []sign{m("PaRtImAgE-VoLuMe")}},
	{"an ntfsclone image", container, "ntfsclone --restore-image", nil, []sign{m("\x00ntfsclone-image")}},
	{"an fsarchiver archive", compressed, "fsarchiver restfs", []string{".fsa"}, []sign{m("FsA0")}},
	{"a Ghost image", compressed, "with Ghost", []string{".gho", ".ghs"}, []sign{{magic: "\xfe\xef\x01", also: sparseHead, bits: 40}}},
	{"an Acronis backup", compressed, "with Acronis True Image", []string{".tib", ".tibx"}, []sign{m("\xce\x24\xb9\xa2\x20\x00\x00\x00"), m("\xb4\x6e\x68\x44")}},
	{"a backup file", compressed, "with the program that made it", []string{".v2i", ".sv2i", ".iv2i", ".mrimg", ".mrbak", ".mrex", ".mrsql", ".vbk", ".vib", ".vrb", ".pbd", ".adi", ".afi", ".bkf", ".spf", ".spi"}, nil},
	{"an Android backup", compressed, "abe unpack", nil, []sign{m("ANDROID BACKUP\n")}},
	{"a Windows image (WIM)", compressed, "wimapply", []string{".wim", ".esd", ".swm"}, []sign{m("MSWIM\x00\x00\x00"), m("WLPWM\x00\x00\x00")}},
	{"a PAR2 recovery file", compressed, "par2 repair", []string{".par2"}, []sign{m("PAR2\x00PKT")}},
	{"a git pack or bundle", compressed, "git", nil, []sign{m("PACK\x00\x00\x00\x02"), m("# v2 git bundle\n"), m("# v3 git bundle\n")}},
	{"a PostgreSQL dump", compressed, "pg_restore", nil, []sign{m("PGDMP")}},
	{"a U-Boot image", compressed, "dumpimage", nil, []sign{m("\x27\x05\x19\x56")}},
	{"an Android boot image", compressed, "unpack_bootimg", nil, []sign{m("ANDROID!"), m("VNDRBOOT")}},
	{"a binary delta", compressed, "xdelta3 -d, or bspatch", []string{".vcdiff", ".xdelta"}, []sign{m("\xd6\xc3\xc4\x00"), m("BSDIFF40")}},
	{"a dar archive", compressed, "dar -x", []string{".dar"}, []sign{{magic: "\x00\x00\x00\x7b", also: dar, bits: 12}}},

	// Optical and floppy disks in files of their own.
	{"a Nero disc image", container, "nrg2iso", []string{".nrg"}, []sign{{at: -12, magic: "NER5"}, {at: -8, magic: "NERO"}}},
	{"an Alcohol disc descriptor", container, "", []string{".mds", ".mdx"}, []sign{m("MEDIA DESCRIPTOR")}},
	{"a compressed disc image", compressed, "", []string{".cso", ".ciso", ".zso", ".chd", ".isz", ".daa", ".uif", ".ecm"}, []sign{
		m("CISO"), m("ZISO"), m("MComprHD"), m("IsZ!"), m("DAA\x00\x00\x00"), {at: -64, magic: "bbis"}, m("ECM\x00")}},
	{"a floppy image in a format of its own", container, "", []string{".imd", ".td0", ".hfe", ".dms", ".scp", ".ipf", ".woz", ".a2r"}, []sign{
		m("HXCPICFE"), m("HXCHFEV3"), m("DMS!"), m("WOZ1\xff"), m("WOZ2\xff")}},

	// Compressed file systems that come as one file.
	{"a SquashFS file system", compressed, "unsquashfs", []string{".squashfs", ".sqfs", ".sqsh", ".sfs"}, []sign{
		{magic: "hsqs", also: squashLE, bits: 16}, {magic: "sqsh", also: squashBE, bits: 16},
		{magic: "shsq", also: squashLE, bits: 16}, {magic: "qshs", also: squashBE, bits: 16}}},
	{"a DwarFS file system", compressed, "dwarfsextract", []string{".dwarfs"}, []sign{m("DWARFS")}},
	{"a zisofs file", compressed, "mkzftree -u", nil, []sign{m("\x37\xe4\x53\x96\xc9\xdb\xd6\x07")}},

	// Encrypted files.
	{"an OpenSSL encrypted file", encrypted, "openssl enc -d", nil, []sign{m("Salted__"), m("U2FsdGVkX1")}}, // the second in base64
	{"an OpenPGP message", encrypted, "gpg -d", []string{".gpg", ".pgp", ".asc"}, []sign{
		m("-----BEGIN PGP MESSAGE"), {also: sessionKeys, bits: 32}, {magic: "\xa3", also: packedMessage, bits: 25}}},
	{"an age encrypted file", encrypted, "age -d", []string{".age"}, []sign{m("age-encryption.org/"), m("-----BEGIN AGE ENCRYPTED FILE")}},
	{"a CMS (S/MIME) encrypted file", encrypted, "openssl cms -decrypt", []string{".p7m", ".p7e"}, []sign{
		{magic: "0", also: enveloped, bits: 64}, m("-----BEGIN CMS-----"), m("-----BEGIN PKCS7-----")}},
	{"a ccrypt encrypted file", encrypted, "ccrypt -d", []string{".cpt"}, nil},
	{"an AES Crypt file", encrypted, "aescrypt -d", []string{".aes"}, []sign{m("AES\x00"), m("AES\x01\x00"), m("AES\x02\x00"), m("AES\x03\x00")}},
	{"an AxCrypt file", encrypted, "with AxCrypt", []string{".axx"}, []sign{m("\xc0\xb9\x07\x2e\x4f\x93\xf1\x46\xa0\x15\x79\x2c\xa1\xd9\xe8\x21")}},
	{"an mcrypt encrypted file", encrypted, "mdecrypt", nil, []sign{{magic: "\x00m\x03", also: mcrypt, bits: 16}}},
	{"a scrypt encrypted file", encrypted, "scrypt dec", []string{".scrypt"}, []sign{m("scrypt\x00")}},
	{"an eCryptfs file", encrypted, "mount -t ecryptfs", nil, []sign{{also: ecryptfs, bits: 32}}},
	{"an rclone encrypted file", encrypted, "rclone cat", nil, []sign{m("RCLONE\x00\x00")}},
	{"a saltpack message", encrypted, "keybase decrypt", nil, []sign{{also: saltpack, bits: 60}, m("BEGIN KEYBASE SALTPACK ENCRYPTED")}},
	{"an Apple encrypted archive", encrypted, "aea decrypt", []string{".aea"}, []sign{m("AEA1")}},
	{"an Ansible vault", encrypted, "ansible-vault decrypt", nil, []sign{m("$ANSIBLE_VAULT;")}},
	{"a KeePass database", encrypted, "with KeePass", []string{".kdbx", ".kdb"}, []sign{m("\x03\xd9\xa2\x9a")}},
	{"a file encrypted by vim", encrypted, "with vim", nil, []sign{m("VimCrypt~")}},
	{"a PGP disk", encrypted, "with PGP Desktop", []string{".pgd"}, []sign{m("PGPdMAIN")}},
	{"a VeraCrypt or TrueCrypt volume", encrypted, "veracrypt", []string{".hc", ".tc"}, nil},
	{"an AttacheCase file", encrypted, "with AttacheCase", []string{".atc"}, []sign{{also: attacheCase, bits: 100}}},
	{"an encrypted file", encrypted, "with the program that made it", []string{".enc", ".bfe", ".pcv", ".jbc", ".c9r"}, nil},
	{"a Microsoft compound file (an Office document, encrypted or not)", encrypted, "", nil, []sign{m("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}}, // [MS-CFB] 2.2; encrypted documents are such a file, [MS-OFFCRYPTO]

	// Archives.
	{"a tar archive", compressed, "tar xf", []string{".tar", ".tgz", ".taz", ".tbz", ".tbz2", ".tb2", ".tz2", ".txz", ".tlz", ".tzst", ".tzo"}, []sign{
		{at: 257, magic: "ustar"}, {also: tarSum, bits: 40}}},
	{"a 7z archive", compressed, by7z, []string{".7z"}, []sign{m("7z\xbc\xaf\x27\x1c")}},
	{"a ZIP archive", compressed, "unzip, or 7z x", []string{".zip", ".zipx", ".ufdr"}, []sign{ // APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3
		{magic: "PK\x03\x04", also: zipMethod, bits: 9}, m("PK\x05\x06\x00\x00\x00\x00"), m("PK\x07\x08PK\x03\x04"), m("PK00PK\x03\x04")}},
	{"a RAR archive", compressed, "unrar x", []string{".rar"}, []sign{m("Rar!\x1a\x07"), m("RE\x7e\x5e")}},
	{"a cabinet", compressed, "cabextract", []string{".cab"}, []sign{m("MSCF\x00\x00\x00\x00"), m("ISc(")}},
	{"an ARJ archive", compressed, "arj x", []string{".arj"}, []sign{{magic: "\x60\xea", also: arj, bits: 32}}},
	{"an LHA archive", compressed, "lha x", []string{".lha", ".lzh"}, []sign{
		{at: 2, magic: "-lh", also: lha, bits: 16}, {at: 2, magic: "-lz", also: lha, bits: 16}, {at: 2, magic: "-pm", also: lha, bits: 16}}},
	{"an ACE archive", compressed, "unace x", []string{".ace"}, []sign{{at: 7, magic: "**ACE**"}}},
	{"a zoo archive", compressed, "zoo x", []string{".zoo"}, []sign{{at: 20, magic: "\xdc\xa7\xc4\xfd"}}},
	{"an ALZip archive", compressed, "unalz", []string{".alz", ".egg"}, []sign{m("ALZ\x01"), m("EGGA")}},
	{"a StuffIt archive", compressed, "unar", []string{".sit", ".sitx"}, []sign{m("StuffIt"), {at: 10, magic: "rLau"}}},
	{"a FreeArc archive", compressed, "unarc x", []string{".arc"}, []sign{m("ArC\x01")}},
	{"a ZPAQ archive", compressed, "zpaq x", []string{".zpaq"}, []sign{m("\x37\x6b\x53\x74\xa0\x31\x83\xd3"), m("zPQ\x01"), m("zPQ\x02")}}, // zpaq206.pdf: locator tag, block header
	{"a cpio archive", compressed, "cpio -i", []string{".cpio"}, []sign{m("070701"), m("070702"), m("070707")}},
	{"an ar archive or Debian package", compressed, "ar x", []string{".deb", ".udeb"}, []sign{m("!<arch>\n")}},
	{"an RPM package", compressed, "rpm2cpio", []string{".rpm"}, []sign{m("\xed\xab\xee\xdb")}},
	{"a xar archive", compressed, "xar -x", []string{".xar"}, []sign{m("xar!")}},
	{"an Apple archive", compressed, "aa extract", []string{".aar"}, []sign{m("pbzx"), m("pbze"), m("pbz4"), m("pbzz"), m("AA01"), m("YAA1")}},
	{"a paq archive", compressed, "with the paq that made it", nil, []sign{m("paq8"), m("pAQ9")}},
	{"a KGB archive", compressed, "kgb", []string{".kgb"}, []sign{m("KGB_arch")}},
	{"a Chrome extension", compressed, "unzip", []string{".crx"}, []sign{m("Cr24")}},

	// Compressed files.
	{"a gzip file", compressed, "gzip -d; or rename it to end in .gz: it is decoded as it is read", []string{".dz"}, []sign{{magic: "\x1f\x8b\x08", also: gzipHead, bits: 12}}}, // RFC 1952 2.3
	{"a zstd file", compressed, "zstd -d; or rename it to end in .zst: it is decoded as it is read", nil, []sign{
		m("\x28\xb5\x2f\xfd"), {at: 1, magic: "\x2a\x4d\x18", also: skippable, bits: 12}, // RFC 8878 3.1.1, 3.1.2
		m("\x22\xb5\x2f\xfd"), m("\x23\xb5\x2f\xfd"), m("\x24\xb5\x2f\xfd"), m("\x25\xb5\x2f\xfd"), m("\x26\xb5\x2f\xfd"), m("\x27\xb5\x2f\xfd"), m("\x1e\xb5\x2f\xfd")}}, // 0.2 to 0.7, 0.1
	{"an xz file", compressed, "xz -d", []string{".xz", ".pxz"}, []sign{m("\xfd7zXZ\x00")}},
	{"an LZMA file", compressed, "xz --format=lzma -d", []string{".lzma"}, []sign{{also: lzmaAlone, bits: 40}}},
	{"an lzip file", compressed, "lzip -d", []string{".lz"}, []sign{{magic: "LZIP", also: lzip, bits: 7}}},
	{"a bzip2 file", compressed, "bzip2 -d", []string{".bz2", ".bz"}, []sign{{magic: "BZh", also: bzip2, bits: 48}}},
	{"a bzip3 file", compressed, "bzip3 -d", []string{".bz3"}, []sign{m("BZ3v1")}},
	{"an lz4 file", compressed, "lz4 -d", []string{".lz4"}, []sign{m("\x04\x22\x4d\x18"), m("\x02\x21\x4c\x18"), m("\x03\x21\x4c\x18"), m("LZ4Block")}}, // frame, legacy, before 1.0, of Java
	{"an lz5 or lizard file", compressed, "lizard -d", []string{".lz5", ".liz"}, []sign{m("\x05\x22\x4d\x18"), m("\x06\x22\x4d\x18")}},
	{"an lzop file", compressed, "lzop -d", []string{".lzo"}, []sign{m("\x89LZO\x00\r\n\x1a\n")}},
	{"an lrzip file", compressed, "lrzip -d", []string{".lrz"}, []sign{m("LRZI")}},
	{"an rzip file", compressed, "rzip -d", []string{".rz"}, []sign{m("RZIP")}},
	{"a brotli file", compressed, "brotli -d", []string{".br"}, []sign{m("\xce\xb2\xcf\x81")}}, // RFC 7932 has no magic; this is of its framing format
	{"a compress (.Z) file", compressed, "gzip -d", []string{".z"}, []sign{{magic: "\x1f\x9d", also: lzw, bits: 20}}},
	{"a zlib stream", compressed, "zlib-flate -uncompress", []string{".zz", ".zlib"}, []sign{{also: zlibStream, bits: 32}}}, // RFC 1950 2.2
	{"a snappy file", compressed, "snzip -d", []string{".sz", ".snappy"}, []sign{m("\xff\x06\x00\x00sNaPpY"), m("\x82SNAPPY\x00")}},
	{"an LZFSE file", compressed, "lzfse -decode", []string{".lzfse"}, []sign{m("bvx1"), m("bvx2"), m("bvxn"), m("bvx-")}},
	{"a DACT file", compressed, "dact -d", []string{".dct"}, []sign{m("DCT\xc3")}},
	{"a file compressed by MS-DOS", compressed, "msexpand", nil, []sign{m("SZDD\x88\xf0\x27\x33"), m("KWAJ\x88\xf0\x27\xd1")}},
	{"an Amiga packed file", compressed, "unar", nil, []sign{m("PP11"), m("PP20"), m("XPKF")}},
	{"a compressed file", compressed, "with the program that made it", []string{".lzf", ".zpq", ".kz", ".knz", ".bsc", ".bcm", ".qp"}, []sign{
		m("qpress10"), m("bsc1"), m("KANZ"), m("BCM!"), m("mozLz40\x00"), m("b2frame\x00")}},
}
