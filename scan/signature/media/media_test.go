package media

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file  = filetest.File
	le    = filetest.LE
	be    = filetest.BE
	z     = filetest.Zeros
	put   = filetest.Put
	noise = filetest.Noise
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	wavFormat := "fmt " + le(4, 16) + le(2, 1) + le(2, 2) + le(4, 44100) + le(4, 176400) + le(2, 4) + le(2, 16)
	return []filetest.Sample{
		file("wav", "RIFF"+le(4, 900)+"WAVE"+wavFormat, 17,
			36, 172.1, "WAV 44100 Hz, 2 channels, 16 bit", "4-7 28-30 32"),
		file("wav", "RIFF"+le(4, 900)+"WAVEJUNK"+le(4, 27)+z(28)+wavFormat, 12,
			72, 213.1, "WAV 44100 Hz, 2 channels, 16 bit", "4-7 20-47 64-66 68"),
		file("avi", "RIFF"+le(4, 9000)+"AVI LIST"+le(4, 200)+"hdrlavih"+le(4, 56)+z(32)+le(4, 640)+le(4, 480)+z(16), 21,
			84, 321.68, "AVI 640x480", "4-7 17-18 32-63"),
		file("webp", "RIFF"+le(4, 900)+"WEBPVP8 "+le(4, 888)+"\x10\x00\x00\x9d\x01\x2a"+le(2, 64)+le(2, 48), 24,
			30, 131.31, "WebP lossy 64x48", "21-22"),
		file("webp", "RIFF"+le(4, 900)+"WEBPVP8L"+le(4, 888)+"\x2f\x3f\xc0\x0b\x00", 20,
			25, 117.31, "WebP lossless 64x48", ""),
		file("webp", "RIFF"+le(4, 900)+"WEBPVP8X"+le(4, 10)+"\x10\x00\x00\x00"+le(3, 63)+le(3, 47)+"ALPH", 16,
			34, 172.29, "WebP extended 64x48", "4-7"),
		file("ani", "RIFF"+le(4, 900)+"ACONanih"+le(4, 36)+le(4, 36), 13,
			24, 127.09, "animated cursor", "4-7 16-17"),
		file("midi", "RIFF"+le(4, 900)+"RMIDdata"+le(4, 800)+"MThd"+be(4, 6), 20,
			28, 171.89, "MIDI in RIFF", ""),
		file("mp4", bmffSample("isom", "isomiso2avc1mp41", "moov"), 5,
			40, 131.03, "MPEG-4", "12-15 33-35"),
		file("mov", bmffSample("qt  ", "qt  ", "wide"), 9,
			28, 111.08, "QuickTime", "12-15 21-23"),
		file("mov", be(4, 5000)+"moov"+be(4, 108)+"mvhd"+z(4)+z(8)+be(4, 600), 12,
			32, 134, "QuickTime without brand", "1-3 20-27 29-31"),
		file("m4a", bmffSample("M4A ", "M4A mp42"+z(4), "moov"), 9,
			36, 148.73, "MPEG-4 audio", "12-15 29-31"),
		file("3gp", bmffSample("3gp5", "3gp5isom", "mdat"), 30,
			32, 117.73, "3GPP", "12-15 25-27"),
		file("heic", bmffSample("heic", "mif1heic", "meta"), 30,
			32, 117.73, "HEIC", "12-15 25-27"),
		file("avif", bmffSample("avif", "avifmif1miaf", "meta"), 9,
			36, 124.38, "AVIF", "12-15 29-31"),
		file("cr3", bmffSample("crx ", "crx isom", "moov"), 9,
			32, 117.73, "Canon raw", "12-15 25-27"),
		file("flac", "fLaC\x00\x00\x00\x22"+be(2, 4096)+be(2, 4096)+z(6)+"\x0a\xc4\x42\xf0"+z(20)+"\x84"+be(3, 40), 5,
			46, 60.42, "FLAC 44100 Hz, 2 channels, 16 bit", "11-17 22-41 44-45"),
		file("ogg", oggPage("\x01vorbis"+z(23)), 24,
			35, 215.01, "Ogg Vorbis", ""),
		file("ogg", oggPage("OpusHead\x01\x02"+z(9)), 30,
			36, 215.01, "Ogg Opus", ""),
		file("mp3", "ID3\x03\x00\x00\x00\x00\x01\x00TIT2"+be(4, 6)+z(2)+"\x00title"+"TPE1"+be(4, 4)+z(2)+"\x00who"+z(128), 12,
			41, 138.35, "ID3v2.3 tag", "20-25 36-39"),
		file("mp3", "ID3\x04\x00\x00\x00\x00\x01\x00TIT2"+be(4, 6)+z(2)+"\x03title"+"TPE1"+be(4, 4)+z(2)+"\x03who"+z(128), 4,
			41, 92.06, "ID3v2.4 tag", "20-25 36-39"),
		file("mp3", "ID3\x02\x00\x00\x00\x00\x01\x00TT2"+be(3, 6)+"\x00title"+"TP1"+be(3, 4)+"\x00who"+z(128), 5,
			33, 96.61, "ID3v2.2 tag", "16-21 28-31"),
		file("mp3", mp3Frames(9), 417,
			3339, 137.73, "MP3 frames, 44100 Hz", "3-416 420-511"),
		file("mp3", strings.ReplaceAll(mp3Frames(9), "\xff\xfb\x90\x64", "\xff\xfa\x90\x64"), 417,
			3339, 137.73, "MP3 frames, 44100 Hz", "3-416 420-511"),
		file("mp3", strings.Repeat("\xff\xf2\x40\xc4"+noise(100, 5), 9), 104,
			835, 137.73, "MP3 frames, 22050 Hz", "3-103 107-207 211-311 315-415 419-511"),
		file("mp3", strings.Repeat("\xff\xf3\x40\xc4"+noise(100, 5), 9), 104, // MPEG-2, 32 kbit/s, 22.05 kHz
			835, 137.73, "MP3 frames, 22050 Hz", "3-103 107-207 211-311 315-415 419-511"),
		file("aac", adtsFrames(6), 256,
			1536, 148, "AAC in ADTS", "6-255 262-511"),
		file("aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf0"), 257,
			1536, 148, "AAC in ADTS", "6-255 262-511"),
		file("aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf9"), 258,
			1536, 148, "AAC in ADTS", "6-255 262-511"),
		file("aac", strings.ReplaceAll(adtsFrames(6), "\xff\xf1", "\xff\xf8"), 256,
			1536, 148, "AAC in ADTS", "6-255 262-511"),
		file("midi", "MThd"+be(4, 6)+be(2, 1)+be(2, 2)+be(2, 96)+"MTrk"+be(4, 30), 9,
			52, 118.42, "MIDI format 1", "11-13 22-51"),
		file("matroska", "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x88matroska\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67", 22,
			44, 181.93, "Matroska", ""),
		file("webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67", 22,
			40, 181.93, "WebM", ""),
		file("asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"+le(8, 500)+le(4, 5)+"\x01\x02", 29,
			30, 202, "ASF", "16-18"),
		file("flv", "FLV\x01\x05"+be(4, 9)+z(4)+"\x12", 8,
			14, 100.83, "FLV", ""),
		file("mpeg-ps", "\x00\x00\x01\xba\x44\x00\x04\x00\x04\x01\x01\x89\xc3\xf8\x00\x00\x01\xbb"+be(2, 12)+z(12)+"\x00\x00\x01\xe0", 34,
			36, 88.49, "MPEG program stream", "5 7 10-11 20-31"),
		file("mpeg-ps", "\x00\x00\x01\xba\x21\x00\x01\x00\x01\x80\x00\x01\x00\x00\x01\xbb"+be(2, 12)+z(12)+"\x00\x00\x01\xe0", 32,
			34, 84.49, "MPEG program stream", "5 7 10 18-29"),
		file("mpeg-ts", strings.Repeat("G\x40\x00\x10"+noise(184, 7), 10), 188,
			1880, 102, "MPEG transport stream, 188-byte packets", "2 4-187 190 192-375 378 380-511"),
		file("mpeg-ts", strings.Repeat("\x01\x02\x03\x04G\x40\x00\x10"+noise(184, 7), 10), 196,
			1924, 102, "MPEG transport stream, 192-byte packets", "0-3 6 8-195 198 200-387 390 392-511"),
		file("au", ".snd"+be(4, 24)+be(4, 900)+be(4, 3)+be(4, 8000)+be(4, 1), 6,
			24, 112.71, "AU 8000 Hz, 1 channels", "8-11"),
		file("aiff", "FORM"+be(4, 900)+"AIFFCOMM"+be(4, 18)+z(18)+"SSND"+be(4, 800), 13,
			46, 119.39, "AIFF", "4-7 20-37 43-45"),
		file("amr", "#!AMR\n"+strings.Repeat("\x3c"+noise(31, 8), 10), 38,
			1015, 229, "AMR speech", "7-37 39-69 71-101 103-133 135-165 167-197 199-229 231-261 263-293 295-325 327-338 340-351 353-364 366-377 379-390 392-403 405-416 418-429 431-442 444-455 457-468 470-481 483-494 496-507 509-511"),
	}
}

func oggPage(first string) string {
	page := "OggS\x00\x02" + z(8) + "\x11\x22\x33\x44" + z(8) + "\x01" + string(rune(len(first))) + first
	return put(page, 22, le(4, int(oggCRC([]byte(page)))))
}

func bmffSample(brand, compatible, next string) string {
	return be(4, 16+len(compatible)) + "ftyp" + brand + z(4) + compatible + be(4, 400) + next
}

func mp3Frames(n int) string {
	return strings.Repeat("\xff\xfb\x90\x64"+noise(413, 5), n) // 128 kbit/s, 44.1 kHz
}

func adtsFrames(n int) string {
	return strings.Repeat("\xff\xf1\x50\x80\x20\x1f\xfc"+noise(249, 6), n) // 256 bytes each
}
