// Command asm writes pair_amd64.s: the compression function of SHA-256 (FIPS 180-4 §6.2.2) for two messages at once.
//
//	cd scan/merkle/_asm && go run . -out ../pair_amd64.s -pkg merkle
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("!purego")
	detect()
	blocks()
	Generate()
}

// detect writes func hasSHA() bool: CPUID leaf 7, EBX bit 29 (Intel SDM 2A, CPUID).
func detect() {
	TEXT("hasSHA", NOSPLIT, "func() bool")
	Doc("hasSHA says that the processor has the instructions for SHA-256.")
	XORL(reg.EAX, reg.EAX)
	CPUID()
	CMPL(reg.EAX, Imm(7))
	JB(LabelRef("none"))
	MOVL(U32(7), reg.EAX)
	XORL(reg.ECX, reg.ECX)
	CPUID()
	SHRL(Imm(29), reg.EBX)
	ANDL(Imm(1), reg.EBX)
	Store(reg.BL, ReturnIndex(0))
	RET()
	Label("none")
	XORL(reg.EBX, reg.EBX)
	Store(reg.BL, ReturnIndex(0))
	RET()
}

// message is one of the two: its state as the instructions want it, the last 16 words of its schedule, where its bytes are.
type message struct {
	state  reg.Register
	bytes  reg.Register
	ba, dc reg.VecPhysical // F E B A and H G D C, the lowest first
	words  [4]reg.VecPhysical
}

// sum is the register that SHA256RNDS2 takes words and constants from.
var sum = reg.X0

func blocks() {
	TEXT("blocksSHA", NOSPLIT, "func(s, t *[8]uint32, a, b *byte, n int)")
	Doc("blocksSHA is n blocks of a into s, and as many of b into t.")
	one := message{Load(Param("s"), GP64()), Load(Param("a"), GP64()), reg.X1, reg.X2, [4]reg.VecPhysical{reg.X3, reg.X4, reg.X5, reg.X6}}
	two := message{Load(Param("t"), GP64()), Load(Param("b"), GP64()), reg.X7, reg.X8, [4]reg.VecPhysical{reg.X9, reg.X10, reg.X11, reg.X12}}
	n := Load(Param("n"), GP64())
	both := []*message{&one, &two}
	flip, constants := flipTable(), constantTable()
	table := GP64()
	LEAQ(constants, table)
	MOVOU(flip, reg.X15)
	for _, m := range both {
		MOVOU(Mem{Base: m.state}, m.ba)
		MOVOU(Mem{Base: m.state, Disp: 16}, m.dc)
	}
	Label("more")
	for r := range 16 { // one waits for itself while the other is at work
		for _, m := range both {
			m.fourRounds(r, Mem{Base: table, Disp: 16 * r})
		}
	}
	for _, m := range both {
		m.add(m.ba, 0)
		m.add(m.dc, 16)
		ADDQ(Imm(64), m.bytes)
	}
	DECQ(n)
	JNE(LabelRef("more"))
	RET()
}

// fourRounds are rounds 4r to 4r + 3.
func (m *message) fourRounds(r int, constants Mem) {
	w, next, before, last := m.words[r&3], m.words[(r+1)&3], m.words[(r+2)&3], m.words[(r+3)&3]
	if r < 4 {
		MOVOU(Mem{Base: m.bytes, Disp: 16 * r}, w)
		PSHUFB(reg.X15, w)
	} else {
		SHA256MSG1(next, w)
		MOVOA(last, reg.X13)
		PALIGNR(Imm(4), before, reg.X13)
		PADDD(reg.X13, w)
		SHA256MSG2(last, w)
	}
	MOVOU(constants, sum)
	PADDD(w, sum)
	SHA256RNDS2(sum, m.ba, m.dc)
	PSHUFD(Imm(0x0E), sum, sum)
	SHA256RNDS2(sum, m.dc, m.ba)
}

// add adds what the state was before the block, and keeps it.
func (m *message) add(x reg.VecPhysical, at int) {
	MOVOU(Mem{Base: m.state, Disp: at}, reg.X13)
	PADDD(reg.X13, x)
	MOVOU(x, Mem{Base: m.state, Disp: at})
}

// flipTable turns the bytes of each word round: messages are big-endian.
func flipTable() Mem {
	t := GLOBL("flip", RODATA|NOPTR)
	DATA(0, U64(0x0405060700010203))
	DATA(8, U64(0x0c0d0e0f08090a0b))
	return t
}

// constantTable are those of FIPS 180-4 §4.2.2.
func constantTable() Mem {
	t := GLOBL("rounds", RODATA|NOPTR)
	for i, k := range [64]uint32{
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
		0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
		0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
		0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
		0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	} {
		DATA(4*i, U32(k))
	}
	return t
}
