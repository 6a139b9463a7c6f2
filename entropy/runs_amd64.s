//go:build !purego

#include "textflag.h"

// Dwords a0 b0 c0 d0 a1 b1 c1 d1 in the order of the counts.
DATA order<>+0(SB)/8, $0x0000000400000000
DATA order<>+8(SB)/8, $0x0000000500000001
DATA order<>+16(SB)/8, $0x0000000600000002
DATA order<>+24(SB)/8, $0x0000000700000003
GLOBL order<>(SB), RODATA|NOPTR, $32

// func foldAVX2(h []uint32, c []uint8)
TEXT ·foldAVX2(SB), NOSPLIT, $0-48
	MOVQ    h_base+0(FP), DI
	MOVQ    h_len+8(FP), BX // n: a run more bits apart
	MOVQ    c_base+24(FP), SI // counts 1·v: without the highest three bits
	MOVQ    SI, R8  // 2·v
	MOVQ    SI, R9  // 4·v
	MOVQ    SI, R10 // 8·v
	LEAQ    (BX)(BX*2), R11 // 3n
	LEAQ    (SI)(BX*4), R12 // 4n behind
	LEAQ    (BX*4), R13     // 4n
	MOVQ    BX, CX
	SHRQ    $4, CX
	VMOVDQU order<>(SB), Y15
	VPCMPEQB Y14, Y14, Y14
	VPABSB  Y14, Y14 // ones

more: // 16 runs
	// The highest three bits away.
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (SI)(BX*1), Y1
	VPMOVZXBW (SI)(BX*2), Y2
	VPMOVZXBW (SI)(R11*1), Y3
	VPADDW    Y1, Y0, Y0
	VPADDW    Y3, Y2, Y2
	VPMOVZXBW (R12), Y4
	VPMOVZXBW (R12)(BX*1), Y5
	VPMOVZXBW (R12)(BX*2), Y6
	VPMOVZXBW (R12)(R11*1), Y7
	VPADDW    Y5, Y4, Y4
	VPADDW    Y7, Y6, Y6
	VPADDW    Y2, Y0, Y0
	VPADDW    Y6, Y4, Y4
	VPADDW    Y4, Y0, Y0

	// The highest two and the lowest.
	LEAQ       (R8)(R13*1), DX
	VMOVDQU    (R8), Y1
	VMOVDQU    (R8)(BX*2), Y2
	VMOVDQU    (DX), Y3
	VMOVDQU    (DX)(BX*2), Y4
	VPMADDUBSW Y14, Y1, Y1
	VPMADDUBSW Y14, Y2, Y2
	VPMADDUBSW Y14, Y3, Y3
	VPMADDUBSW Y14, Y4, Y4
	VPADDW     Y2, Y1, Y1
	VPADDW     Y4, Y3, Y3
	VPADDW     Y1, Y0, Y0
	VPADDW     Y3, Y0, Y0

	// The highest and the lowest two.
	VMOVDQU    (R9), Y1
	VMOVDQU    32(R9), Y2
	VMOVDQU    (R9)(R13*1), Y3
	VMOVDQU    32(R9)(R13*1), Y4
	VPMADDUBSW Y14, Y1, Y1
	VPMADDUBSW Y14, Y2, Y2
	VPMADDUBSW Y14, Y3, Y3
	VPMADDUBSW Y14, Y4, Y4
	VPADDW     Y3, Y1, Y1
	VPADDW     Y4, Y2, Y2
	VPHADDW    Y2, Y1, Y1
	VPERMQ     $0xD8, Y1, Y1
	VPADDW     Y1, Y0, Y0

	// The lowest three.
	VMOVDQU    (R10), Y1
	VMOVDQU    32(R10), Y2
	VMOVDQU    64(R10), Y3
	VMOVDQU    96(R10), Y4
	VPMADDUBSW Y14, Y1, Y1
	VPMADDUBSW Y14, Y2, Y2
	VPMADDUBSW Y14, Y3, Y3
	VPMADDUBSW Y14, Y4, Y4
	VPHADDW    Y2, Y1, Y1
	VPHADDW    Y4, Y3, Y3
	VPHADDW    Y3, Y1, Y1
	VPERMD     Y1, Y15, Y1
	VPADDW     Y1, Y0, Y0

	VPMOVZXWD    X0, Y1
	VEXTRACTI128 $1, Y0, X2
	VPMOVZXWD    X2, Y2
	VPADDD       (DI), Y1, Y1
	VPADDD       32(DI), Y2, Y2
	VMOVDQU      Y1, (DI)
	VMOVDQU      Y2, 32(DI)

	ADDQ $16, SI
	ADDQ $16, R12
	ADDQ $32, R8
	ADDQ $64, R9
	ADDQ $128, R10
	ADDQ $64, DI
	DECQ CX
	JNE  more
	VZEROUPPER
	RET

// func sumAVX2(c []uint8) uint64
TEXT ·sumAVX2(SB), NOSPLIT, $0-32
	MOVQ  c_base+0(FP), SI
	MOVQ  c_len+8(FP), CX
	SHRQ  $6, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2

sumMore: // 64 counts
	VPSADBW (SI), Y0, Y3
	VPSADBW 32(SI), Y0, Y4
	VPADDQ  Y3, Y1, Y1
	VPADDQ  Y4, Y2, Y2
	ADDQ    $64, SI
	DECQ    CX
	JNE     sumMore

	VPADDQ       Y2, Y1, Y1
	VEXTRACTI128 $1, Y1, X2
	VPADDQ       X2, X1, X1
	VPSHUFD      $0x4E, X1, X2
	VPADDQ       X2, X1, X1
	VMOVQ        X1, AX
	MOVQ         AX, ret+24(FP)
	VZEROUPPER
	RET

// func addRunsAVX2(dst, src []uint32)
TEXT ·addRunsAVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DI
	MOVQ src_base+24(FP), SI
	MOVQ src_len+32(FP), CX
	SHRQ $4, CX
	JEQ  addDone

addMore: // 16 counts
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPADDD  (DI), Y0, Y0
	VPADDD  32(DI), Y1, Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	ADDQ    $64, SI
	ADDQ    $64, DI
	DECQ    CX
	JNE     addMore
	VZEROUPPER

addDone:
	RET

// func tossSumsAVX2(runs []uint32) (differences, squares, tosses uint64)
TEXT ·tossSumsAVX2(SB), NOSPLIT, $0-48
	MOVQ  runs_base+0(FP), SI
	MOVQ  runs_len+8(FP), CX
	SHRQ  $3, CX
	VPXOR Y4, Y4, Y4 // differences
	VPXOR Y5, Y5, Y5 // squares
	VPXOR Y6, Y6, Y6 // tosses
	VPXOR Y7, Y7, Y7
	TESTQ CX, CX
	JEQ   tossDone

tossMore: // 4 histories
	VMOVDQU  (SI), Y0
	VPSRLQ   $32, Y0, Y1     // n1
	VPADDD   Y1, Y0, Y2      // n0 + n1 in the lower half
	VPSUBD   Y1, Y0, Y3      // n0 - n1
	VPBLENDD $0x55, Y2, Y7, Y1
	VPMULDQ  Y3, Y3, Y3
	VPMULUDQ Y2, Y2, Y2
	VPADDQ   Y1, Y6, Y6
	VPADDQ   Y3, Y4, Y4
	VPADDQ   Y2, Y5, Y5
	ADDQ     $32, SI
	DECQ     CX
	JNE      tossMore

tossDone:
	VEXTRACTI128 $1, Y4, X0
	VPADDQ       X0, X4, X4
	VPSHUFD      $0x4E, X4, X0
	VPADDQ       X0, X4, X4
	VMOVQ        X4, AX
	MOVQ         AX, differences+24(FP)
	VEXTRACTI128 $1, Y5, X0
	VPADDQ       X0, X5, X5
	VPSHUFD      $0x4E, X5, X0
	VPADDQ       X0, X5, X5
	VMOVQ        X5, AX
	MOVQ         AX, squares+32(FP)
	VEXTRACTI128 $1, Y6, X0
	VPADDQ       X0, X6, X6
	VPSHUFD      $0x4E, X6, X0
	VPADDQ       X0, X6, X6
	VMOVQ        X6, AX
	MOVQ         AX, tosses+40(FP)
	VZEROUPPER
	RET

// EIGHT counts eight runs, whose numbers lie at a place of the frame.
#define EIGHT(at, counts) \
	MOVWLZX at+0(SP), AX;  \
	MOVWLZX at+2(SP), BX;  \
	MOVWLZX at+4(SP), DX;  \
	MOVWLZX at+6(SP), R8;  \
	INCB    counts(DI)(AX*1); \
	INCB    counts(DI)(BX*1); \
	INCB    counts(DI)(DX*1); \
	INCB    counts(DI)(R8*1); \
	MOVWLZX at+8(SP), AX;  \
	MOVWLZX at+10(SP), BX; \
	MOVWLZX at+12(SP), DX; \
	MOVWLZX at+14(SP), R8; \
	INCB    counts(DI)(AX*1); \
	INCB    counts(DI)(BX*1); \
	INCB    counts(DI)(DX*1); \
	INCB    counts(DI)(R8*1)

// PAIRS puts the numbers of the runs of every second byte into the frame, with the bytes in w and those two further in v.
#define PAIRS(w, v, at) \
	VPSRLW  $4, w, Y2;   \
	VPSLLW  $12, v, Y3;  \
	VPAND   Y14, w, Y4;  \
	VPOR    Y2, Y3, Y2;  \
	VPAND   Y14, Y2, Y2; \
	VMOVDQU Y4, at+0(SP);  \
	VMOVDQU Y2, at+32(SP); \
	VPSHUFB Y15, w, w;   \
	VPSHUFB Y15, v, v;   \
	VPSRLW  $2, w, Y2;   \
	VPSLLW  $2, w, w;    \
	VPSRLW  $14, v, v;   \
	VPAND   Y14, w, w;   \
	VPOR    v, w, w;     \
	VMOVDQU Y2, at+128(SP); \
	VMOVDQU w, at+160(SP)

// The two bytes of each word the other way round.
DATA turned<>+0(SB)/8, $0x0607040502030001
DATA turned<>+8(SB)/8, $0x0E0F0C0D0A0B0809
GLOBL turned<>(SB), RODATA|NOPTR, $16

// func wordsAVX2(c *runCounter, b *byte, n int)
TEXT ·wordsAVX2(SB), NOSPLIT, $256-24
	MOVQ c+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ n+16(FP), CX

	VBROADCASTI128 turned<>(SB), Y15
	VPCMPEQB       Y14, Y14, Y14
	VPSRLW         $2, Y14, Y14 // a run

wordsMore: // 32 bytes
	VMOVDQU (SI), Y0
	VMOVDQU 2(SI), Y1
	PAIRS(Y0, Y1, 0)
	VMOVDQU 1(SI), Y0
	VMOVDQU 3(SI), Y1
	PAIRS(Y0, Y1, 64)
	EIGHT(0, 0)
	EIGHT(128, 16384)
	EIGHT(16, 0)
	EIGHT(144, 16384)
	EIGHT(32, 0)
	EIGHT(160, 16384)
	EIGHT(48, 0)
	EIGHT(176, 16384)
	EIGHT(64, 0)
	EIGHT(192, 16384)
	EIGHT(80, 0)
	EIGHT(208, 16384)
	EIGHT(96, 0)
	EIGHT(224, 16384)
	EIGHT(112, 0)
	EIGHT(240, 16384)
	ADDQ $32, SI
	DECQ CX
	JNE  wordsMore
	VZEROUPPER
	RET
