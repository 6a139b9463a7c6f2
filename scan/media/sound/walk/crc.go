package walk

// CRC16 goes on with the checksum of 0x8005, not reflected, that MPEG, Dolby and FLAC have.
func CRC16(sum uint16, b []byte) uint16 {
	for _, c := range b {
		sum = sum<<8 ^ crcTable[byte(sum>>8)^c]
	}
	return sum
}

var crcTable = func() (t [256]uint16) {
	for i := range t {
		v := uint16(i) << 8
		for range 8 {
			v = v<<1 ^ 0x8005*(v>>15)
		}
		t[i] = v
	}
	return t
}()
