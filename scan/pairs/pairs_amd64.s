//go:build !purego

#include "textflag.h"

DATA nibble<>+0(SB)/4, $0x0F0F0F0F
GLOBL nibble<>(SB), RODATA|NOPTR, $4

// HALF asks 32 bytes: each half of a byte is looked up, and what all four have in common is a product that has the pair.
#define HALF(at) \
	VMOVDQU   at+0(SI), Y0 \
	VMOVDQU   at+1(SI), Y1 \
	VPSRLW    $4, Y0, Y2   \
	VPSRLW    $4, Y1, Y3   \
	VPAND     Y0, Y6, Y0   \
	VPAND     Y1, Y6, Y1   \
	VPAND     Y2, Y6, Y2   \
	VPAND     Y3, Y6, Y3   \
	VPSHUFB   Y0, Y8, Y0   \
	VPSHUFB   Y2, Y9, Y2   \
	VPSHUFB   Y1, Y10, Y1  \
	VPSHUFB   Y3, Y11, Y3  \
	VPAND     Y0, Y2, Y0   \
	VPAND     Y1, Y3, Y1   \
	VPAND     Y0, Y1, Y0   \
	VPCMPEQB  Y0, Y7, Y0   \
	VPMOVMSKB Y0, AX       \
	NOTL      AX           \
	MOVL      AX, (at/8)(DI)

// func markAVX2(halves *[4][16]byte, b *byte, marks *uint64, n int)
TEXT ·markAVX2(SB), NOSPLIT, $0-32
	MOVQ           halves+0(FP), AX
	MOVQ           b+8(FP), SI
	MOVQ           marks+16(FP), DI
	MOVQ           n+24(FP), CX
	VPBROADCASTD   nibble<>+0(SB), Y6
	VPXOR          Y7, Y7, Y7
	VBROADCASTI128 0(AX), Y8
	VBROADCASTI128 16(AX), Y9
	VBROADCASTI128 32(AX), Y10
	VBROADCASTI128 48(AX), Y11

next: // 64 bytes
	HALF(0)
	HALF(32)
	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX
	JNZ  next
	VZEROUPPER
	RET
