package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/disk"
	"shokyo.dev/shokyo/bootimage/manifest"
	"shokyo.dev/shokyo/bootimage/uki"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
)

// builder makes the image step by step and keeps what the next steps need.
type builder struct {
	options
	stdout    io.Writer
	steps     steps
	goVersion string
	linux     bootimage.Kernel
	packages  []bootimage.Package // of which files are in the image: the kernel's first
	tools     []bootimage.Package // that only make something of it
	programs  []manifest.Program
	licenses  manifest.Licenses
	inputs    []manifest.Item
	outputs   []manifest.Item
}

// Names of the results in the folder -out.
const (
	imageName     = "shokyo-usb.img"
	programName   = "shokyo.efi"
	kernelName    = "vmlinuz"
	initramfsName = "initramfs.cpio.zst"
	manifestName  = "manifest.json"
	sbomName      = "sbom.spdx.json"
	licensesName  = "licenses.txt" // on the system partition as well
)

// jobName is the job's place on the evidence partition.
const jobName = "job.toml"

// stub is from Debian's systemd-boot-efi.
const stub = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"

func (b *builder) build() (err error) {
	defer b.steps.next("")
	b.steps.next(terminal.FindingPackages.EN)
	if err := errors.Join(os.MkdirAll(b.out, 0o755), os.MkdirAll(b.cache, 0o755)); err != nil {
		return err
	}
	if err := b.findPackages(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "mkbootimage-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	initramfs, err := b.initramfs(work)
	if err != nil {
		return err
	}
	b.steps.next(terminal.JoiningKernel.EN)
	unified, err := b.unified(initramfs)
	if err != nil {
		return err
	}
	program, err := b.program(unified)
	if err != nil {
		return err
	}
	b.steps.next(terminal.WritingImage.EN)
	return b.write(unified, program)
}

// findPackages looks where everything comes from.
func (b *builder) findPackages() error {
	kernel, err := b.findKernel()
	if err != nil {
		return err
	}
	files, err := installed("systemd-boot-efi", "syslinux", "syslinux-common")
	if err != nil {
		return err
	}
	b.packages = append([]bootimage.Package{kernel}, files...)
	b.licenses = manifest.Licenses{}
	for i, p := range b.packages {
		root := "/"
		if i == 0 {
			root = b.linux.Dir
		}
		if err := b.addDebian(root, p); err != nil {
			return err
		}
	}
	if b.evidence == disk.ExFAT {
		b.tools, err = installed("exfatprogs")
	}
	return err
}

// findKernel takes the kernel of -kernel, or that of scripts/install-test-tools.
func (b *builder) findKernel() (p bootimage.Package, err error) {
	if b.kernel == "" {
		b.linux, err = bootimage.FindKernel()
	} else {
		b.linux, err = bootimage.KernelIn(b.kernel)
	}
	if err == nil {
		p, err = b.linux.Package()
	}
	if err != nil && b.kernel != "" {
		err = fmt.Errorf("-kernel %[1]s is no unpacked kernel package: %[2]w: run dpkg-deb -x linux-image-*.deb %[1]s, and for its version dpkg-deb -f linux-image-*.deb >%[1]s/control", b.kernel, err)
	}
	return p, err
}

func (b *builder) kernelPackage() bootimage.Package { return b.packages[0] }

// installedPackage is one of those that findPackages asked dpkg for.
func (b *builder) installedPackage(name string) bootimage.Package {
	all := slices.Concat(b.packages, b.tools)
	return all[slices.IndexFunc(all, func(p bootimage.Package) bool { return p.Name == name })]
}

// initramfs builds the programs and packs them with the modules.
func (b *builder) initramfs(work string) ([]byte, error) {
	// The programs come first: u-root's take a minute, and a bad job is found before.
	b.steps.next(terminal.BuildingPrograms.EN)
	files, err := b.programFiles(work)
	if err != nil {
		return nil, err
	}
	b.steps.next(terminal.BuildingURoot.EN)
	base, err := b.base()
	if err != nil {
		return nil, err
	}
	if err := b.addModules(append(commands(), b.init, tool)...); err != nil {
		return nil, err
	}
	b.steps.next(terminal.PackingModules.EN)
	list, err := b.linux.Modules(modules())
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		if err := b.input("module "+m.Name, m.Path, b.kernelPackage()); err != nil {
			return nil, err
		}
	}
	files = append(files, moduleFiles(b.linux.Release, list)...)
	files = append(files,
		bootimage.File{Path: "/bin/uinit", Link: "shokyo-init"}, // what u-root's init starts
		bootimage.File{Path: "/etc/shokyo-release", Mode: 0o644, Data: []byte(releaseText(b.release, b.kernelPackage()))})
	var archive bytes.Buffer
	if err := bootimage.WriteInitramfs(&archive, bytes.NewReader(base), files); err != nil {
		return nil, err
	}
	packed, err := bootimage.Compress(archive.Bytes())
	b.say(terminal.Packed.Say(len(list), size(archive.Len()), size(len(packed))))
	return packed, err
}

func (b *builder) unified(initramfs []byte) (u uki.Kernel, err error) {
	u = uki.Kernel{OSRelease: osRelease(b.release), CommandLine: commandLine, Release: b.linux.Release, Initrd: initramfs}
	if u.Stub, err = os.ReadFile(stub); err != nil {
		return u, fmt.Errorf("%w: run scripts/install-test-tools image", err)
	}
	if u.Linux, err = os.ReadFile(b.linux.Image()); err != nil {
		return u, err
	}
	b.inputs = append(b.inputs,
		item("vmlinuz-"+b.linux.Release, u.Linux, b.kernelPackage()),
		item(filepath.Base(stub), u.Stub, b.installedPackage("systemd-boot-efi")))
	return u, nil
}

// program is the unified kernel image, signed if there is a key.
func (b *builder) program(u uki.Kernel) ([]byte, error) {
	program, err := u.Build()
	if err != nil || b.key == "" {
		return program, err
	}
	return uki.Sign(program, b.key, b.certificate)
}

// write makes all that comes out, or nothing.
func (b *builder) write(u uki.Kernel, program []byte) (err error) {
	out := outputs{dir: b.out}
	defer func() { err = errors.Join(err, out.discard()) }()
	image, err := b.image(&out, u, program)
	if err == nil {
		err = b.network(&out, u, program)
	}
	if err == nil {
		err = b.document(&out, image, u, program)
	}
	if err != nil {
		return fmt.Errorf("write into %s, where nothing was changed: %w", b.out, withRoomAdvice(err))
	}
	if err := out.publish(); err != nil {
		return err
	}
	b.say(terminal.SHA256.Say(image.SHA256))
	return nil
}

// withRoomAdvice goes by the text: of those who write, go-diskfs and syslinux give no
// more.
func withRoomAdvice(err error) error {
	if strings.Contains(strings.ToLower(err.Error()), syscall.ENOSPC.Error()) {
		return fmt.Errorf("%w: make room, or choose another folder with -out", err)
	}
	return err
}

// image writes the image.
func (b *builder) image(out *outputs, u uki.Kernel, program []byte) (item manifest.Item, err error) {
	d := disk.Image{
		System: []bootimage.File{
			{Path: "/EFI/BOOT/BOOTX64.EFI", Data: program},
			{Path: disk.SyslinuxFolder + "/" + kernelName, Data: u.Linux},
			{Path: disk.SyslinuxFolder + "/initramfs", Data: u.Initrd},
			{Path: disk.SyslinuxFolder + "/syslinux.cfg", Data: disk.SyslinuxConfig(kernelName, "initramfs", commandLine)},
			{Path: "/" + licensesName, Data: b.licenses.Document()},
		},
		BIOS: true, Evidence: b.evidence, EvidenceSize: b.evidenceSize,
		Time: b.time,
	}
	if b.job != "" {
		d.EvidenceFile = []bootimage.File{{Path: "/" + jobName, Data: b.jobText}}
	}
	if err := b.diskInputs(); err != nil {
		return item, err
	}
	if err := out.add(imageName, d.Write); err != nil {
		return item, err
	}
	system, err := d.SystemSize()
	if err != nil {
		return item, err
	}
	b.say(terminal.ImageSize.Say(imageName, size(int(system)+1<<20), size(int(b.evidenceSize))))
	return fileItem(imageName, out.part(imageName))
}

// diskInputs notes what gets into the image besides the system's files: the BIOS
// boot code, SYSLINUX's loader, which is in its program, what mkfs.exfat writes
// into an empty file system, and the job.
func (b *builder) diskInputs() error {
	err := errors.Join(
		b.input(filepath.Base(disk.BootCode), disk.BootCode, b.installedPackage("syslinux-common")),
		b.input(filepath.Base(disk.Syslinux), disk.Syslinux, b.installedPackage("syslinux")))
	if b.evidence == disk.ExFAT {
		err = errors.Join(err, b.input(filepath.Base(disk.MakeExFAT), disk.MakeExFAT, b.installedPackage("exfatprogs")))
	}
	if b.job != "" {
		b.inputs = append(b.inputs, itemOf(jobName, b.jobText))
	}
	return err
}

// network writes the files to boot from a network with.
func (b *builder) network(out *outputs, u uki.Kernel, program []byte) error {
	for _, f := range []bootimage.File{{Path: programName, Data: program}, {Path: kernelName, Data: u.Linux}, {Path: initramfsName, Data: u.Initrd}, {Path: licensesName, Data: b.licenses.Document()}} {
		if err := out.addBytes(f.Path, f.Data); err != nil {
			return err
		}
		b.outputs = append(b.outputs, itemOf(f.Path, f.Data))
	}
	return nil
}

// document writes the bill of materials and the manifest.
func (b *builder) document(out *outputs, image manifest.Item, u uki.Kernel, program []byte) error {
	measured, err := u.Measure(program)
	if err != nil {
		return err
	}
	m := manifest.Manifest{Image: image, CommandLine: commandLine, Inputs: b.inputs, Outputs: b.outputs, PCRSets: uki.Predict(measured)}
	list, err := m.JSON()
	if err != nil {
		return err
	}
	sbom, err := manifest.SBOM(image, b.packages, b.programs, b.licenses, b.time)
	if err != nil {
		return err
	}
	if err := out.addBytes(sbomName, sbom); err != nil {
		return err
	}
	return out.addBytes(manifestName, list)
}

// input notes a file that goes into the image.
func (b *builder) input(name, path string, from bootimage.Package) error {
	i, err := fileItem(name, path)
	i.Package, i.Version = from.Name, from.Version
	b.inputs = append(b.inputs, i)
	return err
}

func item(name string, data []byte, from bootimage.Package) manifest.Item {
	i := itemOf(name, data)
	i.Package, i.Version = from.Name, from.Version
	return i
}

func itemOf(name string, data []byte) manifest.Item {
	return manifest.Item{Name: name, SHA256: sha256.Sum256(data), Bytes: int64(len(data))}
}

// fileItem does not load the file: an image may be large.
func fileItem(name, path string) (i manifest.Item, err error) {
	f, err := os.Open(path)
	if err != nil {
		return i, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return manifest.Item{Name: name, SHA256: [sha256.Size]byte(h.Sum(nil)), Bytes: n}, err
}

func (b *builder) say(text words.Text) {
	b.steps.clear()
	fmt.Fprintln(b.stdout, text.EN)
	b.steps.draw()
}

func size(n int) string { return bytesize.Format(int64(n)) }
