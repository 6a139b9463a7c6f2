package filesystems

import (
	"bytes"
	"crypto/aes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/xts"

	"shokyo.dev/shokyo/internal/disktest"
)

// The layout of a LUKS2 volume as cryptsetup makes it ("LUKS2 On-Disk Format
// Specification", version 1.1.1):
//
//	0        binary header 4 KiB, JSON 12 KiB      (section 2)
//	16 KiB   the same again, magic reversed
//	32 KiB   key slot areas, the rest random       (section 3.2)
//	16 MiB   the encrypted data
//
// The data is encrypted under the volume key. The volume key is nowhere on the
// medium but in the key slots, split into 4000 stripes (LUKS1 "AFsplitter") so
// that losing any sector of a slot loses the key: that is what erasure uses.
const (
	luksBinBytes   = 4096
	luksHeader     = 16384
	luksSlots      = 2 * luksHeader
	LUKS2Data      = 16 << 20 // where the data begins
	luksKeyBytes   = 64       // AES-256-XTS takes two keys
	luksStripes    = 4000
	luksArea       = (luksKeyBytes*luksStripes + 4095) &^ 4095
	luksMaxSlots   = 32
	luksIterations = 1000 // the least that cryptsetup accepts: test media guard nothing
)

// LUKS2 is a volume in memory together with what cryptsetup would know while
// it holds the volume key.
type LUKS2 struct {
	// Image is the whole volume: headers, key slots, ciphertext. Add, KillSlot
	// and Erase change it in place.
	Image []byte

	options   LUKS2Options
	random    io.Reader
	key       []byte // nil once erased
	uuid      string
	sequence  uint64
	slots     []luksSlot
	digest    []byte
	digestKDF []byte // its salt
}

type luksSlot struct {
	index  int
	salt   []byte
	offset int64
}

// LUKS2Options chooses among what cryptsetup makes. The zero value is quick to
// make: PBKDF2 with few iterations, 4096-byte sectors.
type LUKS2Options struct {
	SectorBytes int  // 512 or 4096; 0 means 4096
	Argon2id    bool // cryptsetup's default, at its lowest cost
	Label       string
}

// FormatLUKS2 encrypts payload, a multiple of 4096 bytes, as a LUKS2 volume
// with one key slot. All keys and salts come from seed.
func FormatLUKS2(payload []byte, passphrase string, seed uint64) (*LUKS2, error) {
	return LUKS2Options{}.Format(payload, passphrase, disktest.Keystream(seed).Reader())
}

// Format is FormatLUKS2 with a choice of parameters and of randomness.
func (o LUKS2Options) Format(payload []byte, passphrase string, random io.Reader) (*LUKS2, error) {
	return o.FormatInto(make([]byte, LUKS2Data+len(payload)), payload, passphrase, random)
}

// FormatInto makes the volume in image, which has LUKS2Data bytes more than payload.
func (o LUKS2Options) FormatInto(image, payload []byte, passphrase string, random io.Reader) (*LUKS2, error) {
	if o.SectorBytes == 0 {
		o.SectorBytes = 4096
	}
	if o.SectorBytes != 512 && o.SectorBytes != 4096 || len(payload)%4096 != 0 || len(payload) == 0 {
		return nil, fmt.Errorf("luks2: payload of %d bytes, sectors of %d: use whole 4096-byte blocks and sectors of 512 or 4096", len(payload), o.SectorBytes)
	}
	v := &LUKS2{Image: image, options: o, random: random}
	id := v.bytes(16)
	v.uuid = uuidText(uuid("luks2", id))
	v.key, v.digestKDF = v.bytes(luksKeyBytes), v.bytes(32)
	v.digest, _ = pbkdf2.Key(sha256.New, string(v.key), v.digestKDF, luksIterations, sha256.Size)
	copy(image[luksSlots:LUKS2Data], v.bytes(LUKS2Data-luksSlots)) // as luksFormat wipes it
	if err := encryptXTS(image[LUKS2Data:], payload, v.key, o.SectorBytes); err != nil {
		return nil, err
	}
	return v, v.AddSlot(passphrase)
}

// bytes draws n random bytes. Randomness that ends is a broken machine.
func (v *LUKS2) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(v.random, b); err != nil {
		panic(fmt.Sprintf("luks2: out of randomness: %v", err))
	}
	return b
}

// AddSlot gives the volume another passphrase, in the lowest free slot.
func (v *LUKS2) AddSlot(passphrase string) error {
	index := 0
	for slices.ContainsFunc(v.slots, func(s luksSlot) bool { return s.index == index }) {
		index++
	}
	if v.key == nil || index == luksMaxSlots {
		return errors.New("luks2: no volume key or no free slot")
	}
	s := luksSlot{index, v.bytes(32), luksSlots + int64(index)*luksArea}
	split := splitKey(v.key, v.bytes(luksKeyBytes*(luksStripes-1)))
	if err := encryptXTS(v.Image[s.offset:], split, v.options.derive(passphrase, s.salt), 512); err != nil {
		return err
	}
	v.slots = append(v.slots, s)
	slices.SortFunc(v.slots, func(a, b luksSlot) int { return a.index - b.index })
	v.writeHeaders()
	return nil
}

// KillSlot does what `cryptsetup luksKillSlot` does: overwrites the slot's area
// with random bytes and takes it out of both headers.
func (v *LUKS2) KillSlot(index int) error {
	i := slices.IndexFunc(v.slots, func(s luksSlot) bool { return s.index == index })
	if i < 0 {
		return fmt.Errorf("luks2: no slot %d", index)
	}
	s := v.slots[i]
	copy(v.Image[s.offset:], v.bytes(luksArea))
	v.slots = slices.Delete(v.slots, i, i+1)
	v.writeHeaders()
	return nil
}

// Erase does what `cryptsetup luksErase` does: kills every slot. What is left
// of the volume key afterwards is nothing, here as well.
func (v *LUKS2) Erase() error {
	for len(v.slots) > 0 {
		if err := v.KillSlot(v.slots[0].index); err != nil {
			return err
		}
	}
	clear(v.key)
	v.key = nil
	return nil
}

// Argon2id at its lowest useful cost (RFC 9106): 4 passes over 16 MiB, one lane.
const argonTime, argonMemoryKiB, argonLanes = 4, 16 << 10, 1

func (o LUKS2Options) derive(passphrase string, salt []byte) []byte {
	if o.Argon2id {
		return argon2.IDKey([]byte(passphrase), salt, argonTime, argonMemoryKiB, argonLanes, luksKeyBytes)
	}
	key, _ := pbkdf2.Key(sha256.New, passphrase, salt, luksIterations, luksKeyBytes)
	return key
}

// splitKey is AFsplit of the LUKS1 specification (section 2.4): all stripes but
// the last are random, the last is the key under the diffused sum of them.
func splitKey(key, stripes []byte) []byte {
	sum := make([]byte, len(key))
	for s := range slices.Chunk(stripes, len(key)) {
		for i := range sum {
			sum[i] ^= s[i]
		}
		diffuse(sum)
	}
	for i := range sum {
		sum[i] ^= key[i]
	}
	return append(stripes, sum...)
}

// diffuse hashes each 32-byte piece together with its number.
func diffuse(b []byte) {
	for i := 0; i < len(b); i += sha256.Size {
		number := binary.BigEndian.AppendUint32(nil, uint32(i/sha256.Size))
		sum := sha256.Sum256(append(number, b[i:i+sha256.Size]...))
		copy(b[i:], sum[:])
	}
}

// encryptXTS is aes-xts-plain64 on all cores. The tweak counts 512-byte
// sectors whatever the encryption sector is (LUKS2 never sets dm-crypt's
// iv_large_sectors).
func encryptXTS(dst, src, key []byte, sectorBytes int) error {
	cipher, err := xts.NewCipher(aes.NewCipher, key)
	if err != nil {
		return err
	}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	share := (len(src)/sectorBytes/workers + 1) * sectorBytes
	for from := 0; from < len(src); from += share {
		wait.Go(func() {
			for at := from; at < min(from+share, len(src)); at += sectorBytes {
				cipher.Encrypt(dst[at:at+sectorBytes], src[at:at+sectorBytes], uint64(at/512))
			}
		})
	}
	wait.Wait()
	return nil
}

// writeHeaders writes both copies. cryptsetup believes the one with the higher
// sequence number; each write raises it.
func (v *LUKS2) writeHeaders() {
	v.sequence++
	v.writeHeader("LUKS\xba\xbe", 0)
	v.writeHeader("SKUL\xba\xbe", luksHeader)
}

// writeHeader writes the binary header (section 2.1, figure 2) and the JSON.
func (v *LUKS2) writeHeader(magic string, at int64) {
	h, be := v.Image[at:at+luksHeader], binary.BigEndian
	clear(h)
	copy(h[0:], magic)
	be.PutUint16(h[6:], 2)
	be.PutUint64(h[8:], luksHeader)
	be.PutUint64(h[16:], v.sequence)
	copy(h[24:71], v.options.Label)
	copy(h[72:], "sha256")
	copy(h[104:], v.bytes(64))
	copy(h[168:], v.uuid)
	be.PutUint64(h[256:], uint64(at))
	copy(h[luksBinBytes:], v.metadata())
	sum := sha256.Sum256(h) // over a checksum field of zeros
	copy(h[448:], sum[:])
}

// metadata is the JSON area (section 3). It is short enough to be written
// down as it stands.
func (v *LUKS2) metadata() []byte {
	var slots, names []string
	for _, s := range v.slots {
		slots = append(slots, fmt.Sprintf(`"%d":{"type":"luks2","key_size":%d,"af":{"type":"luks1","stripes":%d,"hash":"sha256"},`+
			`"area":{"type":"raw","offset":"%d","size":"%d","encryption":"aes-xts-plain64","key_size":%d},"kdf":%s}`,
			s.index, luksKeyBytes, luksStripes, s.offset, luksArea, luksKeyBytes, v.options.kdf(s.salt)))
		names = append(names, fmt.Sprintf("%q", fmt.Sprint(s.index)))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"keyslots":{%s},"tokens":{},`, strings.Join(slots, ","))
	fmt.Fprintf(&b, `"segments":{"0":{"type":"crypt","offset":"%d","size":"dynamic","iv_tweak":"0","encryption":"aes-xts-plain64","sector_size":%d}},`,
		LUKS2Data, v.options.SectorBytes)
	fmt.Fprintf(&b, `"digests":{"0":{"type":"pbkdf2","keyslots":[%s],"segments":["0"],"hash":"sha256","iterations":%d,"salt":%q,"digest":%q}},`,
		strings.Join(names, ","), luksIterations, base64Text(v.digestKDF), base64Text(v.digest))
	fmt.Fprintf(&b, `"config":{"json_size":"%d","keyslots_size":"%d"}}`, luksHeader-luksBinBytes, LUKS2Data-luksSlots)
	return b.Bytes()
}

func (o LUKS2Options) kdf(salt []byte) string {
	if o.Argon2id {
		return fmt.Sprintf(`{"type":"argon2id","time":%d,"memory":%d,"cpus":%d,"salt":%q}`, argonTime, argonMemoryKiB, argonLanes, base64Text(salt))
	}
	return fmt.Sprintf(`{"type":"pbkdf2","hash":"sha256","iterations":%d,"salt":%q}`, luksIterations, base64Text(salt))
}

func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func uuidText(u [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
