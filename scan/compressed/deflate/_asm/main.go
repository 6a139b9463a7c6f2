// Command asm writes heads_amd64.s: what heads.go does with one word, with 4 words of AVX2.
//
//	cd scan/compressed/deflate/_asm && go run . -out ../heads_amd64.s -pkg deflate
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("!purego")
	generate(&avx2{})
	Generate()
}

// vector is one width of words side by side. Word i is that of the stride 7·i bytes further on.
type vector interface {
	name() string
	words() int
	begin()
	reg() reg.VecVirtual
	load(base reg.Register, i int) reg.VecVirtual // the words at byte i
	shift(n int, x reg.VecVirtual) reg.VecVirtual
	and(x, y reg.VecVirtual) reg.VecVirtual
	andNot(x, y reg.VecVirtual) reg.VecVirtual // x and not y
	or(x, y reg.VecVirtual) reg.VecVirtual
	xorInto(x, y reg.VecVirtual) // x is what it was, or y, but not both
	zero() reg.VecVirtual
	low56() reg.VecVirtual
	keep(i int, x reg.VecVirtual)
	andKept(i int, x reg.VecVirtual) reg.VecVirtual
	store(x reg.VecVirtual, to Mem)
}

// generate writes func NAME(b *byte, masks *uint64, n int): n times words() masks.
func generate(v vector) {
	TEXT(v.name(), 0, "func(b *byte, masks *uint64, n int)")
	Doc(v.name() + " is headsGeneric for so many masks, n times.")
	b := Load(Param("b"), GP64())
	masks := Load(Param("masks"), GP64())
	n := Load(Param("n"), GP64())
	v.begin()
	low := v.low56()
	Label("more")
	word, at := -1, reg.VecVirtual(nil)
	plane := func(t int) reg.VecVirtual { // bit t behind each start
		if t/8 != word {
			word = t / 8
			at = v.load(b, word)
		}
		if t%8 == 0 {
			return at
		}
		return v.shift(t%8, at)
	}
	m := v.andNot(plane(2), plane(1))
	full := func(t int) reg.VecVirtual {
		return v.and(v.and(plane(t), plane(t+1)), v.and(plane(t+2), plane(t+3)))
	}
	m = v.andNot(m, full(4))
	m = v.andNot(m, full(9))
	v.keep(0, v.and(m, low))
	lengths(v, plane)

	s := [4]reg.VecVirtual{v.zero(), v.zero(), v.zero(), v.zero()}
	for k := range 19 {
		x, y, z := plane(17+3*k), plane(18+3*k), plane(19+3*k)
		if k >= 4 {
			z = v.andKept(k-3, z)
		}
		add(v, s, x, y, z)
	}
	any := v.or(v.or(s[0], s[1]), v.or(s[2], s[3]))
	ones := v.andKept(0, v.andNot(low, any))
	v.store(ones, Mem{Base: masks})
	ADDQ(Imm(uint64(7*v.words())), b)
	ADDQ(Imm(uint64(8*v.words())), masks)
	DECQ(n)
	JNE(LabelRef("more"))
	VZEROUPPER()
	RET()
}

// lengths keeps where there are at least 5, 6, … 19 lengths.
func lengths(v vector, plane func(int) reg.VecVirtual) {
	h0, h1, h2, h3 := plane(13), plane(14), plane(15), plane(16)
	either, both := v.or(h1, h0), v.and(h1, h0)
	from := []reg.VecVirtual{v.or(h2, either), v.or(h2, h1), v.or(h2, both), h2, v.and(h2, either), v.and(h2, h1), v.and(h2, both)}
	v.keep(8, h3)
	for i, x := range from {
		v.keep(1+i, v.or(h3, x))
		v.keep(9+i, v.and(h3, x))
	}
}

// add is kraft.add.
func add(v vector, s [4]reg.VecVirtual, a, b, c reg.VecVirtual) {
	cb, cNotB := v.and(c, b), v.andNot(c, b)
	x := v.and(cb, a)
	y := v.and(s[0], x)
	v.xorInto(s[0], x)
	x = v.or(y, v.andNot(cb, a))
	y = v.and(s[1], x)
	v.xorInto(s[1], x)
	x = v.or(y, v.and(cNotB, a))
	y = v.and(s[2], x)
	v.xorInto(s[2], x)
	v.xorInto(s[3], v.or(y, v.andNot(cNotB, a)))
}

type avx2 struct {
	spread reg.VecVirtual
	kept   Mem
}

func (*avx2) name() string        { return "headsAVX2" }
func (*avx2) words() int          { return 4 }
func (*avx2) reg() reg.VecVirtual { return YMM() }

func (v *avx2) begin() {
	table := GLOBL("spread2", RODATA|NOPTR)
	for i := range 32 {
		DATA(i, U8(i%16/8*7+i%8))
	}
	v.spread = YMM()
	VMOVDQU(table, v.spread)
	v.kept = AllocLocal(16 * 32)
}

func (v *avx2) load(base reg.Register, i int) reg.VecVirtual {
	x := YMM()
	VBROADCASTI128(Mem{Base: base, Disp: i}, x)
	VINSERTI128(Imm(1), Mem{Base: base, Disp: i + 14}, x, x)
	VPSHUFB(v.spread, x, x)
	return x
}

func (*avx2) shift(n int, x reg.VecVirtual) reg.VecVirtual {
	y := YMM()
	VPSRLQ(Imm(uint64(n)), x, y)
	return y
}

func (*avx2) and(x, y reg.VecVirtual) reg.VecVirtual    { z := YMM(); VPAND(x, y, z); return z }
func (*avx2) andNot(x, y reg.VecVirtual) reg.VecVirtual { z := YMM(); VPANDN(x, y, z); return z }
func (*avx2) or(x, y reg.VecVirtual) reg.VecVirtual     { z := YMM(); VPOR(x, y, z); return z }
func (*avx2) xorInto(x, y reg.VecVirtual)               { VPXOR(x, y, x) }
func (*avx2) zero() reg.VecVirtual                      { z := YMM(); VPXOR(z, z, z); return z }

func (*avx2) low56() reg.VecVirtual {
	z := YMM()
	VPCMPEQB(z, z, z)
	VPSRLQ(Imm(8), z, z)
	return z
}

func (v *avx2) keep(i int, x reg.VecVirtual) { VMOVDQU(x, v.kept.Offset(32*i)) }

func (v *avx2) andKept(i int, x reg.VecVirtual) reg.VecVirtual {
	z := YMM()
	VPAND(v.kept.Offset(32*i), x, z)
	return z
}

func (*avx2) store(x reg.VecVirtual, to Mem) { VMOVDQU(x, to) }
