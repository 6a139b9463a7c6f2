//go:build !purego

#include "textflag.h"

// ZEROS makes the bits of each word in w zero at which the zeros of a plain header begin: a bit is
// 1 where one of those that have to be 0 is not. It needs t and u.
#define ZEROS(w, t, u) \
	VPSRLQ $1, w, t  \
	VPOR   t, w, w   \
	VPSRLQ $2, w, t  \
	VPOR   t, w, t   \
	VPSRLQ $4, t, u  \
	VPOR   t, u, t   \
	VPSRLQ $8, w, u  \
	VPOR   t, u, t   \
	VPSRLQ $11, w, u \
	VPOR   t, u, w

// func withoutPlainAVX2(b *byte, n int) int
TEXT ·withoutPlainAVX2(SB), NOSPLIT, $0-24
	MOVQ     b+0(FP), SI
	MOVQ     n+8(FP), CX
	XORQ     BX, BX
	VPCMPEQD Y7, Y7, Y7

next: // the words from every fourth byte on: the lower half of their bits is sure
	VMOVDQU   (SI), Y0
	VMOVDQU   4(SI), Y3
	ZEROS(Y0, Y1, Y2)
	ZEROS(Y3, Y4, Y5)
	VPSLLQ    $32, Y3, Y3
	VPBLENDD  $0xAA, Y3, Y0, Y0
	VPCMPEQD  Y7, Y0, Y0
	VPMOVMSKB Y0, AX
	CMPL      AX, $-1
	JNE       done
	ADDQ      $32, SI
	INCQ      BX
	CMPQ      BX, CX
	JNE       next

done:
	VZEROUPPER
	MOVQ BX, ret+16(FP)
	RET
