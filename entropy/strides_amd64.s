//go:build !purego

#include "textflag.h"

// STEP adds the weights of 32 differences to small and smallish.
#define STEP(small, smallish) \
	VMOVDQU   (SI), Y0; \
	VPSUBB    (DX), Y0, Y0; \
	VPCMPGTB  Y0, Y15, Y1; \
	VPXOR     Y1, Y0, Y0; \ // the size
	VPSRLW    $1, Y0, Y1; \
	VPSRLW    $3, Y0, Y0; \
	VPAND     Y14, Y1, Y1; \
	VPAND     Y13, Y0, Y0; \
	VPMINUB   Y13, Y1, Y1; \
	VPSHUFB   Y0, Y11, Y0; \
	VPSHUFB   Y1, Y12, Y1; \
	VPADDB    Y0, smallish, smallish; \
	VPADDB    Y1, small, small; \
	ADDQ      $32, SI; \
	ADDQ      $32, DX

// FOLD adds up 96 places modulo 16 and 24, as words. The sums modulo 16 are taken into Y14 by AND, those modulo 24 into X15.
#define FOLD(y0, x0, y1, x1, y2, x2, by16, by24) \
	VEXTRACTI128 $1, y0, X9; \
	VEXTRACTI128 $1, y1, X0; \
	VEXTRACTI128 $1, y2, X1; \
	VPMOVSXBW    x0, Y8; \
	VPMOVSXBW    X9, Y9; \
	VPMOVSXBW    x1, Y10; \
	VPMOVSXBW    X0, Y0; \
	VPADDW       Y0, Y8, Y8; \
	VPMOVSXBW    x2, Y0; \
	VPADDW       Y0, Y9, Y9; \
	VPMOVSXBW    X1, Y1; \
	VPADDW       Y1, Y10, Y10; \ // modulo 48, in three
	VPADDW       Y8, Y9, Y0; \
	VPADDW       Y10, Y0, Y0; \
	VMOVDQU      Y0, by16(DI); \
	VPAND        Y0, Y14, Y14; \
	VEXTRACTI128 $1, Y8, X0; \
	VPADDW       X10, X0, X0; \
	VEXTRACTI128 $1, Y9, X1; \
	VPADDW       X1, X8, X8; \
	VEXTRACTI128 $1, Y10, X1; \
	VPADDW       X1, X9, X9; \
	VMOVDQU      X8, by24(DI); \
	VMOVDQU      X0, by24+16(DI); \
	VMOVDQU      X9, by24+32(DI); \
	VPAND        X8, X15, X15; \
	VPAND        X0, X9, X0; \
	VPAND        X0, X15, X15

// func sumPhasesAVX2(sums *phaseSums, weights *[2][16]int8, b *byte, steps, stride int) (below bool)
TEXT ·sumPhasesAVX2(SB), NOSPLIT, $0-41
	MOVQ sums+0(FP), DI
	MOVQ weights+8(FP), AX
	MOVQ b+16(FP), SI
	MOVQ steps+24(FP), CX
	MOVQ SI, DX
	SUBQ stride+32(FP), DX

	VBROADCASTI128 (AX), Y12   // small
	VBROADCASTI128 16(AX), Y11 // smallish
	VPCMPEQB       Y14, Y14, Y14
	VPXOR          Y15, Y15, Y15
	VPABSB         Y14, Y0
	VPSLLW         $4, Y0, Y13
	VPSUBB         Y0, Y13, Y13 // 15
	VPSLLW         $7, Y0, Y0
	VPXOR          Y0, Y14, Y14 // 127

	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	SUBQ  $3, CX
	JLT   rest

three:
	STEP(Y2, Y5)
	STEP(Y3, Y6)
	STEP(Y4, Y7)
	SUBQ $3, CX
	JGE  three

rest:
	ADDQ $3, CX
	JEQ  fold
	STEP(Y2, Y5)
	DECQ CX
	JEQ  fold
	STEP(Y3, Y6)

fold:
	VPCMPEQB Y14, Y14, Y14
	VPCMPEQB X15, X15, X15
	FOLD(Y2, X2, Y3, X3, Y4, X4, 0, 64)
	FOLD(Y5, X5, Y6, X6, Y7, X7, 32, 112)
	VEXTRACTI128 $1, Y14, X0
	VPAND        X14, X15, X15
	VPAND        X0, X15, X15
	VPSRAW       $15, X15, X15
	VPMOVMSKB    X15, AX
	CMPL         AX, $0xFFFF
	SETEQ        below+40(FP)
	VZEROUPPER
	RET
