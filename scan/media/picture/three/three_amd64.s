//go:build !purego

#include "textflag.h"

// func indexAVX2(t *Bytes, b *byte, steps int) int
TEXT ·indexAVX2(SB), NOSPLIT, $0-32
	MOVQ         t+0(FP), DI
	MOVQ         b+8(FP), SI
	MOVQ         steps+16(FP), CX
	VPBROADCASTB 0(DI), Y8
	VPBROADCASTB 1(DI), Y9
	VPBROADCASTB 2(DI), Y10
	MOVQ         8(DI), R8
	MOVQ         16(DI), R9
	ADDQ         SI, R8
	ADDQ         SI, R9
	XORQ         AX, AX

next: // 64 bytes
	VPCMPEQB  (SI)(AX*1), Y8, Y0
	VPCMPEQB  32(SI)(AX*1), Y8, Y1
	VPCMPEQB  (R8)(AX*1), Y9, Y2
	VPCMPEQB  32(R8)(AX*1), Y9, Y3
	VPAND     Y0, Y2, Y0
	VPAND     Y1, Y3, Y1
	VPCMPEQB  (R9)(AX*1), Y10, Y2
	VPCMPEQB  32(R9)(AX*1), Y10, Y3
	VPAND     Y0, Y2, Y0
	VPAND     Y1, Y3, Y1
	VPOR      Y0, Y1, Y2
	VPTEST    Y2, Y2
	JNZ       found
	ADDQ      $64, AX
	DECQ      CX
	JNZ       next
	JMP       done

found:
	VPMOVMSKB Y0, DX
	VPMOVMSKB Y1, BX
	SHLQ      $32, BX
	ORQ       BX, DX
	BSFQ      DX, DX
	ADDQ      DX, AX

done:
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET
