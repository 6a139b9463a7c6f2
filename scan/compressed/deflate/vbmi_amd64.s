//go:build !purego

#include "textflag.h"

// Lane 8·i + j of a vector is the start at bit j of byte i. Tables have 64 bytes, one for each lane or
// for each value of six bits; tablesVBMI has them.
#define SPREAD   0
#define SHARES   64
#define AT1      128
#define AT23     192
#define AT9      256
#define TRIPLE   320
#define LANE     384
#define BEFORE6  448
#define BEFORE12 512
#define BEFORE24 576
#define BEFORE48 640
#define CARRY    704
#define BASE     768

// SUMS makes of spread bytes the running sums in d, going on from those in before.
#define SUMS(bytes, before, d) \
	VPMULTISHIFTQB bytes, Z28, d   \
	VPERMB         Z30, d, d       \
	VPERMB.Z       d, Z23, K1, Z1  \
	VPADDB         Z1, d, d        \
	VPERMB.Z       d, Z22, K2, Z1  \
	VPADDB         Z1, d, d        \
	VPERMB.Z       d, Z21, K3, Z1  \
	VPADDB         Z1, d, d        \
	VPERMB.Z       d, Z20, K4, Z1  \
	VPADDB         Z1, d, d        \
	VPERMB         before, Z19, Z1 \
	VPADDB         Z1, d, d

// func headsVBMI(b *byte, masks *uint64, n int, t *vbmiTables)
TEXT ·headsVBMI(SB), NOSPLIT, $0-32
	MOVQ      b+0(FP), SI
	MOVQ      masks+8(FP), DI
	MOVQ      n+16(FP), CX
	MOVQ      t+24(FP), DX
	VMOVDQU64 SPREAD(DX), Z31
	VMOVDQU64 SHARES(DX), Z30
	VMOVDQU64 AT1(DX), Z29
	VMOVDQU64 AT23(DX), Z28
	VMOVDQU64 AT9(DX), Z27
	VMOVDQU64 TRIPLE(DX), Z25
	VMOVDQU64 LANE(DX), Z24
	VMOVDQU64 BEFORE6(DX), Z23
	VMOVDQU64 BEFORE12(DX), Z22
	VMOVDQU64 BEFORE24(DX), Z21
	VMOVDQU64 BEFORE48(DX), Z20
	VMOVDQU64 CARRY(DX), Z19
	VMOVDQU64 BASE(DX), Z18
	MOVL      $0x80, AX
	VPBROADCASTB AX, Z17
	MOVL      $0x03, AX
	VPBROADCASTB AX, Z16
	MOVL      $0x02, AX
	VPBROADCASTB AX, Z15
	MOVL      $0x78, AX
	VPBROADCASTB AX, Z14
	MOVL      $0x0F, AX
	VPBROADCASTB AX, Z13
	MOVQ      $-1, AX
	SHLQ      $6, AX
	KMOVQ     AX, K1
	SHLQ      $6, AX
	KMOVQ     AX, K2
	SHLQ      $12, AX
	KMOVQ     AX, K3
	SHLQ      $24, AX
	KMOVQ     AX, K4

	// Before the first six sums there are three of nothing, and three of one length.
	VPERMB         -8(SI), Z31, Z0
	VPERMB         (SI), Z31, Z5
	VPMULTISHIFTQB Z0, Z28, Z3
	MOVL           $0x07, AX
	VPBROADCASTB   AX, Z1
	VPANDQ         Z1, Z3, Z3
	VPERMB         Z30, Z3, Z3
	MOVQ           $7, AX
	SHLQ           $61, AX
	KMOVQ          AX, K5
	VPADDB         Z16, Z24, Z1 // lane 61 is lane 0
	VPERMB.Z       Z3, Z1, K5, Z3
	SUMS(Z0, Z3, Z2)
	SUMS(Z5, Z2, Z3)

next:
	VPERMB 8(SI), Z31, Z0
	SUMS(Z0, Z3, Z4)

	VPMULTISHIFTQB Z5, Z27, Z8 // HDIST but for its first bit, HCLEN
	VPSRLW         $4, Z8, Z6
	VPERMB         Z25, Z6, Z6
	VPADDB         Z24, Z6, Z6
	VPERMI2B       Z4, Z3, Z6  // the sum with the last length,
	VPERMT2B       Z3, Z18, Z2 // and that before the first
	VPADDB         Z17, Z2, Z2

	VPMULTISHIFTQB Z5, Z29, Z7 // the type, HLIT
	VPANDQ         Z16, Z7, Z9
	VPANDQ         Z14, Z7, Z7
	VPANDQ         Z13, Z8, Z8
	VPCMPEQB       Z2, Z6, K5
	VPCMPEQB       Z15, Z9, K5, K5
	VPCMPUB        $4, Z14, Z7, K5, K5
	VPCMPUB        $4, Z13, Z8, K5, K5
	KMOVQ          K5, (DI)

	VMOVDQA64 Z3, Z2
	VMOVDQA64 Z4, Z3
	VMOVDQA64 Z0, Z5
	ADDQ      $8, SI
	ADDQ      $8, DI
	DECQ      CX
	JNE       next
	VZEROUPPER
	RET
