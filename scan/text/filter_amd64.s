//go:build !purego

#include "textflag.h"

// The rules of each kind, as forbids has them, and what alone asks of a word.
DATA masks<>+0(SB)/4, $0x0F0F0F0F
DATA masks<>+4(SB)/4, $0x07070707  // UTF-8
DATA masks<>+8(SB)/4, $0x09090909  // Shift_JIS
DATA masks<>+12(SB)/4, $0x31313131 // EUC-JP
DATA masks<>+16(SB)/4, $0x00C000C0 // UTF-16, even places
DATA masks<>+20(SB)/4, $0x00808080
DATA masks<>+24(SB)/4, $0x01010101 // control characters
GLOBL masks<>(SB), RODATA|NOPTR, $28

// WORDS puts a bit for each word of Y1 that is 0 into a kind of the tile.
#define WORDS(kind) \
	VPCMPEQD  Y14, Y1, Y1 \
	VMOVMSKPS Y1, AX      \
	MOVB      AX, (kind*8)(DI)(CX*1)

// func lookAVX2(t *tile, b *[tileBytes + ahead]byte, rules *halves)
TEXT ·lookAVX2(SB), NOSPLIT, $0-24
	MOVQ           t+0(FP), DI
	MOVQ           b+8(FP), SI
	MOVQ           rules+16(FP), DX
	VPBROADCASTD   masks<>+0(SB), Y15
	VPXOR          Y14, Y14, Y14
	VBROADCASTI128 (DX), Y13
	VBROADCASTI128 16(DX), Y12
	VBROADCASTI128 32(DX), Y11
	VBROADCASTI128 48(DX), Y10
	VPBROADCASTD   masks<>+4(SB), Y9
	VPBROADCASTD   masks<>+8(SB), Y8
	VPBROADCASTD   masks<>+12(SB), Y7
	VPBROADCASTD   masks<>+16(SB), Y6
	VPBROADCASTD   masks<>+20(SB), Y5
	XORQ           CX, CX

next: // eight words
	VMOVDQU (SI), Y0  // x
	VMOVDQU 1(SI), Y2 // y
	VMOVDQU 2(SI), Y4

	VPANDN Y2, Y0, Y3
	VPANDN Y3, Y4, Y4
	VPAND  Y5, Y4, Y4 // alone

	VPSRLW  $4, Y0, Y1
	VPAND   Y15, Y1, Y1
	VPAND   Y15, Y0, Y3
	VPSHUFB Y1, Y13, Y1
	VPSHUFB Y3, Y12, Y3
	VPAND   Y1, Y3, Y3
	VPSRLW  $4, Y2, Y1
	VPAND   Y15, Y1, Y1
	VPAND   Y15, Y2, Y2
	VPSHUFB Y1, Y11, Y1
	VPSHUFB Y2, Y10, Y2
	VPAND   Y1, Y3, Y3
	VPAND   Y2, Y3, Y3 // the rules that forbid x, y

	VPAND Y9, Y3, Y1
	WORDS(0)
	VPAND Y8, Y3, Y1
	WORDS(1)
	VPAND Y7, Y3, Y1
	VPOR  Y4, Y1, Y1
	WORDS(2)
	VPCMPEQD Y14, Y0, Y4 // zeros
	VPAND    Y6, Y3, Y1
	VPOR     Y4, Y1, Y1
	WORDS(3)
	VPSRLW   $8, Y3, Y2  // the bytes at odd places
	VPAND    Y6, Y2, Y1
	VPOR     Y4, Y1, Y1
	WORDS(4)

	VPSLLW    $8, Y3, Y3 // the others
	VPSLLW    $8, Y0, Y1
	VPSRLW    $8, Y0, Y0
	VPBROADCASTD masks<>+24(SB), Y4
	VPAND     Y4, Y2, Y2
	VPAND     Y4, Y3, Y3
	VPOR      Y1, Y2, Y1
	VPOR      Y0, Y3, Y3
	VPCMPEQD  Y14, Y1, Y1 // 0 at even places, no control characters at odd ones
	VPCMPEQD  Y14, Y3, Y3 // the other way round
	VPOR      Y3, Y1, Y1
	VMOVMSKPS Y1, AX
	MOVB      AX, 40(DI)(CX*1)

	ADDQ $32, SI
	INCQ CX
	CMPQ CX, $8
	JNE  next

	VZEROUPPER
	RET
