package signature

import (
	gotar "archive/tar"
	gozip "archive/zip"
	"bytes"
	gogzip "compress/gzip"
	"compress/zlib"
	"encoding/hex"
	gopem "encoding/pem"
	"fmt"
	"hash/crc32"
	"image"
	"image/color/palette"
	gogif "image/gif"
	gojpeg "image/jpeg"
	gopng "image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

// A sample is one file, made here, and the offset of a byte that must not
// change: with it inverted the file is no longer recognised.
type sample struct {
	kind   string
	data   string
	broken int
}

func le(n int, v int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
	return string(b)
}

func be(n int, v int) string {
	b := []byte(le(n, v))
	for i := range n / 2 {
		b[i], b[n-1-i] = b[n-1-i], b[i]
	}
	return string(b)
}

func z(n int) string { return strings.Repeat("\x00", n) }

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// put overwrites part of a string.
func put(s string, at int, part string) string { return s[:at] + part + s[at+len(part):] }

func crc(s string) int { return int(crc32.ChecksumIEEE([]byte(s))) }

func u16(s string) (out string) {
	for _, u := range utf16.Encode([]rune(s)) {
		out += le(2, int(u))
	}
	return out
}

const prose = "Erasure is a promise, and a promise wants a witness. Nobody reads a disk for pleasure.\n"

// noise is the same bytes for the same seed.
func noise(n int, seed byte) string {
	b := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{seed}).Read(b); err != nil {
		panic(err)
	}
	return string(b)
}

func picture() *image.Paletted {
	m := image.NewPaletted(image.Rect(0, 0, 64, 48), palette.Plan9)
	copy(m.Pix, noise(len(m.Pix), 1))
	return m
}

// written returns what f writes.
func written(t testing.TB, f func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zipped(t testing.TB, method uint16, files ...string) string {
	return written(t, func(w io.Writer) error {
		zw := gozip.NewWriter(w)
		for i := 0; i < len(files); i += 2 {
			f, err := zw.CreateHeader(&gozip.FileHeader{Name: files[i], Method: method})
			if err != nil {
				return err
			}
			if _, err := io.WriteString(f, files[i+1]); err != nil {
				return err
			}
		}
		return zw.Close()
	})
}

// storedZip has entries whose sizes stand in their headers, as most programs
// other than Go's write them.
func storedZip(files ...string) (out string) {
	for i := 0; i < len(files); i += 2 {
		name, data := files[i], files[i+1]
		out += "PK\x03\x04" + le(2, 20) + z(4) + le(4, 0x58214567) + le(4, crc(data)) +
			le(4, len(data)) + le(4, len(data)) + le(2, len(name)) + z(2) + name + data
	}
	return out + "PK\x01\x02"
}

func zlibbed(t testing.TB, s string) string {
	return written(t, func(w io.Writer) error {
		zw := zlib.NewWriter(w)
		if _, err := io.WriteString(zw, s); err != nil {
			return err
		}
		return zw.Close()
	})
}

func oggPage(first string) string {
	page := "OggS\x00\x02" + z(8) + "\x11\x22\x33\x44" + z(8) + "\x01" + string(rune(len(first))) + first
	return put(page, 22, le(4, int(oggCRC([]byte(page)))))
}

func bmffSample(brand, compatible, next string) string {
	return be(4, 16+len(compatible)) + "ftyp" + brand + z(4) + compatible + be(4, 400) + next
}

func tarSample(t testing.TB) string {
	return written(t, func(w io.Writer) error {
		tw := gotar.NewWriter(w)
		for _, n := range []string{"one", "two"} {
			if err := tw.WriteHeader(&gotar.Header{Name: n, Mode: 0o644, Size: int64(len(prose))}); err != nil {
				return err
			}
			if _, err := io.WriteString(tw, prose); err != nil {
				return err
			}
		}
		return tw.Close()
	})
}

func regfSample() string {
	head := "regf" + z(16) + le(4, 1) + le(4, 5) + z(4) + le(4, 1) + z(476)
	head = head[:508]
	var sum uint32
	for i := 0; i < 508; i += 4 {
		sum ^= uint32(head[i]) | uint32(head[i+1])<<8 | uint32(head[i+2])<<16 | uint32(head[i+3])<<24
	}
	return head + le(4, int(sum))
}

func pstSample() string {
	body := "SM" + le(2, 23) + le(2, 19) + "\x01\x01" + noise(471-8, 3)
	return "!BDN" + le(4, int(^crc32.Update(^uint32(0), crc32.IEEETable, []byte(body)))) + body
}

func vhdSample() string {
	s := "conectix" + be(4, 2) + be(4, 0x10000) + z(44) + be(4, 3) + z(512-64)
	sum := 0
	for _, c := range []byte(s) {
		sum += int(c)
	}
	return put(s, 64, be(4, ^sum))
}

func lzhSample() string {
	body := "-lh5-" + le(4, 500) + le(4, 900) + z(4) + "\x20\x00\x08NAME.TXT" + le(2, 0x1234)
	sum := 0
	for _, c := range []byte(body) {
		sum += int(c)
	}
	return le(1, len(body)) + le(1, sum) + body
}

func lzh2Sample() string {
	head := le(2, 0) + "-lh5-" + le(4, 500) + le(4, 900) + z(4) + "\x20\x02" + le(2, 0x1234) + "U" + "\x05\x00\x00"
	at := len(head)
	head += z(2) + le(2, 0)
	head = put(head, 0, le(2, len(head)))
	var sum uint16
	for _, c := range []byte(head) {
		sum ^= uint16(c)
		for range 8 {
			sum = sum>>1 ^ 0xa001&-(sum&1)
		}
	}
	return put(head, at, le(2, int(sum)))
}

func tiffSample() string {
	s := "II*\x00" + le(4, 8) + le(2, 6)
	for i := range 6 {
		s += le(2, 256+i) + le(2, 3) + le(4, 1) + le(4, 100+i)
	}
	return s
}

func fontSample(magic string) string {
	s := magic + be(2, 4) + be(2, 64) + be(2, 2) + be(2, 0)
	for _, tag := range []string{"OS/2", "cmap", "glyf", "head"} {
		s += tag + z(4) + be(4, 200) + be(4, 100)
	}
	return s
}

func classSample() string {
	s := "\xca\xfe\xba\xbe" + be(2, 0) + be(2, 52) + be(2, 12)
	for range 5 {
		s += "\x01" + be(2, 4) + "Code" + "\x07" + be(2, 1)
	}
	return s + "\x0a" + be(2, 2) + be(2, 3)
}

func e01Sample() string {
	section := "header2\x00" + z(8) + le(8, 500) + le(8, 400) + z(40)
	return "EVF\x09\x0d\x0a\xff\x00\x01" + le(2, 1) + z(2) + section + le(4, int(adler32([]byte(section))))
}

func evtxSample() string {
	s := "ElfFile\x00" + z(24) + le(4, 128) + le(2, 1) + le(2, 3) + le(2, 4096) + z(78)
	return s + z(4) + le(4, crc(s))
}

func evtxChunkSample() string {
	s := put("ElfChnk\x00"+noise(504, 4), 40, le(4, 128))
	return put(s, 124, le(4, crc(s[:120]+s[128:])))
}

func elfSample() string {
	return "\x7fELF\x02\x01\x01\x00" + z(8) + le(2, 3) + le(2, 62) + le(4, 1) + z(24) + z(4) + le(2, 64) + le(2, 56) + le(2, 9) + le(2, 64)
}

func mp3Frames(n int) string {
	return strings.Repeat("\xff\xfb\x90\x64"+noise(413, 5), n) // 128 kbit/s, 44.1 kHz
}

func adtsFrames(n int) string {
	return strings.Repeat("\xff\xf1\x50\x80\x20\x1f\xfc"+noise(249, 6), n) // 256 bytes each
}

func gzipped(t testing.TB, s string) string {
	return written(t, func(w io.Writer) error {
		zw := gogzip.NewWriter(w)
		if _, err := io.WriteString(zw, s); err != nil {
			return err
		}
		return zw.Close()
	})
}

func zstdFrameOf(t testing.TB, s string, sum bool) string {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(sum))
	if err != nil {
		t.Fatal(err)
	}
	return string(e.EncodeAll([]byte(s), nil))
}

func pictures(t testing.TB) []sample {
	m := picture()
	return []sample{
		{"jpeg", written(t, func(w io.Writer) error { return gojpeg.Encode(w, m, nil) }), 4},
		{"jpeg", "\xff\xd8\xff\xe0" + be(2, 16) + "JFIF\x00" + z(9) + "\xff\xdb", 8},
		{"jpeg", "\xff\xd8\xff\xe1" + be(2, 64) + "Exif\x00\x00" + z(56) + "\xff\xdb", 8},
		{"png", written(t, func(w io.Writer) error { return gopng.Encode(w, m) }), 30},
		{"gif", written(t, func(w io.Writer) error { return gogif.Encode(w, m, nil) }), 12},
		{"bmp", "BM" + le(4, 9000) + z(4) + le(4, 54) + le(4, 40) + le(4, 64) + le(4, 48) + le(2, 1) + le(2, 24) + z(24), 26},
		{"tiff", tiffSample(), 8 + 2 + 2 + 1},
		{"tiff", "MM\x00*" + be(4, 8) + be(2, 5) + bigEntries(5), 8},
		{"psd", "8BPS" + be(2, 1) + z(6) + be(2, 3) + be(4, 48) + be(4, 64) + be(2, 8) + be(2, 3), 7},
		{"xcf", "gimp xcf v011\x00" + be(4, 64) + be(4, 48) + be(4, 0), 14},
		{"xcf", "gimp xcf file\x00" + be(4, 64) + be(4, 48) + be(4, 0), 22},
		{"ico", "\x00\x00\x01\x00" + le(2, 1) + "\x20\x20\x00\x00" + le(2, 1) + le(2, 32) + le(4, 4136) + le(4, 22) +
			le(4, 40) + le(4, 32) + le(4, 64) + le(2, 1) + le(2, 32), 9},
		{"cur", "\x00\x00\x02\x00" + le(2, 1) + "\x20\x20\x00\x00" + le(2, 5) + le(2, 5) + le(4, 4136) + le(4, 22) +
			le(4, 40) + le(4, 32) + le(4, 64) + le(2, 1) + le(2, 1), 9},
		{"icns", "icns" + be(4, 48) + "TOC " + be(4, 16) + z(8) + "ic07" + be(4, 24) + z(16), 8},
		{"djvu", "AT&TFORM" + be(4, 800) + "DJVUINFO" + be(4, 10), 17},
		{"jpeg2000", "\x00\x00\x00\x0cjP  \r\n\x87\n" + be(4, 20) + "ftypjp2 ", 17},
		{"jpeg-xl", "\x00\x00\x00\x0cJXL \r\n\x87\n" + be(4, 20) + "ftypjxl ", 17},
		{"emf", "\x01\x00\x00\x00" + le(4, 108) + z(32) + " EMF\x00\x00\x01\x00" + z(12), 41},
		{"wmf", wmfSample(), 20},
		{"dicom", z(128) + "DICM\x02\x00\x00\x00UL\x04\x00" + le(4, 200) + "\x02\x00\x01\x00OB", 136},
		{"svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>" + prose, 15},
	}
}

func bigEntries(n int) (s string) {
	for i := range n {
		s += be(2, 256+i) + be(2, 4) + be(4, 1) + be(4, 100+i)
	}
	return s
}

func wmfSample() string {
	s := "\xd7\xcd\xc6\x9a" + z(2) + le(2, 0) + le(2, 0) + le(2, 100) + le(2, 100) + le(2, 1440) + z(4)
	sum := 0
	for i := 0; i < 20; i += 2 {
		sum ^= int(s[i]) | int(s[i+1])<<8
	}
	return s + le(2, sum) + le(2, 1) + le(2, 9)
}

func soundAndFilm() []sample {
	wavFormat := "fmt " + le(4, 16) + le(2, 1) + le(2, 2) + le(4, 44100) + le(4, 176400) + le(2, 4) + le(2, 16)
	return []sample{
		{"wav", "RIFF" + le(4, 900) + "WAVE" + wavFormat, 17},
		{"wav", "RIFF" + le(4, 900) + "WAVEJUNK" + le(4, 27) + z(28) + wavFormat, 12},
		{"avi", "RIFF" + le(4, 9000) + "AVI LIST" + le(4, 200) + "hdrlavih" + le(4, 56) + z(32) + le(4, 640) + le(4, 480) + z(16), 21},
		{"webp", "RIFF" + le(4, 900) + "WEBPVP8 " + le(4, 888) + "\x10\x00\x00\x9d\x01\x2a" + le(2, 64) + le(2, 48), 24},
		{"webp", "RIFF" + le(4, 900) + "WEBPVP8L" + le(4, 888) + "\x2f\x3f\xc0\x0b\x00", 20},
		{"webp", "RIFF" + le(4, 900) + "WEBPVP8X" + le(4, 10) + "\x10\x00\x00\x00" + le(3, 63) + le(3, 47) + "ALPH", 16},
		{"ani", "RIFF" + le(4, 900) + "ACONanih" + le(4, 36) + le(4, 36), 13},
		{"midi", "RIFF" + le(4, 900) + "RMIDdata" + le(4, 800) + "MThd" + be(4, 6), 20},
		{"mp4", bmffSample("isom", "isomiso2avc1mp41", "moov"), 5},
		{"mov", bmffSample("qt  ", "qt  ", "wide"), 9},
		{"mov", be(4, 5000) + "moov" + be(4, 108) + "mvhd" + z(4) + z(8) + be(4, 600), 12},
		{"m4a", bmffSample("M4A ", "M4A mp42"+z(4), "moov"), 9},
		{"3gp", bmffSample("3gp5", "3gp5isom", "mdat"), 30},
		{"heic", bmffSample("heic", "mif1heic", "meta"), 30},
		{"avif", bmffSample("avif", "avifmif1miaf", "meta"), 9},
		{"cr3", bmffSample("crx ", "crx isom", "moov"), 9},
		{"flac", "fLaC\x00\x00\x00\x22" + be(2, 4096) + be(2, 4096) + z(6) + "\x0a\xc4\x42\xf0" + z(20) + "\x84" + be(3, 40), 5},
		{"ogg", oggPage("\x01vorbis" + z(23)), 24},
		{"ogg", oggPage("OpusHead\x01\x02" + z(9)), 30},
		{"mp3", "ID3\x03\x00\x00\x00\x00\x01\x00TIT2" + be(4, 6) + z(2) + "\x00title" + "TPE1" + be(4, 4) + z(2) + "\x00who" + z(128), 12},
		{"mp3", "ID3\x04\x00\x00\x00\x00\x01\x00TIT2" + be(4, 6) + z(2) + "\x03title" + "TPE1" + be(4, 4) + z(2) + "\x03who" + z(128), 4},
		{"mp3", "ID3\x02\x00\x00\x00\x00\x01\x00TT2" + be(3, 6) + "\x00title" + "TP1" + be(3, 4) + "\x00who" + z(128), 5},
		{"mp3", mp3Frames(9), 417},
		{"mp3", strings.ReplaceAll(mp3Frames(9), "\xff\xfb\x90\x64", "\xff\xfa\x90\x64"), 417},
		{"mp3", strings.Repeat("\xff\xf2\x40\xc4"+noise(100, 5), 9), 104},
		{"mp3", strings.Repeat("\xff\xf3\x40\xc4"+noise(100, 5), 9), 104}, // MPEG-2, 32 kbit/s, 22.05 kHz
		{"aac", adtsFrames(6), 256},
		{"aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf0"), 257},
		{"aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf9"), 258},
		{"aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf8"), 256},
		{"midi", "MThd" + be(4, 6) + be(2, 1) + be(2, 2) + be(2, 96) + "MTrk" + be(4, 30), 9},
		{"matroska", "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x88matroska\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67", 22},
		{"webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67", 22},
		{"asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c" + le(8, 500) + le(4, 5) + "\x01\x02", 29},
		{"flv", "FLV\x01\x05" + be(4, 9) + z(4) + "\x12", 8},
		{"mpeg-ps", "\x00\x00\x01\xba\x44\x00\x04\x00\x04\x01\x01\x89\xc3\xf8\x00\x00\x01\xbb" + be(2, 12) + z(12) + "\x00\x00\x01\xe0", 34},
		{"mpeg-ps", "\x00\x00\x01\xba\x21\x00\x01\x00\x01\x80\x00\x01\x00\x00\x01\xbb" + be(2, 12) + z(12) + "\x00\x00\x01\xe0", 32},
		{"mpeg-ts", strings.Repeat("G\x40\x00\x10"+noise(184, 7), 10), 188},
		{"mpeg-ts", strings.Repeat("\x01\x02\x03\x04G\x40\x00\x10"+noise(184, 7), 10), 196},
		{"au", ".snd" + be(4, 24) + be(4, 900) + be(4, 3) + be(4, 8000) + be(4, 1), 6},
		{"aiff", "FORM" + be(4, 900) + "AIFFCOMM" + be(4, 18) + z(18) + "SSND" + be(4, 800), 13},
		{"amr", "#!AMR\n" + strings.Repeat("\x3c"+noise(31, 8), 10), 38},
	}
}

func documents() []sample {
	head := "Date: Mon, 1 Jan 2024 00:00:00 +0900\nTo: b@example.jp\nSubject: hello\nContent-Type: text/plain\n\n" + prose
	return []sample{
		{"pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\n", 5},
		{"ps", "%!PS-Adobe-3.0\n%%Title: x\n%%Pages: 1\n", 15},
		{"ps", "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", 24},
		{"rtf", "{\\rtf1\\ansi\\deff0 " + prose, 20},
		{"ole-cfb", oleSample("Nothing"), 28},
		{"doc", oleSample("WordDocument"), 30},
		{"xls", oleSample("Workbook"), 30},
		{"ppt", oleSample("PowerPoint Document"), 56},
		{"visio", oleSample("VisioDocument"), 56},
		{"msg", oleSample("__properties_version1.0"), 56},
		{"thumbs-db", oleSample("Catalog"), 56},
		{"xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>" + prose, 36},
		{"xml", "\xef\xbb\xbf<?xml version='1.0'?>\n<plist>" + prose, 18},
		{"svg", "<?xml version=\"1.0\"?>\n<svg>" + prose, 15},
		{"html", "<!DOCTYPE html>\n<html><head>" + prose, 10},
		{"html", "<!doctype HTML PUBLIC>" + prose, 4},
		{"html", "<html lang='ja'>" + prose + prose + prose, 4},
		{"html", "<HTML>" + prose + prose + prose, 3},
		{"eml", "Return-Path: <a@example.jp>\n" + head, 0},
		{"eml", "Received: from a by b;\n\tMon, 1 Jan 2024 00:00:00 +0900\n" + head, 0},
		{"eml", "Delivered-To: a@example.jp\n" + head, 0},
		{"eml", "From: a@example.jp\r\n" + strings.ReplaceAll(head, "\n", "\r\n"), 0},
		{"eml", "Subject: hello\n" + head, 0},
		{"eml", "Message-ID: <1@example.jp>\n" + head, 0},
		{"eml", "MIME-Version: 1.0\n" + head, 0},
		{"eml", head, 0},
		{"mbox", "From a@example.jp Mon Jan  1 00:00:00 2024\n", 19},
		{"vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\n", 15},
		{"icalendar", "BEGIN:VCALENDAR\nVERSION:2.0\n", 18},
		{"script", "#!/bin/sh\n" + prose, 7},
		{"script", "#! /usr/bin/env python3\n" + prose, 5},
		{"onenote", "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3" + noise(16, 9) + z(16) +
			"\x3f\xdd\x9a\x10\x1b\x91\xf5\x49\xa5\xd0\x17\x91\xed\xc8\xae\xd8", 50},
		{"chm", "ITSF" + le(4, 3) + le(4, 96) + le(4, 1), 8},
		{"dwg", "AC1015" + z(6) + "\x01", 8},
		{"blend", "BLENDER-v293REND", 13},
		{"hdf5", "\x89HDF\r\n\x1a\n" + z(5) + "\x08\x08\x00", 10},
		{"hdf5", "\x89HDF\r\n\x1a\n\x02\x08\x08\x00" + z(8), 15},
		{"bplist", "bplist00\xd3\x01\x02\x03\x04\x05\x06\x54Name\x55Title\x5f\x10\x10LongerThanFifteen\x10\x01", 16},
		{"bplist", "bplist00\xd3\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x06\x54Name\x55Title\x56Length\x10\x01", 24},
		{"mobi", "A_Book" + z(26) + z(28) + "BOOKMOBI" + z(8) + be(2, 3) + be(4, 104) + z(22) + z(16) + "MOBI", 73},
		{"torrent", "d8:announce31:https://tracker.example.org/ann", 15},
	}
}

func oleSample(stream string) string {
	head := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + z(16) + le(2, 0x3e) + le(2, 3) + le(2, 0xfffe) + le(2, 9) + le(2, 6) + z(6) +
		le(4, 0) + le(4, 1) + le(4, 0) + z(4) + le(4, 4096)
	head += z(512 - len(head))
	root, name := u16("Root Entry"), u16(stream)
	return head + root + z(128-len(root)) + name + z(128-len(name)) + z(256)
}

func archives(t testing.TB) []sample {
	start := le(8, 500) + le(8, 60) + le(4, 12345)
	rar4Head := "\x73" + le(2, 0) + le(2, 13) + z(6)
	rar5Head := "\x05\x01\x05\x00\x01\x00"
	long := strings.Repeat(prose, 3) + noise(600, 10) + strings.Repeat(prose, 2)
	types := "<Types>" + prose + "</Types>"
	return []sample{
		{"zip", zipped(t, gozip.Deflate, "a.txt", long), 8},
		{"zip", storedZip("a.txt", prose, "b.txt", prose), 18},
		{"docx", storedZip("[Content_Types].xml", types, "word/document.xml", prose), 9},
		{"docx", zipped(t, gozip.Deflate, "[Content_Types].xml", types, "_rels/.rels", prose, "word/document.xml", prose), 9},
		{"xlsx", storedZip("[Content_Types].xml", types, "_rels/.rels", types, "xl/workbook.xml", prose), 9},
		{"pptx", storedZip("_rels/.rels", types, "ppt/presentation.xml", prose), 9},
		{"odt", storedZip("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", prose), 9},
		{"ods", storedZip("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", prose), 9},
		{"odp", storedZip("mimetype", "application/vnd.oasis.opendocument.presentation", "content.xml", prose), 9},
		{"odf", storedZip("mimetype", "application/vnd.oasis.opendocument.graphics", "content.xml", prose), 9},
		{"epub", storedZip("mimetype", "application/epub+zip", "a.html", prose), 9},
		{"jar", zipped(t, gozip.Deflate, "META-INF/MANIFEST.MF", long), 9},
		{"apk", zipped(t, gozip.Deflate, "AndroidManifest.xml", long), 9},
		{"7z", "7z\xbc\xaf\x27\x1c\x00\x04" + le(4, crc(start)) + start, 20},
		{"rar", "Rar!\x1a\x07\x00" + le(2, crc(rar4Head)&0xffff) + rar4Head, 8},
		{"rar", "Rar!\x1a\x07\x01\x00" + le(4, crc(rar5Head)) + rar5Head, 13},
		{"gzip", gzipped(t, long), 60},
		{"gzip", gzipped(t, "short"), 11},
		{"gzip", gzipped(t, strings.Repeat(prose+noise(90, 11), 2000)), 13},
		{"gzip", gzipped(t, noise(200<<10, 12)), 13},
		{"bzip2", unhex("425a68393141592653592ebd393600000311804000024c8820200021b5343410c08d2ca6a3c223a4ef1772453850902ebd3936"), 7},
		{"bzip2", "BZh9\x17\x72\x45\x38\x50\x90" + z(4), 9},
		{"xz", "\xfd7zXZ\x00\x00\x04" + le(4, crc("\x00\x04")) + xzBlock(), 20},
		{"xz", "\xfd7zXZ\x00\x00\x01" + le(4, crc("\x00\x01")) + z(4), 9},
		{"xz", unhex("fd377a585a000004e6d6b4460200210116000000742fe5a3e0001700125d00341949ee8de9509603a46180584ea3d315b7"), 14},
		{"zstd", zstdFrameOf(t, long, true), 40},
		{"zstd", zstdFrameOf(t, strings.Repeat(long, 2000), true), 4},
		{"zstd", zstdFrameOf(t, strings.Repeat(long, 100), false), 12},
		{"lz4", lz4Sample(), 6},
		{"lzma", "\x5d" + le(4, 1<<23) + strings.Repeat("\xff", 8) + "\x00\x34", 6},
		{"lzma", "\x5d" + le(4, 3<<18) + le(8, 900) + "\x00\x34", 11},
		{"lzma", unhex("5d00008000ffffffffffffffff00341949ee8de9509603a46180584ec6f7dfd6fff0ecc000"), 13},
		{"cab", "MSCF" + z(4) + le(4, 900) + z(4) + le(4, 44) + z(4) + "\x03\x01", 20},
		{"ar", "!<arch>\n/               1700000000  0     0     100644  60        `\n" + z(60), 66},
		{"deb", "!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n", 66},
		{"cpio", "070701" + strings.Repeat("0000ABCD", 11) + "00000002" + "00000000" + "a\x00", 50},
		{"tar", tarSample(t), 150},
		{"rpm", "\xed\xab\xee\xdb\x03\x00" + be(2, 0) + be(2, 1) + "name" + z(62) + be(2, 1) + be(2, 5) + z(16) + "\x8e\xad\xe8\x01" + z(4), 79},
		{"xar", "xar!" + be(2, 28) + be(2, 1) + be(8, 900) + be(8, 3000) + be(4, 1), 5},
		{"lzh", lzhSample(), 1},
		{"lzh", lzh2Sample(), 29},
	}
}

func xzBlock() string {
	head := "\x02\x00\x21\x01\x16" + z(3)
	return head + le(4, crc(head))
}

func lz4Sample() string {
	head := "\x64\x40"
	s := "\x04\x22\x4d\x18" + head + string([]byte{byte(xxh32([]byte(head)) >> 8)})
	block := "\x50hello" + le(2, 5) + "\x10x" + le(2, 9) + "\x20yz" + le(2, 4) + "\x10x" + le(2, 9) + "\x50world"
	return s + le(4, len(block)) + block + z(8)
}

func programs() []sample {
	return []sample{
		{"elf", elfSample(), 53},
		{"pe", "MZ" + z(58) + le(4, 128) + z(64) + "PE\x00\x00" + le(2, 0x8664) + le(2, 6) + z(12) + le(2, 240) + z(2) + le(2, 0x20b), 129},
		{"mach-o", "\xcf\xfa\xed\xfe" + le(4, 0x0100000c) + z(4) + le(4, 2) + le(4, 2) + le(4, 48) + z(8) + le(4, 0x19) + le(4, 24) + z(16) +
			le(4, 0x80000028) + le(4, 24) + z(16), 12},
		{"mach-o", "\xce\xfa\xed\xfe" + le(4, 7) + z(4) + le(4, 2) + le(4, 1) + le(4, 48) + z(4) + le(4, 1) + le(4, 48), 12},
		{"mach-o", "\xca\xfe\xba\xbe" + be(4, 2) + strings.Repeat(be(4, 0x01000007)+z(4)+be(4, 4096)+be(4, 900)+be(4, 12), 2), 9},
		{"java-class", classSample(), 10},
		{"dex", "dex\n035\x00" + z(28) + "\x70\x00\x00\x00\x78\x56\x34\x12", 41},
		{"wasm", "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x05\x01\x01f\x00\x00\x0a\x04\x01\x02\x00\x0b", 14},
		{"pyc", "\xa7\x0d\x0d\x0a" + z(4) + "\x12\x34\x56\x65" + le(4, 900) + "\xe3" + z(12), 16},
		{"pyc", "\x2b\x0e\x0d\x0a" + z(4) + "\x12\x34\x56\x65" + le(4, 900) + "\xe3" + z(12), 20},
		{"lua", "\x1bLua\x51\x00\x01\x04\x08\x04\x08\x00", 7},
		{"lua", "\x1bLua\x54\x00\x19\x93\r\n\x1a\n", 8},
		{"ttf", fontSample("\x00\x01\x00\x00"), 7},
		{"ttf", fontSample("true"), 9},
		{"otf", fontSample("OTTO"), 12},
		{"ttc", "ttcf" + be(4, 1<<16) + be(4, 2) + be(4, 20) + be(4, 400), 5},
		{"woff", "wOFF\x00\x01\x00\x00" + be(4, 900) + be(2, 10) + z(2) + z(28) + "OS/2" + be(4, 244), 14},
		{"woff2", "wOF2\x00\x01\x00\x00" + be(4, 900) + be(2, 10) + z(2) + z(28), 14},
		{"pfb", "\x80\x01" + le(4, 900) + "%!PS-AdobeFont-1.0", 5},
		{"gettext-mo", "\xde\x12\x04\x95" + z(4) + le(4, 10) + le(4, 28) + le(4, 108), 16},
		{"gettext-mo", "\x95\x04\x12\xde" + z(4) + be(4, 10) + be(4, 28) + be(4, 108), 19},
		{"tzif", "TZif2" + z(15), 9},
	}
}

func stores(t testing.TB) []sample {
	index := "\xfftOc" + be(4, 2)
	for i := range 256 {
		index += be(4, 3*i)
	}
	vmdkHead := "KDMV" + le(4, 1) + le(4, 3) + le(8, 2048) + le(8, 128) + le(8, 1) + le(8, 20) + le(4, 512) + z(25) + "\n \r\n"
	object := strings.Repeat(prose, 2)
	return []sample{
		{"sqlite", "SQLite format 3\x00" + be(2, 4096) + "\x01\x01\x00\x40\x20\x20" + z(20) + be(4, 4) + z(8) + be(4, 1) + z(12) + z(20), 80},
		{"sqlite-wal", "\x37\x7f\x06\x82" + be(4, 3007000) + be(4, 4096), 6},
		{"evtx", evtxSample(), 100},
		{"evtx", evtxChunkSample(), 300},
		{"regf", regfSample(), 100},
		{"regf", "hbin" + le(4, 0) + le(4, 4096) + z(8), 14},
		{"lnk", "\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46" + le(4, 0x9b) + le(4, 0x20) + z(32) + le(4, 1) + z(12), 70},
		{"pst", pstSample(), 300},
		{"ese", z(4) + "\xef\xcd\xab\x89" + le(4, 0x620) + le(4, 0), 10},
		{"access", "\x00\x01\x00\x00Standard Jet DB\x00" + le(4, 1), 22},
		{"access", "\x00\x01\x00\x00Standard ACE DB\x00" + le(4, 2), 22},
		{"thumbcache", "CMMM" + le(4, 0x20) + le(4, 1) + le(4, 24), 9},
		{"prefetch", le(4, 30) + "SCCA" + le(4, 17) + le(4, 9000) + u16("CMD.EXE"), 17},
		{"journal", "LPKSHHRH" + le(4, 1) + le(4, 12) + "\x01" + z(7), 20},
		{"pcap", "\xd4\xc3\xb2\xa1" + le(2, 2) + le(2, 4) + z(8) + le(4, 65535) + le(4, 1), 6},
		{"pcap", "\xa1\xb2\xc3\xd4" + be(2, 2) + be(2, 4) + z(8) + be(4, 65535) + be(4, 1), 6},
		{"pcap", "\x4d\x3c\xb2\xa1" + le(2, 2) + le(2, 4) + z(8) + le(4, 65535) + le(4, 1), 6},
		{"pcap", "\xa1\xb2\x3c\x4d" + be(2, 2) + be(2, 4) + z(8) + be(4, 65535) + be(4, 1), 6},
		{"pcapng", "\x0a\x0d\x0d\x0a" + le(4, 28) + "\x4d\x3c\x2b\x1a" + le(2, 1) + le(2, 0) + strings.Repeat("\xff", 8) + le(4, 28), 24},
		{"pcapng", "\x0a\x0d\x0d\x0a" + be(4, 28) + "\x1a\x2b\x3c\x4d" + be(2, 1) + be(2, 0) + strings.Repeat("\xff", 8) + be(4, 28), 9},
		{"git-pack", "PACK" + be(4, 2) + be(4, 3) + "\xbe\x0a" + zlibbed(t, object), 30},
		{"git-index", index, 100},
		{"swf", "CWS\x0a" + le(4, 9000) + zlibbed(t, object+noise(300, 13)), 40},
		{"vmdk", vmdkHead, 74},
		{"vmdk", "# Disk DescriptorFile\nversion=1\n", 25},
		{"qcow2", "QFI\xfb" + be(4, 3) + z(8) + z(4) + be(4, 16) + be(8, 1<<30) + z(4) + be(4, 2), 20},
		{"vhd", vhdSample(), 66},
		{"vhdx", "vhdxfile" + u16("Microsoft Windows 10"), 11},
		{"vdi", "<<< Oracle VM VirtualBox Disk Image >>>\n" + z(24) + "\x7f\x10\xda\xbe\x01\x00\x01\x00" + le(4, 0x190) + le(4, 1), 66},
		{"e01", e01Sample(), 60},
	}
}

func keyFiles() []sample {
	armour := func(label, body string) string {
		return string(gopem.EncodeToMemory(&gopem.Block{Type: label, Bytes: []byte(body)}))
	}
	pkcs8 := "\x30\x82" + be(2, 1214) + "\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82" + be(2, 1192) +
		"\x30\x82" + be(2, 1188) + "\x02\x01\x00"
	return []sample{
		{"pem-private-key", armour("EC PRIVATE KEY", noise(121, 14)), 13},
		{"pem-private-key", armour("PRIVATE KEY", noise(121, 14)), 40},
		{"pem-private-key", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n" + armour("X", noise(99, 15))[17:], 95},
		{"openssh-private-key", armour("OPENSSH PRIVATE KEY", "openssh-key-v1\x00"+noise(200, 16)), 45},
		{"pem-certificate", armour("CERTIFICATE", noise(300, 17)), 40},
		{"pem-public-key", armour("PUBLIC KEY", noise(91, 18)), 40},
		{"pgp-armored", "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\n" + armour("X", noise(99, 15))[17:], 60},
		{"x509", "\x30\x82" + be(2, 900) + "\x30\x82" + be(2, 620) + "\xa0\x03\x02\x01\x02\x02\x08" + noise(8, 19) + "\x30\x0d\x06\x09", 9},
		{"pkcs12", "\x30\x82" + be(2, 2500) + "\x02\x01\x03\x30\x82" + be(2, 2400) + "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0", 15},
		{"der-private-key", pkcs8, 12},
		{"der-private-key", "\x30\x82" + be(2, 1188) + "\x02\x01\x00\x02\x82" + be(2, 257) + "\x00" + noise(256, 20) + "\x02\x03\x01\x00\x01", 268},
		{"jks", "\xfe\xed\xfe\xed" + be(4, 2) + be(4, 1) + be(4, 1) + be(2, 5) + "alias", 7},
		{"jks", "\xce\xce\xce\xce" + be(4, 2) + be(4, 1) + be(4, 2) + be(2, 5) + "alias", 7},
		{"kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + le(2, 0) + le(2, 4) + "\x02" + le(4, 16) + noise(16, 21) + "\x03" + le(4, 4) + le(4, 1) +
			"\x04" + le(4, 32) + noise(32, 22) + "\x07" + le(4, 12) + noise(12, 23) + "\x0b" + le(4, 100) + noise(100, 24), 15},
		{"kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + le(2, 1) + le(2, 3) + "\x02" + le(2, 16) + noise(16, 21) + "\x03" + le(2, 4) + le(4, 1) +
			"\x04" + le(2, 32) + noise(32, 22) + "\x05" + le(2, 32) + noise(32, 23), 14},
	}
}

// samples are all of them, each followed by zeros up to a full sector at least.
func samples(t testing.TB) []sample {
	var all []sample
	for _, list := range [][]sample{pictures(t), soundAndFilm(), documents(), archives(t), programs(), stores(t), keyFiles()} {
		all = append(all, list...)
	}
	for i := range all {
		if all[i].kind == "eml" { // the colon of a field
			all[i].broken = strings.Index(all[i].data, "\nTo:") + 3
		}
		if n := len(all[i].data); n < 4096 {
			all[i].data += z(4096 - n)
		}
	}
	return all
}

func (s sample) String() string { return fmt.Sprintf("%s (%d bytes)", s.kind, len(s.data)) }
