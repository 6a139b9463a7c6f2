//go:build !purego

#include "textflag.h"

// func addPairsAVX2(sums *[numLearned]int32, t *pairTable, b []byte)
TEXT ·addPairsAVX2(SB), NOSPLIT, $0-40
	MOVQ  sums+0(FP), DI
	MOVQ  t+8(FP), DX
	MOVQ  b_base+16(FP), SI
	MOVQ  b_len+24(FP), CX
	DECQ  CX // pairs
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	SUBQ  $4, CX
	JLT   rest

four:
	MOVWLZX   (SI), AX
	MOVWLZX   1(SI), BX
	MOVWLZX   2(SI), R8
	MOVWLZX   3(SI), R9
	SHLL      $4, AX
	SHLL      $4, BX
	SHLL      $4, R8
	SHLL      $4, R9
	VPMOVSXBW (DX)(AX*1), Y2
	VPMOVSXBW (DX)(BX*1), Y3
	VPMOVSXBW (DX)(R8*1), Y4
	VPMOVSXBW (DX)(R9*1), Y5
	VPADDW    Y2, Y0, Y0
	VPADDW    Y3, Y1, Y1
	VPADDW    Y4, Y0, Y0
	VPADDW    Y5, Y1, Y1
	ADDQ      $4, SI
	SUBQ      $4, CX
	JGE       four

rest:
	ADDQ $4, CX
	JEQ  done

one:
	MOVWLZX   (SI), AX
	SHLL      $4, AX
	VPMOVSXBW (DX)(AX*1), Y2
	VPADDW    Y2, Y0, Y0
	INCQ      SI
	DECQ      CX
	JNE       one

done:
	VPADDW       Y1, Y0, Y0
	VPMOVSXWD    X0, Y1
	VEXTRACTI128 $1, Y0, X0
	VPMOVSXWD    X0, Y2
	VPADDD       (DI), Y1, Y1
	VPADDD       32(DI), Y2, Y2
	VMOVDQU      Y1, (DI)
	VMOVDQU      Y2, 32(DI)
	VZEROUPPER
	RET
