//go:build !purego

#include "textflag.h"

// func takeAVX2(h, sector *counts) (squares uint64)
TEXT ·takeAVX2(SB), NOSPLIT, $0-24
	MOVQ  h+0(FP), DI
	MOVQ  sector+8(FP), SI
	VPXOR Y0, Y0, Y0 // zeros
	VPXOR Y1, Y1, Y1 // eight sums of squares
	VPXOR Y2, Y2, Y2 // eight more
	MOVQ  $16, CX

more: // 16 counts
	VMOVDQU  (SI), Y3
	VMOVDQU  32(SI), Y4
	VPADDD   (DI), Y3, Y5
	VPADDD   32(DI), Y4, Y6
	VMOVDQU  Y0, (SI)
	VMOVDQU  Y0, 32(SI)
	VMOVDQU  Y5, (DI)
	VMOVDQU  Y6, 32(DI)
	VPMADDWD Y3, Y3, Y3 // the upper 16 bits are 0: the square
	VPMADDWD Y4, Y4, Y4
	VPADDD   Y3, Y1, Y1
	VPADDD   Y4, Y2, Y2
	ADDQ     $64, SI
	ADDQ     $64, DI
	DECQ     CX
	JNE      more

	VPADDD       Y2, Y1, Y1
	VEXTRACTI128 $1, Y1, X2
	VPADDD       X2, X1, X1
	VPSHUFD      $0x4E, X1, X2
	VPADDD       X2, X1, X1
	VPSHUFD      $0xB1, X1, X2
	VPADDD       X2, X1, X1
	VMOVD        X1, AX
	MOVQ         AX, squares+16(FP)
	VZEROUPPER
	RET

// func countStuffedAVX2(b []byte) uint64
TEXT ·countStuffedAVX2(SB), NOSPLIT, $0-32
	MOVQ     b_base+0(FP), SI
	MOVQ     b_len+8(FP), CX
	XORQ     AX, AX     // how many
	VPXOR    Y0, Y0, Y0 // 00
	VPCMPEQB Y1, Y1, Y1 // FF
	SUBQ     $33, CX
	JB       done

next: // 32 bytes and the one behind them
	VPCMPEQB  (SI), Y1, Y2
	VPCMPEQB  1(SI), Y0, Y3
	VPAND     Y2, Y3, Y2
	VPMOVMSKB Y2, DX
	POPCNTL   DX, DX
	ADDQ      DX, AX
	ADDQ      $32, SI
	SUBQ      $32, CX
	JAE       next

done:
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET
