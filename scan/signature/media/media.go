// Package media knows the beginnings of sound and film: RIFF and the ISO base media format
// with their boxes, and streams without a header of their own (MPEG audio, AAC, transport
// streams), which are known by a chain of frames that lead from one to the next.
//
// To add a kind, add a row to Formats and a parser that reads like the header does; a new
// brand of the ISO base media format is a row in brands.
package media

import (
	"shokyo.dev/shokyo/scan/proof"
)

// Formats are sound and film, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("RIFF", riff, "wav", "avi", "webp", "ani"),
	proof.FileAt(4, "ftyp", bmff, "mp4", "mov", "m4a", "3gp", "heic", "avif", "cr3"),
	proof.FileAt(4, "moov", quicktime, "mov"),
	proof.File("fLaC", flac, "flac"),
	proof.File("OggS", ogg, "ogg"),
	proof.File("ID3", id3, "mp3"),
	proof.File("\xff\xfb", mp3, "mp3"),
	proof.File("\xff\xfa", mp3, "mp3"),
	proof.File("\xff\xf3", mp3, "mp3"),
	proof.File("\xff\xf2", mp3, "mp3"),
	proof.File("\xff\xf1", adts, "aac"),
	proof.File("\xff\xf0", adts, "aac"),
	proof.File("\xff\xf9", adts, "aac"),
	proof.File("\xff\xf8", adts, "aac"),
	proof.File("MThd", midi, "midi"),
	proof.File("\x1a\x45\xdf\xa3", matroska, "matroska", "webm"),
	proof.File("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", asf, "asf"),
	proof.File("FLV", flv, "flv"),
	proof.File("\x00\x00\x01\xba", mpegPS, "mpeg-ps"),
	proof.File("G", transport, "mpeg-ts"),
	proof.FileAt(4, "G", bdav, "mpeg-ts"),
	proof.File(".snd", au, "au"),
	proof.File("FORM", aiff, "aiff"),
	proof.File("#!AMR\n", amr, "amr"),
}

// upperCase is what frame names of ID3 are made of.
var upperCase = proof.NewCharset("A-Z0-9")

// riff: magic 32, form 30, and what the form's first chunk says (Microsoft,
// Multimedia Programming Interface and Data Specifications 1.0).
func riff(p *proof.Cursor) {
	length := p.LE(4, 20, 1<<32-1)
	switch p.OneOf("WAVE", "AVI ", "WEBP", "ACON", "RMID") {
	case 0:
		p.Kind = "wav"
		wav(p)
	case 1:
		p.Kind = "avi"
		avi(p)
	case 2:
		p.Kind = "webp"
		webp(p, length)
	case 3:
		p.Kind = "ani"
		p.OneOf("LIST", "anih", "JUNK")
		p.LE(4, 4, 1<<20)
		p.OneOf("INFO", "\x24\x00\x00\x00")
		p.Found("animated cursor")
	case 4:
		p.Kind = "midi"
		p.Lit("data")
		p.LE(4, 14, length)
		p.Lit("MThd\x00\x00\x00\x06")
		p.Found("MIDI in RIFF")
	}
}

// wav: the format chunk is worth 80 and more; up to 8 chunks may precede it.
func wav(p *proof.Cursor) {
	for n := 0; ; n++ {
		p.Want(n < 8, 0)
		id := p.OneOf("fmt ", "JUNK", "bext", "LIST", "fact", "iXML", "junk", "FLLR")
		length := p.LE(4, 0, 1<<20)
		if id != 0 && p.Alive() {
			p.SkipTo(int64(p.Pos()) + length + length&1)
			continue
		}
		p.Want(length == 16 || length == 18 || length == 40, 18)
		break
	}
	p.LEOneOf(2, 1, 2, 3, 6, 7, 0x11, 0x31, 0x50, 0x55, 0xff, 0xfffe)
	channels := p.LE(2, 1, 8)
	rate := p.LE(4, 1000, 384000)
	p.LE(4, 100, 384000*8*8)
	p.LE(2, 1, 8192)
	bits := p.LE(2, 0, 64)
	p.Found("WAV %d Hz, %d channels, %d bit", rate, channels, bits)
}

func avi(p *proof.Cursor) {
	p.Lit("LIST")
	p.LE(4, 64, 1<<24)
	p.Lit("hdrlavih\x38\x00\x00\x00")
	p.Skip(32)
	w, h := p.LE(4, 0, 1<<14), p.LE(4, 0, 1<<14)
	p.Zeros(12)
	p.Found("AVI %dx%d", w, h)
}

// webp (RFC 9649 §2): the first chunk is at least worth 31 + 24.
func webp(p *proof.Cursor, length int64) {
	switch p.OneOf("VP8 ", "VP8L", "VP8X") {
	case 0:
		p.LE(4, 10, length-12)
		p.Masked(0x01, 0) // a key frame
		p.Skip(2)
		p.Lit("\x9d\x01\x2a")
		w, h := p.LE(2, 1, 0xffff)&0x3fff, p.LE(2, 1, 0xffff)&0x3fff
		p.Found("WebP lossy %dx%d", w, h)
	case 1:
		p.LE(4, 5, length-12)
		p.Lit("\x2f")
		head := p.LEAny(4)
		p.Want(head>>29 == 0, 3)
		p.Found("WebP lossless %dx%d", head&0x3fff+1, head>>14&0x3fff+1)
	case 2:
		p.Lit("\x0a\x00\x00\x00")
		p.Masked(0xc1, 0)
		p.Zeros(3)
		w, h := p.LEAny(3)+1, p.LEAny(3)+1
		p.OneOf("ICCP", "ANIM", "ALPH", "VP8 ", "VP8L", "EXIF", "XMP ")
		p.Found("WebP extended %dx%d", w, h)
	}
}

// brand is a major brand of the ISO base media format and what it stands for.
type brand struct{ name, kind, detail string }

// brands: those registered at mp4ra.org that cameras, phones and encoders write.
func brands() []brand {
	return []brand{
		{"heic", "heic", "HEIC"}, {"heix", "heic", "HEIC"}, {"mif1", "heic", "HEIF"}, {"msf1", "heic", "HEIF sequence"},
		{"hevc", "heic", "HEIC sequence"}, {"avif", "avif", "AVIF"}, {"avis", "avif", "AVIF sequence"},
		{"qt  ", "mov", "QuickTime"}, {"M4A ", "m4a", "MPEG-4 audio"}, {"M4B ", "m4a", "MPEG-4 audio book"},
		{"3gp4", "3gp", "3GPP"}, {"3gp5", "3gp", "3GPP"}, {"3gp6", "3gp", "3GPP"}, {"3g2a", "3gp", "3GPP2"}, {"3ge6", "3gp", "3GPP"},
		{"isom", "mp4", "MPEG-4"}, {"iso2", "mp4", "MPEG-4"}, {"iso4", "mp4", "MPEG-4"}, {"iso5", "mp4", "MPEG-4"},
		{"iso6", "mp4", "MPEG-4"}, {"mp41", "mp4", "MPEG-4"}, {"mp42", "mp4", "MPEG-4"}, {"avc1", "mp4", "MPEG-4"},
		{"dash", "mp4", "MPEG-4 segment"}, {"M4V ", "mp4", "MPEG-4 video"}, {"MSNV", "mp4", "MPEG-4"}, {"XAVC", "mp4", "XAVC"},
		{"f4v ", "mp4", "Flash video"}, {"crx ", "cr3", "Canon raw"}, {"cmfc", "mp4", "CMAF"}, {"piff", "mp4", "MPEG-4"},
	}
}

// bmff: ISO/IEC 14496-12 §4.3. Size 26, "ftyp" 32, brand 27, compatible brands
// 4.7 a byte, and the next box 28.
func bmff(p *proof.Cursor) {
	length := p.BE(4, 16, 256)
	p.Lit("ftyp")
	var names []string
	for _, b := range brands() {
		names = append(names, b.name)
	}
	major := brands()[p.OneOf(names...)]
	p.Kind = major.kind
	p.Skip(4)
	for p.Alive() && int64(p.Pos())+4 <= length {
		if !p.Maybe("\x00\x00\x00\x00") {
			p.Each(4, proof.FourCC)
		}
	}
	p.SkipTo(length)
	first := p.BE(4, 0, 1<<31-1)
	p.OneOf("moov", "mdat", "free", "skip", "meta", "wide", "uuid", "moof", "sidx", "styp", "pdin", "udta", "mdta")
	p.Found("%s", major.detail)
	for n := 0; p.Alive() && n < 64; n++ {
		p.SkipTo(int64(p.Pos()) + first - 8)
		first = p.BE(4, 8, 1<<31-1)
		p.Each(4, proof.FourCC)
		p.Mark()
	}
}

// quicktime before brands: a movie box that starts with its header.
func quicktime(p *proof.Cursor) {
	p.BE(4, 108+8, 1<<26)
	p.Lit("moov\x00\x00\x00\x6cmvhd\x00\x00\x00\x00")
	p.Skip(8)
	p.BE(4, 1, 1<<24)
	p.Found("QuickTime without brand")
}

// flac (RFC 9639 §8): magic 32, STREAMINFO header 31, then the next block.
func flac(p *proof.Cursor) {
	last := p.Masked(0x7f, 0)&0x80 != 0
	p.Lit("\x00\x00\x22")
	low, high := p.BE(2, 16, 1<<16-1), p.BE(2, 16, 1<<16-1)
	p.Want(low <= high, 0)
	p.Skip(6)
	packed := p.BEAny(4)
	p.Want(packed>>12 > 0 && packed>>12 <= 655350, 0)
	p.Skip(20)
	rate, channels, bits := packed>>12, packed>>9&7+1, packed>>4&31+1
	for n := 0; p.Alive() && n < 128; n++ {
		if last {
			p.Lit("\xff")
			p.In("\xf8\xf9")
			p.Found("FLAC %d Hz, %d channels, %d bit", rate, channels, bits)
			return
		}
		kind := p.In("\x01\x02\x03\x04\x05\x06\x81\x82\x83\x84\x85\x86")
		last = kind&0x80 != 0
		length := p.BE(3, 0, 1<<23)
		p.Found("FLAC %d Hz, %d channels, %d bit", rate, channels, bits)
		p.SkipTo(int64(p.Pos()) + length)
	}
}

// ogg (RFC 3533 §6): magic 32, first page 120, CRC 32, codec header 40 and more.
func ogg(p *proof.Cursor) {
	p.Lit("\x00\x02")
	p.Zeros(8)
	p.Skip(4) // serial number
	p.Zeros(4)
	p.Skip(4) // CRC, checked below
	p.Lit("\x01")
	n := p.U8(1, 255)
	page := p.Span(0, p.Pos()+int(n))
	p.Want(oggCRC(page) == p.LE32At(22), 32)
	codecs := []string{"\x01vorbis", "OpusHead", "\x7fFLAC", "\x80theora", "Speex   ", "fishead\x00", "\x80kate"}
	name := []string{"Vorbis", "Opus", "FLAC", "Theora", "Speex", "Skeleton", "Kate"}[p.OneOf(codecs...)]
	p.Found("Ogg %s", name)
	for n := 0; p.Alive() && n < 64; n++ {
		p.SkipTo(int64(len(page)))
		p.Lit("OggS\x00")
		p.Masked(0xf8, 0)
		p.Skip(20)
		var body int64
		for range p.U8(0, 255) {
			body += p.U8(0, 255)
		}
		p.SkipTo(int64(p.Pos()) + body)
		p.Mark()
		page = p.Bytes()[:p.Pos()]
	}
}

// oggCRC is the page checksum with the checksum's own four bytes as zero.
func oggCRC(page []byte) uint32 { return proof.HoledBigCRC32(page, 22) }

// id3 (ID3v2.3 §3): magic 24, version 14, flags 4, size 4, then frames of 25
// and more each, at least two or one and padding.
func id3(p *proof.Cursor) {
	version := p.U8(2, 4)
	p.Zeros(1)
	p.Masked(0x1f, 0)
	length := synchsafe(p)
	p.Want(length >= 16, 0)
	end := int64(p.Pos()) + length
	for n := 0; p.Alive() && n < 64; n++ {
		if n > 0 && p.Maybe("\x00") {
			break
		}
		length := id3Frame(p, version, end)
		p.SkipTo(int64(p.Pos()) + length)
		if n > 0 {
			p.Found("ID3v2.%d tag", version)
		}
	}
	p.Found("ID3v2.%d tag", version)
	p.SkipTo(end)
	p.Lit("\xff")
	p.Masked(0xe0, 0xe0)
	p.Mark()
}

// id3Frame reads a frame header and returns the length of what follows.
func id3Frame(p *proof.Cursor, version, end int64) (length int64) {
	if version == 2 {
		p.Each(3, upperCase)
		return p.BE(3, 1, end-int64(p.Pos()))
	}
	p.Each(4, upperCase)
	if version == 3 {
		length = p.BE(4, 1, end-int64(p.Pos()))
		p.Masked(0x1f, 0)
		p.Masked(0x1f, 0)
		return length
	}
	length = synchsafe(p)
	p.Want(length > 0 && length <= end-int64(p.Pos()), 0)
	p.Masked(0x8f, 0)
	p.Masked(0xb0, 0)
	return length
}

func synchsafe(p *proof.Cursor) (v int64) {
	for range 4 {
		v = v<<7 | int64(p.Masked(0x80, 0))
	}
	return v
}

// mp3 without a tag: the magic is one of four sync words of layer III, and a
// chain of eight frames repeats it, 16 bits a frame (ISO/IEC 11172-3 §2.4.1.3).
func mp3(p *proof.Cursor) {
	sync := string(p.Bytes()[:2])
	v1, rate := sync[1]&0x08 != 0, int64(-1)
	for n := 0; p.Alive() && n < 256; n++ {
		if n > 0 {
			p.Lit(sync)
		}
		c := p.U8(0x10, 0xef)
		p.Want(c>>2&3 != 3 && (rate < 0 || c>>2&3 == rate), 0)
		rate = c >> 2 & 3
		if n >= 7 {
			p.Found("MP3 frames, %d Hz", mp3Hz(v1, rate))
		}
		p.Skip(int(mp3Length(v1, c>>4, rate, c>>1&1)) - 3)
	}
}

// mp3Hz is the sampling rate; index 3 is reserved.
func mp3Hz(v1 bool, index int64) int64 {
	hz := [4]int64{44100, 48000, 32000, 1}[index&3]
	if v1 {
		return hz
	}
	return max(hz/2, 1)
}

// mp3Length is the length of a layer III frame in bytes.
func mp3Length(v1 bool, index, rate, padding int64) int64 {
	kbit := [2][16]int64{
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
	}
	if v1 {
		return 144000*kbit[1][index&15]/mp3Hz(v1, rate) + padding
	}
	return 72000*kbit[0][index&15]/mp3Hz(v1, rate) + padding
}

// adts: AAC in ADTS frames (ISO/IEC 13818-7 §6.2). The magic is one of four
// sync words; every later frame repeats the fixed header, 28 bits.
func adts(p *proof.Cursor) {
	head := p.Span(0, 4)
	if head == nil {
		return
	}
	fixed, channels := string(head[:3]), head[3]&0xf0
	p.Want(fixed[2]>>2&15 < 13, 0)
	for n := 0; p.Alive() && n < 256; n++ {
		if n > 0 {
			p.Lit(fixed)
			p.Masked(0xf0, channels)
		} else {
			p.Skip(2)
		}
		low := p.Peek(2, proof.Big) >> 5
		length := int(p.Bytes()[max(p.Pos(), 4)-1]&3)<<11 | int(low)
		p.Want(length >= 7, 0)
		p.Skip(length - 4)
		if n >= 4 {
			p.Found("AAC in ADTS")
		}
	}
}

// midi: magic 32, header length 32, format 14, tracks 8, first track 32
// (Standard MIDI Files 1.0).
func midi(p *proof.Cursor) {
	p.Lit("\x00\x00\x00\x06")
	format := p.BE(2, 0, 2)
	tracks := p.BE(2, 1, 256)
	p.Skip(2)
	p.Found("MIDI format %d", format)
	for range tracks {
		p.Lit("MTrk")
		p.SkipTo(p.BE(4, 1, 1<<24) + int64(p.Pos()))
		p.Mark()
	}
}

// matroska (RFC 8794 §11.2.4): magic 32, then the elements of the EBML header,
// 12.8 for each id; the document type has to be among them.
func matroska(p *proof.Cursor) {
	length := vint(p)
	end := int64(p.Pos()) + length
	p.Want(length >= 8 && length < 1<<12, 0)
	for n := 0; p.Alive() && n < 16; n++ {
		id := p.OneOf("\x42\x86\x81", "\x42\xf7\x81", "\x42\xf2\x81", "\x42\xf3\x81", "\x42\x87\x81", "\x42\x85\x81",
			"\x42\x82", "\xec", "\xbf\x84")
		switch id {
		case 6:
			document(p)
		case 7:
			p.Skip(int(vint(p)))
		case 8:
			p.Skip(4)
		default:
			p.U8(1, 8)
		}
		if int64(p.Pos()) >= end {
			break
		}
	}
	p.Want(int64(p.Pos()) == end, 0)
	p.Lit("\x18\x53\x80\x67")
	p.Mark()
}

func document(p *proof.Cursor) {
	switch p.OneOf("\x88matroska", "\x84webm") {
	case 0:
		p.Found("Matroska")
	case 1:
		p.Kind = "webm"
		p.Found("WebM")
	}
}

// vint is an EBML number: the leading zeros of the first byte count the bytes
// that follow. Worth nothing.
func vint(p *proof.Cursor) int64 {
	c := p.U8(1, 255)
	n, top := 0, int64(0x80)
	for ; c != 0 && c&top == 0; top >>= 1 {
		n++
	}
	v := c &^ top
	for range n {
		v = v<<8 | p.U8(0, 255)
	}
	return v & (1<<56 - 1)
}

// asf: GUID 128, size 40, count 26, reserved 16 (ASF 01.20.05 §3.1).
func asf(p *proof.Cursor) {
	p.LE(8, 30, 1<<24)
	p.LE(4, 1, 64)
	p.Lit("\x01\x02")
	p.Found("ASF")
}

// flv: magic 24, version 8, flags 6, header 64, first tag 6 (FLV 10.1 §E.2).
func flv(p *proof.Cursor) {
	p.Lit("\x01")
	p.In("\x01\x04\x05")
	p.Lit("\x00\x00\x00\x09\x00\x00\x00\x00")
	p.In("\x08\x09\x12")
	p.Found("FLV")
}

// mpegPS: an MPEG-1 or MPEG-2 pack header, then packets that lead from one
// start code to the next, 26 each (ISO/IEC 13818-1 §2.5.3).
func mpegPS(p *proof.Cursor) {
	p.Alternatives(2)
	if c := p.Peek(1, proof.Big); c>>6 == 1 {
		p.Masked(0xc4, 0x44)
		p.Skip(1)
		p.Masked(0x04, 0x04)
		p.Skip(1)
		p.Masked(0x04, 0x04)
		p.Masked(0x01, 0x01)
		p.Skip(2)
		p.Masked(0x03, 0x03)
		stuffing := p.Masked(0xf8, 0xf8)
		p.Skip(int(stuffing & 7))
	} else {
		p.Masked(0xf1, 0x21)
		p.Skip(1)
		p.Masked(0x01, 0x01)
		p.Skip(1)
		p.Masked(0x01, 0x01)
		p.Masked(0x80, 0x80)
		p.Skip(1)
		p.Masked(0x01, 0x01)
	}
	for n := 0; p.Alive() && n < 256; n++ {
		p.Lit("\x00\x00\x01")
		c := p.U8(0xba, 0xef)
		if n > 0 {
			p.Found("MPEG program stream")
		}
		if c == 0xba {
			return
		}
		p.SkipTo(p.BE(2, 0, 1<<16-1) + int64(p.Pos()))
	}
}

// transport is a chain of MPEG-2 transport packets (ISO/IEC 13818-1 §2.4.3.2):
// 8 for the sync byte, 1 for the error bit and 2 for scrambling, each.
func transport(p *proof.Cursor) {
	packets(p, 188, "188-byte packets")
}

// bdav is the same with four bytes of time stamp before each packet, as on
// Blu-ray and in cameras.
func bdav(p *proof.Cursor) {
	p.Skip(4)
	p.Lit("G")
	packets(p, 192, "192-byte packets")
}

func packets(p *proof.Cursor, step int, detail string) {
	for n := 1; p.Alive() && n < 1024; n++ {
		p.Masked(0x80, 0)
		p.Skip(1)
		p.Masked(0xc0, 0)
		p.Skip(step - 4)
		if n >= 8 {
			p.Found("MPEG transport stream, %s", detail)
		}
		p.Lit("G")
	}
}

// au: magic 32, offset 20, encoding 27, rate 13, channels 28.
func au(p *proof.Cursor) {
	p.BE(4, 24, 4096)
	p.Skip(4)
	p.BE(4, 1, 27)
	rate := p.BE(4, 1000, 384000)
	channels := p.BE(4, 1, 16)
	p.Found("AU %d Hz, %d channels", rate, channels)
}

// aiff: magic 32, form 31, first chunk 28 + 8.
func aiff(p *proof.Cursor) {
	p.BE(4, 18, 1<<32-1)
	p.OneOf("AIFF", "AIFC")
	for n := 0; p.Alive() && n < 8; n++ {
		p.OneOf("COMM", "FVER", "COMT", "MARK", "SSND", "INST", "NAME", "AUTH", "ANNO", "ID3 ", "(c) ", "CHAN", "basc", "APPL")
		length := p.BE(4, 0, 1<<28)
		if n > 0 {
			p.Found("AIFF")
		}
		p.SkipTo(int64(p.Pos()) + length + length&1)
	}
}

// amr (RFC 4867 §5): magic 48, then eight frames with padding bits 3 and a mode
// that exists.
func amr(p *proof.Cursor) {
	bytes := [8]int{12, 13, 15, 17, 19, 20, 26, 31}
	for n := 0; p.Alive() && n < 64; n++ {
		if n >= 8 {
			p.Found("AMR speech")
		}
		c := p.Masked(0x83, 0)
		switch mode := c >> 3 & 15; {
		case mode < 8:
			p.Skip(bytes[mode])
		case mode == 8:
			p.Skip(5)
		default:
			p.Want(mode == 15, 0)
		}
	}
}
