package walk

import "shokyo.dev/shokyo/scan/proof"

// CRC16 goes on with the checksum of 0x8005, not reflected, that MPEG, Dolby and FLAC have.
func CRC16(sum uint16, b []byte) uint16 {
	for _, c := range b {
		sum = sum<<8 ^ crcTable[byte(sum>>8)^c]
	}
	return sum
}

var crcTable = func() (t [256]uint16) {
	for i := range t {
		t[i] = uint16(proof.BigCRC(16, 0x8005, []byte{byte(i)}))
	}
	return t
}()
