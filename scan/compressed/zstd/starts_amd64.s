//go:build !purego

#include "textflag.h"

// What findStartsGeneric asks of the bits.
DATA masks<>+0(SB)/4, $0x04040404  // kind of a block: compressed
DATA masks<>+4(SB)/4, $0x06060606
DATA masks<>+8(SB)/4, $0xF0F0F0F0  // sizes that are too large
DATA masks<>+12(SB)/4, $0x02020202 // kind of literals
DATA masks<>+16(SB)/4, $0xA8A8A8A8 // modes
DATA masks<>+20(SB)/4, $0xEBEBEBEB
DATA masks<>+24(SB)/4, $0x0F0F0F0F // log less 5
DATA masks<>+28(SB)/4, $0x04040404 // the most that it may be
GLOBL masks<>(SB), RODATA|NOPTR, $32

// HALF asks 32 bytes.
#define HALF(at) \
	VMOVDQU   at+0(SI), Y0  \
	VMOVDQU   at+1(SI), Y1  \
	VMOVDQU   at+3(SI), Y3  \
	VPXOR     Y0, Y8, Y4    \
	VPAND     Y4, Y9, Y4    \
	VPAND     at+2(SI), Y10, Y5 \
	VPANDN    Y11, Y3, Y6   \
	VPOR      Y4, Y5, Y4    \
	VPOR      Y4, Y6, Y4    \
	VPCMPEQB  Y4, Y7, Y4    \
	VPMOVMSKB Y4, AX        \
	MOVL      AX, (at/8+0)(DI) \
	VPXOR     Y0, Y12, Y0   \
	VPAND     Y0, Y13, Y0   \
	VPAND     Y1, Y14, Y1   \
	VPCMPGTB  Y15, Y1, Y1   \
	VPOR      Y0, Y1, Y0    \
	VPCMPEQB  Y0, Y7, Y0    \
	VPMOVMSKB Y0, AX        \
	MOVL      AX, (at/8+8)(DI)

// func findStartsAVX2(b *byte, marks *starts, n int)
TEXT ·findStartsAVX2(SB), NOSPLIT, $0-24
	MOVQ         b+0(FP), SI
	MOVQ         marks+8(FP), DI
	MOVQ         n+16(FP), CX
	VPXOR        Y7, Y7, Y7
	VPBROADCASTD masks<>+0(SB), Y8
	VPBROADCASTD masks<>+4(SB), Y9
	VPBROADCASTD masks<>+8(SB), Y10
	VPBROADCASTD masks<>+12(SB), Y11
	VPBROADCASTD masks<>+16(SB), Y12
	VPBROADCASTD masks<>+20(SB), Y13
	VPBROADCASTD masks<>+24(SB), Y14
	VPBROADCASTD masks<>+28(SB), Y15

next: // 64 bytes
	HALF(0)
	HALF(32)
	ADDQ $64, SI
	ADDQ $16, DI
	DECQ CX
	JNZ  next
	VZEROUPPER
	RET
