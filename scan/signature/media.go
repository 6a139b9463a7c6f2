package signature

// riff: magic 32, form 30, and what the form's first chunk says (Microsoft,
// Multimedia Programming Interface and Data Specifications 1.0).
func riff(p *proof) {
	length := p.le(4, 20, 1<<32-1)
	switch p.oneOf("WAVE", "AVI ", "WEBP", "ACON", "RMID") {
	case 0:
		p.kind = "wav"
		wav(p)
	case 1:
		p.kind = "avi"
		avi(p)
	case 2:
		p.kind = "webp"
		webp(p, length)
	case 3:
		p.kind = "ani"
		p.oneOf("LIST", "anih", "JUNK")
		p.le(4, 4, 1<<20)
		p.oneOf("INFO", "\x24\x00\x00\x00")
		p.found("animated cursor")
	case 4:
		p.kind = "midi"
		p.lit("data")
		p.le(4, 14, length)
		p.lit("MThd\x00\x00\x00\x06")
		p.found("MIDI in RIFF")
	}
}

// wav: the format chunk is worth 80 and more; up to 8 chunks may precede it.
func wav(p *proof) {
	for n := 0; ; n++ {
		p.check(n < 8, 0)
		id := p.oneOf("fmt ", "JUNK", "bext", "LIST", "fact", "iXML", "junk", "FLLR")
		length := p.le(4, 0, 1<<20)
		if id != 0 && p.alive() {
			p.seek(int64(p.at) + length + length&1)
			continue
		}
		p.check(length == 16 || length == 18 || length == 40, 18)
		break
	}
	p.leOneOf(2, 1, 2, 3, 6, 7, 0x11, 0x31, 0x50, 0x55, 0xff, 0xfffe)
	channels := p.le(2, 1, 8)
	rate := p.le(4, 1000, 384000)
	p.le(4, 100, 384000*8*8)
	p.le(2, 1, 8192)
	bits := p.le(2, 0, 64)
	p.found("WAV %d Hz, %d channels, %d bit", rate, channels, bits)
}

func avi(p *proof) {
	p.lit("LIST")
	p.le(4, 64, 1<<24)
	p.lit("hdrlavih\x38\x00\x00\x00")
	p.skip(32)
	w, h := p.le(4, 0, 1<<14), p.le(4, 0, 1<<14)
	p.zeros(12)
	p.found("AVI %s", size(w, h))
}

// webp (RFC 9649 §2): the first chunk is at least worth 31 + 24.
func webp(p *proof, length int64) {
	switch p.oneOf("VP8 ", "VP8L", "VP8X") {
	case 0:
		p.le(4, 10, length-12)
		p.masked(0x01, 0) // a key frame
		p.skip(2)
		p.lit("\x9d\x01\x2a")
		w, h := p.le(2, 1, 0xffff)&0x3fff, p.le(2, 1, 0xffff)&0x3fff
		p.found("WebP lossy %s", size(w, h))
	case 1:
		p.le(4, 5, length-12)
		p.lit("\x2f")
		head := p.leAny(4)
		p.check(head>>29 == 0, 3)
		p.found("WebP lossless %s", size(head&0x3fff+1, head>>14&0x3fff+1))
	case 2:
		p.lit("\x0a\x00\x00\x00")
		p.masked(0xc1, 0)
		p.zeros(3)
		w, h := p.leAny(3)+1, p.leAny(3)+1
		p.oneOf("ICCP", "ANIM", "ALPH", "VP8 ", "VP8L", "EXIF", "XMP ")
		p.found("WebP extended %s", size(w, h))
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
func bmff(p *proof) {
	length := p.be(4, 16, 256)
	p.lit("ftyp")
	var names []string
	for _, b := range brands() {
		names = append(names, b.name)
	}
	major := brands()[p.oneOf(names...)]
	p.kind = major.kind
	p.skip(4)
	for p.alive() && int64(p.at)+4 <= length {
		if !p.maybe("\x00\x00\x00\x00") {
			p.each(4, fourCC)
		}
	}
	p.seek(length)
	first := p.be(4, 0, 1<<31-1)
	p.oneOf("moov", "mdat", "free", "skip", "meta", "wide", "uuid", "moof", "sidx", "styp", "pdin", "udta", "mdta")
	p.found("%s", major.detail)
	for n := 0; p.alive() && n < 64; n++ {
		p.seek(int64(p.at) + first - 8)
		first = p.be(4, 8, 1<<31-1)
		p.each(4, fourCC)
		p.mark()
	}
}

// quicktime before brands: a movie box that starts with its header.
func quicktime(p *proof) {
	p.be(4, 108+8, 1<<26)
	p.lit("moov\x00\x00\x00\x6cmvhd\x00\x00\x00\x00")
	p.skip(8)
	p.be(4, 1, 1<<24)
	p.found("QuickTime without brand")
}

// flac (RFC 9639 §8): magic 32, STREAMINFO header 31, then the next block.
func flac(p *proof) {
	last := p.masked(0x7f, 0)&0x80 != 0
	p.lit("\x00\x00\x22")
	low, high := p.be(2, 16, 1<<16-1), p.be(2, 16, 1<<16-1)
	p.check(low <= high, 0)
	p.skip(6)
	packed := p.beAny(4)
	p.check(packed>>12 > 0 && packed>>12 <= 655350, 0)
	p.skip(20)
	rate, channels, bits := packed>>12, packed>>9&7+1, packed>>4&31+1
	for n := 0; p.alive() && n < 128; n++ {
		if last {
			p.lit("\xff")
			p.in("\xf8\xf9")
			p.found("FLAC %d Hz, %d channels, %d bit", rate, channels, bits)
			return
		}
		kind := p.in("\x01\x02\x03\x04\x05\x06\x81\x82\x83\x84\x85\x86")
		last = kind&0x80 != 0
		length := p.be(3, 0, 1<<23)
		p.found("FLAC %d Hz, %d channels, %d bit", rate, channels, bits)
		p.seek(int64(p.at) + length)
	}
}

// ogg (RFC 3533 §6): magic 32, first page 120, CRC 32, codec header 40 and more.
func ogg(p *proof) {
	p.lit("\x00\x02")
	p.zeros(8)
	p.skip(4) // serial number
	p.zeros(4)
	p.skip(4) // CRC, checked below
	p.lit("\x01")
	n := p.u8(1, 255)
	page := p.span(0, p.at+int(n))
	p.check(oggCRC(page) == p.le32(22), 32)
	codecs := []string{"\x01vorbis", "OpusHead", "\x7fFLAC", "\x80theora", "Speex   ", "fishead\x00", "\x80kate"}
	name := []string{"Vorbis", "Opus", "FLAC", "Theora", "Speex", "Skeleton", "Kate"}[p.oneOf(codecs...)]
	p.found("Ogg %s", name)
	for n := 0; p.alive() && n < 64; n++ {
		p.seek(int64(len(page)))
		p.lit("OggS\x00")
		p.masked(0xf8, 0)
		p.skip(20)
		var body int64
		for range p.u8(0, 255) {
			body += p.u8(0, 255)
		}
		p.seek(int64(p.at) + body)
		p.mark()
		page = p.b[:p.at]
	}
}

// oggCRC is the page checksum with the checksum's own four bytes as zero:
// polynomial 0x04c11db7, not reflected, starting at zero.
func oggCRC(page []byte) uint32 {
	var crc uint32
	for i, c := range page {
		if i >= 22 && i < 26 {
			c = 0
		}
		crc ^= uint32(c) << 24
		for range 8 {
			crc = crc<<1 ^ 0x04c11db7&-(crc>>31)
		}
	}
	return crc
}

// id3 (ID3v2.3 §3): magic 24, version 14, flags 4, size 4, then frames of 25
// and more each, at least two or one and padding.
func id3(p *proof) {
	version := p.u8(2, 4)
	p.zeros(1)
	p.masked(0x1f, 0)
	length := synchsafe(p)
	p.check(length >= 16, 0)
	end := int64(p.at) + length
	for n := 0; p.alive() && n < 64; n++ {
		if n > 0 && p.maybe("\x00") {
			break
		}
		p.seek(int64(p.at) + id3Frame(p, version, end))
		if n > 0 {
			p.found("ID3v2.%d tag", version)
		}
	}
	p.found("ID3v2.%d tag", version)
	p.seek(end)
	p.lit("\xff")
	p.masked(0xe0, 0xe0)
	p.mark()
}

// id3Frame reads a frame header and returns the length of what follows.
func id3Frame(p *proof, version, end int64) (length int64) {
	if version == 2 {
		p.each(3, upperCase)
		return p.be(3, 1, end-int64(p.at))
	}
	p.each(4, upperCase)
	if version == 3 {
		length = p.be(4, 1, end-int64(p.at))
		p.masked(0x1f, 0)
		p.masked(0x1f, 0)
		return length
	}
	length = synchsafe(p)
	p.check(length > 0 && length <= end-int64(p.at), 0)
	p.masked(0x8f, 0)
	p.masked(0xb0, 0)
	return length
}

func synchsafe(p *proof) (v int64) {
	for range 4 {
		v = v<<7 | int64(p.masked(0x80, 0))
	}
	return v
}

// mp3 without a tag: the magic is one of four sync words of layer III, and a
// chain of eight frames repeats it, 16 bits a frame (ISO/IEC 11172-3 §2.4.1.3).
func mp3(p *proof) {
	sync := string(p.b[:2])
	v1, rate := sync[1]&0x08 != 0, int64(-1)
	for n := 0; p.alive() && n < 256; n++ {
		if n > 0 {
			p.lit(sync)
		}
		c := p.u8(0x10, 0xef)
		p.check(c>>2&3 != 3 && (rate < 0 || c>>2&3 == rate), 0)
		rate = c >> 2 & 3
		if n >= 7 {
			p.found("MP3 frames, %d Hz", mp3Hz(v1, rate))
		}
		p.skip(int(mp3Length(v1, c>>4, rate, c>>1&1)) - 3)
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
func adts(p *proof) {
	head := p.span(0, 4)
	if head == nil {
		return
	}
	fixed, channels := string(head[:3]), head[3]&0xf0
	p.check(fixed[2]>>2&15 < 13, 0)
	for n := 0; p.alive() && n < 256; n++ {
		if n > 0 {
			p.lit(fixed)
			p.masked(0xf0, channels)
		} else {
			p.skip(2)
		}
		low := p.peek(2, big) >> 5
		length := int(p.b[max(p.at, 4)-1]&3)<<11 | int(low)
		p.check(length >= 7, 0)
		p.skip(length - 4)
		if n >= 4 {
			p.found("AAC in ADTS")
		}
	}
}

// midi: magic 32, header length 32, format 14, tracks 8, first track 32
// (Standard MIDI Files 1.0).
func midi(p *proof) {
	p.lit("\x00\x00\x00\x06")
	format := p.be(2, 0, 2)
	tracks := p.be(2, 1, 256)
	p.skip(2)
	p.found("MIDI format %d", format)
	for range tracks {
		p.lit("MTrk")
		p.seek(p.be(4, 1, 1<<24) + int64(p.at))
		p.mark()
	}
}

// matroska (RFC 8794 §11.2.4): magic 32, then the elements of the EBML header,
// 12.8 for each id; the document type has to be among them.
func matroska(p *proof) {
	length := vint(p)
	end := int64(p.at) + length
	p.check(length >= 8 && length < 1<<12, 0)
	for n := 0; p.alive() && n < 16; n++ {
		id := p.oneOf("\x42\x86\x81", "\x42\xf7\x81", "\x42\xf2\x81", "\x42\xf3\x81", "\x42\x87\x81", "\x42\x85\x81",
			"\x42\x82", "\xec", "\xbf\x84")
		switch id {
		case 6:
			document(p)
		case 7:
			p.skip(int(vint(p)))
		case 8:
			p.skip(4)
		default:
			p.u8(1, 8)
		}
		if int64(p.at) >= end {
			break
		}
	}
	p.check(int64(p.at) == end, 0)
	p.lit("\x18\x53\x80\x67")
	p.mark()
}

func document(p *proof) {
	switch p.oneOf("\x88matroska", "\x84webm") {
	case 0:
		p.found("Matroska")
	case 1:
		p.kind = "webm"
		p.found("WebM")
	}
}

// vint is an EBML number: the leading zeros of the first byte count the bytes
// that follow. Worth nothing.
func vint(p *proof) int64 {
	c := p.u8(1, 255)
	n, top := 0, int64(0x80)
	for ; c != 0 && c&top == 0; top >>= 1 {
		n++
	}
	v := c &^ top
	for range n {
		v = v<<8 | p.u8(0, 255)
	}
	return v & (1<<56 - 1)
}

// asf: GUID 128, size 40, count 26, reserved 16 (ASF 01.20.05 §3.1).
func asf(p *proof) {
	p.le(8, 30, 1<<24)
	p.le(4, 1, 64)
	p.lit("\x01\x02")
	p.found("ASF")
}

// flv: magic 24, version 8, flags 6, header 64, first tag 6 (FLV 10.1 §E.2).
func flv(p *proof) {
	p.lit("\x01")
	p.in("\x01\x04\x05")
	p.lit("\x00\x00\x00\x09\x00\x00\x00\x00")
	p.in("\x08\x09\x12")
	p.found("FLV")
}

// mpegPS: an MPEG-1 or MPEG-2 pack header, then packets that lead from one
// start code to the next, 26 each (ISO/IEC 13818-1 §2.5.3).
func mpegPS(p *proof) {
	p.pay(2)
	if c := p.peek(1, big); c>>6 == 1 {
		p.masked(0xc4, 0x44)
		p.skip(1)
		p.masked(0x04, 0x04)
		p.skip(1)
		p.masked(0x04, 0x04)
		p.masked(0x01, 0x01)
		p.skip(2)
		p.masked(0x03, 0x03)
		stuffing := p.masked(0xf8, 0xf8)
		p.skip(int(stuffing & 7))
	} else {
		p.masked(0xf1, 0x21)
		p.skip(1)
		p.masked(0x01, 0x01)
		p.skip(1)
		p.masked(0x01, 0x01)
		p.masked(0x80, 0x80)
		p.skip(1)
		p.masked(0x01, 0x01)
	}
	for n := 0; p.alive() && n < 256; n++ {
		p.lit("\x00\x00\x01")
		c := p.u8(0xba, 0xef)
		if n > 0 {
			p.found("MPEG program stream")
		}
		if c == 0xba {
			return
		}
		p.seek(p.be(2, 0, 1<<16-1) + int64(p.at))
	}
}

// transport is a chain of MPEG-2 transport packets (ISO/IEC 13818-1 §2.4.3.2):
// 8 for the sync byte, 1 for the error bit and 2 for scrambling, each.
func transport(p *proof) {
	packets(p, 188, "188-byte packets")
}

// bdav is the same with four bytes of time stamp before each packet, as on
// Blu-ray and in cameras.
func bdav(p *proof) {
	p.skip(4)
	p.lit("G")
	packets(p, 192, "192-byte packets")
}

func packets(p *proof, step int, detail string) {
	for n := 1; p.alive() && n < 1024; n++ {
		p.masked(0x80, 0)
		p.skip(1)
		p.masked(0xc0, 0)
		p.skip(step - 4)
		if n >= 8 {
			p.found("MPEG transport stream, %s", detail)
		}
		p.lit("G")
	}
}

// au: magic 32, offset 20, encoding 27, rate 13, channels 28.
func au(p *proof) {
	p.be(4, 24, 4096)
	p.skip(4)
	p.be(4, 1, 27)
	rate := p.be(4, 1000, 384000)
	channels := p.be(4, 1, 16)
	p.found("AU %d Hz, %d channels", rate, channels)
}

// aiff: magic 32, form 31, first chunk 28 + 8.
func aiff(p *proof) {
	p.be(4, 18, 1<<32-1)
	p.oneOf("AIFF", "AIFC")
	for n := 0; p.alive() && n < 8; n++ {
		p.oneOf("COMM", "FVER", "COMT", "MARK", "SSND", "INST", "NAME", "AUTH", "ANNO", "ID3 ", "(c) ", "CHAN", "basc", "APPL")
		length := p.be(4, 0, 1<<28)
		if n > 0 {
			p.found("AIFF")
		}
		p.seek(int64(p.at) + length + length&1)
	}
}

// amr (RFC 4867 §5): magic 48, then eight frames with padding bits 3 and a mode
// that exists.
func amr(p *proof) {
	bytes := [8]int{12, 13, 15, 17, 19, 20, 26, 31}
	for n := 0; p.alive() && n < 64; n++ {
		if n >= 8 {
			p.found("AMR speech")
		}
		c := p.masked(0x83, 0)
		switch mode := c >> 3 & 15; {
		case mode < 8:
			p.skip(bytes[mode])
		case mode == 8:
			p.skip(5)
		default:
			p.check(mode == 15, 0)
		}
	}
}
