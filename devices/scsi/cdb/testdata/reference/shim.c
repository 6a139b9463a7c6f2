/* Stands between a tool of sg3-utils and the kernel: an ordinary file named in
 * SHIM_DISK looks like a SCSI generic device, and every command that the tool
 * sends to it by SG_IO is appended to the file named in SHIM_LOG, as hex, and
 * answered with a page that is well-formed enough for the tool to go on.
 * Nothing reaches a device. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void pretend(struct stat64 *st) {
	st->st_mode = (st->st_mode & ~S_IFMT) | S_IFCHR;
	st->st_rdev = makedev(21, 0); /* SCSI_GENERIC_MAJOR */
}

static ino64_t disk(void) {
	struct stat64 st;
	int (*real)(const char *, struct stat64 *) = dlsym(RTLD_NEXT, "stat64");
	return real(getenv("SHIM_DISK"), &st) == 0 ? st.st_ino : 0;
}

int stat64(const char *path, struct stat64 *st) {
	int (*real)(const char *, struct stat64 *) = dlsym(RTLD_NEXT, "stat64");
	int r = real(path, st);
	if (r == 0 && st->st_ino == disk())
		pretend(st);
	return r;
}

int fstat64(int fd, struct stat64 *st) {
	int (*real)(int, struct stat64 *) = dlsym(RTLD_NEXT, "fstat64");
	int r = real(fd, st);
	if (r == 0 && st->st_ino == disk())
		pretend(st);
	return r;
}

static void answer(const unsigned char *cdb, unsigned char *data, unsigned len) {
	memset(data, 0, len);
	if (cdb[0] == 0x12 && !(cdb[1] & 1) && len >= 36) { /* a disk of SPC-4 */
		data[2] = 6, data[3] = 2, data[4] = 31;
		memcpy(data + 8, "SHIM    REFERENCE DISK  0001", 28);
	} else if (cdb[0] == 0x12 && len >= 8) {
		static const unsigned char pages[] = {0x00, 0x80, 0x83, 0x89, 0xb0, 0xb1, 0xb2};
		data[1] = cdb[2], data[3] = 4;
		if (cdb[2] == 0 && len >= 4 + sizeof pages)
			data[3] = sizeof pages, memcpy(data + 4, pages, sizeof pages);
	} else if (cdb[0] == 0x4d && len >= 4) {
		data[0] = cdb[2] & 0x3f;
	} else if (cdb[0] == 0x25 && len >= 8) { /* 2048 blocks of 512 bytes */
		data[2] = 7, data[3] = 0xff, data[6] = 2;
	} else if (cdb[0] == 0x9e && len >= 12) {
		data[6] = 7, data[7] = 0xff, data[10] = 2;
	} else if (cdb[0] == 0xa0 && len >= 16) {
		data[3] = 8;
	} else if ((cdb[0] == 0x1a || cdb[0] == 0x5a) && len >= 16) { /* the page asked for */
		int head = cdb[0] == 0x1a ? 4 : 8;
		data[cdb[0] == 0x1a ? 0 : 1] = head + 12 - (cdb[0] == 0x1a ? 1 : 2);
		data[head] = cdb[2] & 0x3f, data[head + 1] = 10;
	} else if (cdb[0] == 0x37 || cdb[0] == 0xb7) {
		data[1] = cdb[0] == 0x37 ? cdb[2] : cdb[1];
	}
}

int ioctl(int fd, unsigned long request, ...) {
	va_list ap;
	va_start(ap, request);
	void *arg = va_arg(ap, void *);
	va_end(ap);
	struct stat64 st;
	if (fstat64(fd, &st) != 0 || !S_ISCHR(st.st_mode) || major(st.st_rdev) != 21) {
		int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
		return real(fd, request, arg);
	}
	switch (request) {
	case SG_IO: break;
	case SG_GET_VERSION_NUM: *(int *)arg = 30536; return 0;
	case SG_GET_RESERVED_SIZE: *(int *)arg = 1 << 20; return 0;
	case SG_SET_RESERVED_SIZE: return 0;
	default: errno = ENOTTY; return -1;
	}
	struct sg_io_hdr *h = arg;
	FILE *log = fopen(getenv("SHIM_LOG"), "a");
	for (int i = 0; i < h->cmd_len; i++)
		fprintf(log, "%s%02x", i ? " " : "", h->cmdp[i]);
	fprintf(log, " ; %s %u bytes\n", h->dxfer_direction == SG_DXFER_FROM_DEV ? "from" :
		h->dxfer_direction == SG_DXFER_NONE ? "no" : "TO", h->dxfer_len);
	fclose(log);
	if (h->dxfer_direction == SG_DXFER_FROM_DEV)
		answer(h->cmdp, h->dxferp, h->dxfer_len);
	h->status = h->host_status = h->driver_status = h->sb_len_wr = 0;
	h->resid = 0, h->info = 0;
	return 0;
}
