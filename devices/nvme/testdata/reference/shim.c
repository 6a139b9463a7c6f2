/*
 * shim.c: writes down what nvme-cli would send to a drive, and sends nothing.
 *
 * Loaded with LD_PRELOAD it takes the place of ioctl(2). Any character device
 * will do for a drive then: capture.sh gives /dev/null. A pass-through command
 * (struct nvme_passthru_cmd of linux/nvme_ioctl.h) is printed as the 64 bytes
 * of the submission queue entry that the kernel makes of it, without command
 * identifier and data pointers, which the kernel fills in; all other ioctls
 * answer 0. The answer's data is zeros, but for byte 262 of Identify Controller
 * (ELPE): without it error-log would ask for one entry only. With SHIM_PAGE set
 * to one of our test pages, the page is the answer to every command.
 *
 * A line: queue (admin, io), length of the data in bytes, the entry in hex.
 */
#define _GNU_SOURCE
#include <linux/nvme_ioctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static void put(unsigned char *entry, int at, unsigned value)
{
	for (int i = 0; i < 4; i++)
		entry[at + i] = value >> (8 * i);
}

static void print(const char *queue, const struct nvme_passthru_cmd *c)
{
	unsigned char e[64] = { c->opcode, c->flags };
	FILE *out = fopen(getenv("SHIM_OUT"), "a");

	if (!out)
		abort();
	put(e, 4, c->nsid);
	put(e, 8, c->cdw2);
	put(e, 12, c->cdw3);
	put(e, 40, c->cdw10);
	put(e, 44, c->cdw11);
	put(e, 48, c->cdw12);
	put(e, 52, c->cdw13);
	put(e, 56, c->cdw14);
	put(e, 60, c->cdw15);
	fprintf(out, "%s %u ", queue, c->data_len);
	for (int i = 0; i < 64; i++)
		fprintf(out, "%02x", e[i]);
	fputc('\n', out);
	fclose(out);
}

/* fill reads a page of testdata: lines "offset: bytes # comment", in hex. */
static void fill(unsigned char *data, unsigned size, const char *name)
{
	char line[512];
	FILE *in = fopen(name, "r");

	if (!in)
		abort();
	while (fgets(line, sizeof line, in)) {
		unsigned at, value;
		int used = 0;
		char *p = line;

		if (sscanf(p, "%x:%n", &at, &used) != 1)
			continue;
		for (p += used; sscanf(p, " %2x%n", &value, &used) == 1; p += used)
			if (at < size)
				data[at++] = value;
	}
	fclose(in);
}

static void answer(const struct nvme_passthru_cmd *c)
{
	unsigned char *data = (unsigned char *)(unsigned long)c->addr;

	print("admin", c);
	if ((c->opcode & 3) == 2) /* data comes from the drive */
		memset(data, 0, c->data_len);
	if (getenv("SHIM_PAGE"))
		fill(data, c->data_len, getenv("SHIM_PAGE"));
	else if (c->opcode == 0x06 && (c->cdw10 & 0xff) == 0x01 && c->data_len == 4096)
		data[262] = 63;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *argument;

	(void)fd;
	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	if (request == NVME_IOCTL_ADMIN_CMD)
		answer(argument);
	if (request == NVME_IOCTL_IO_CMD)
		print("io", argument);
	return 0;
}
