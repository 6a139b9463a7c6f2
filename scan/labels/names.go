package labels

// names are the texts that are known, one a line, by who gives them. Of a numbered
// series (vg0, lvol3, "Partition 2") the stem is enough. Only what comes without
// anybody's choice belongs here: no host, project or person.
var names = [...]string{
	// Partition names that tools write into a GPT: gdisk's and sgdisk's type names
	// (gptfdisk, parttypes.cc), fdisk's (util-linux, pt-gpt-partnames.h), parted's and
	// mkpart's examples, systemd-repart's, ESPs of installers.
	`
EFI System Partition
EFI system partition
EFI System
EFI
ESP
UEFI
EFI-SYSTEM
System
system partition
efi boot
efiboot
ef00
BIOS boot partition
BIOS boot
BIOS
bios_grub
biosboot
bios-boot
grub
grub2
grub_bios
legacy_boot
MBR partition scheme
Linux filesystem
Linux
Linux data
Linux filesystem data
Linux native
Linux swap
Linux extended boot
Linux extended
Linux RAID
Linux LVM
Linux LUKS
Linux dm-crypt
Linux plaintext
Linux encrypted
Linux reserved
Linux root
Linux root (x86)
Linux root (x86-64)
Linux root (ARM)
Linux root (ARM-64)
Linux x86-64 root (/)
Linux x86 root (/)
Linux ARM64 root (/)
Linux ARM32 root (/)
Linux /home
Linux home
Linux /srv
Linux /usr
Linux /var
Linux /var/tmp
Linux user's home
Linux server data
Linux temporary data
Linux variable data
Linux root verity
root-x86-64
root-x86-64-verity
root-x86-64-verity-sig
root-arm64
root-arm64-verity
usr-x86-64
usr-x86-64-verity
usr-arm64
home
srv
var
tmp
usr
opt
boot
/boot
/boot/efi
/
/home
/var
/tmp
/usr
/srv
/opt
root
rootfs
root filesystem
rootpart
ROOT-A
ROOT-B
swap
swapfile
swap_
swap partition
cryptswap
cryptroot
crypt
cryptdata
cryptsystem
encrypted
luks
luks2
lvm
lvm2
raid
raid member
md
mdadm
lv
vg
pv
data
data partition
main
storage
disk
disk image
hdd
ssd
nvme
sda
sdb
sdc
sdd
vda
vdb
xvda
xvdb
primary
logical
extended
partition
part
p
unnamed
unnamed partition
untitled
untitled partition
unlabeled
no name
none
(null)
null
default
new
new volume
empty
unused
unused partition
free
free space
reserved
extra
misc
ext
ext2
ext3
ext4
xfs
btrfs
f2fs
jfs
reiserfs
zfs
ntfs
fat
fat12
fat16
fat32
vfat
exfat
hfs
hfs+
hfsplus
apfs
udf
iso
iso9660
squashfs
nilfs2
bcachefs
loop
Leftover
Plan 9 partition
XBOOTLDR
Linux extended boot partition
PReP
PowerPC PReP boot
PPC PReP Boot
prep
Ceph OSD
Ceph journal
ceph data
ceph journal
ceph block
ceph block.db
ceph block.wal
ceph disk in creation
osd-device
bluestore
`,
	// Windows: diskpart, Windows Setup, OEM recovery.
	`
Basic data partition
Microsoft basic data
Microsoft reserved partition
Microsoft reserved
Microsoft Reserved Partition (MSR)
MSR
Microsoft Storage Spaces
Storage Spaces protective partition
Storage pool
Microsoft Storage Replica
Storage Spaces
LDM metadata partition
LDM data partition
LDM data
LDM metadata
Windows
Windows RE
Windows RE tools
WinRE
WinRE_DRV
Windows Recovery Environment
Windows recovery
Windows LDM data
Windows LDM metadata
Windows Storage Spaces
IBM GPFS
Recovery
Recovery partition
Recovery image
System Reserved
SYSTEM_DRV
SYSTEM_RESERVED
Windows_OS
Windows To Go
Local Disk
WINRETOOLS
DELLSUPPORT
DELLUTILITY
DIAGS
OEM
OEM partition
HP_RECOVERY
HP_TOOLS
LENOVO
LRS_ESP
LENOVO_PART
PBR_DRV
PBR Image
RECOVERY_DRV
Push Button Reset
Factory
Acer
PQSERVICE
TOSHIBA SYSTEM VOLUME
VAIO
UEFI:NTFS
UEFI_NTFS
Main Data Partition
Image
`,
	// macOS: Disk Utility, asr, Boot Camp, CoreStorage.
	`
Macintosh HD
Apple
Apple HFS/HFS+
Apple HFS
Apple APFS
Apple APFS container
Apple Boot
Apple boot
Apple RAID
Apple RAID offline
Apple label
Apple UFS
Apple TV recovery
Apple Core Storage
Apple Silicon boot
Apple Silicon recovery
Apple_HFS
Apple_APFS
Apple_Boot
Apple_Free
Apple_partition_map
Apple_Driver43
Apple_Driver_ATAPI
Booter
Recovery HD
Container
iBootSystemContainer
RecoveryOSContainer
BOOTCAMP
Time Machine
Time Machine Backups
Preboot
VM
Update
Macintosh HD - Data
`,
	// ChromeOS and Android (bootable/, device trees): each image has these names.
	`
STATE
KERN-A
KERN-B
KERN-C
KERN-D
ROOT-C
ROOT-D
MINIOS-A
MINIOS-B
RWFW
HIBERNATE
POWERWASH-DATA
OEM-CONFIG
USR-A
USR-B
ChromeOS kernel
ChromeOS root
ChromeOS reserved
ChromeOS firmware
ChromeOS miniOS
ChromeOS hibernate
Chrome OS kernel
Chrome OS rootfs
reserved-partition
userdata
user data
cache
metadata
super
vendor
vendor_boot
vendor_a
vendor_b
product
product_a
product_b
odm
boot_a
boot_b
init_boot
recovery_a
system_a
system_b
vbmeta
vbmeta_a
vbmeta_b
vbmeta_system
dtbo
dtb
persist
modem
modemst
fsg
fsc
ssd
sbl
tz
rpm
aboot
xbl
abl
hyp
misc
keystore
devinfo
splash
logo
persistent
frp
bootloader
bootloader_a
uboot
u-boot
trust
resource
kernel
loader
env
firmware
lk
nvram
nvdata
seccfg
proinfo
android_bootloader
android_boot
android_system
android_data
android_cache
android_misc
android_recovery
android_meta
android_ext
android_persistent
android_factory
android_fastboot
`,
	// FreeBSD, NetBSD, OpenBSD, Solaris, ZFS on any of them, Haiku, QNX, VMware.
	`
freebsd
freebsd-boot
freebsd-ufs
freebsd-swap
freebsd-zfs
freebsd-vinum
gptboot
gptid
gptroot
gptswap
gptzfs
efiboot
efiesp
bootfs
swapfs
rootfs
varfs
usrfs
tmpfs
zfs
zroot
zpool
rpool
bpool
tank
FreeBSD boot
FreeBSD UFS
FreeBSD swap
FreeBSD ZFS
FreeBSD disklabel
NetBSD swap
NetBSD FFS
NetBSD LFS
NetBSD RAID
NetBSD concatenated
NetBSD encrypted
OpenBSD Area
OpenBSD
OpenBSD data
Solaris boot
Solaris root
Solaris /usr & Mac ZFS
Solaris /usr & Apple ZFS
Solaris swap
Solaris backup
Solaris /var
Solaris /home
Solaris alternate sector
Solaris reserved
ZFS data
ZFS reserved
Haiku BFS
Haiku
QNX6 Power-Safe
VMware VMFS
VMware kcore crash protection
VMware virtual SAN
VMware reserved
VMware diagnostic
OEM Partition
vmfs
datastore
coreDump
BOOTBANK
ESXi Core Dump
OSDATA
vsan
MidnightBSD
fictitious
4.2BSD
scratch
TrueNAS
freenas-boot
boot-pool
`,
	// Installers and images of distributions: debian-installer, subiquity, anaconda,
	// YaST, Arch, CoreOS, Raspberry Pi OS, cloud images, appliances, NAS.
	`
cloudimg-rootfs
cloudimg-boot
UEFI boot
debian
debian-vg
debian installer
ubuntu
ubuntu-vg
ubuntu-lv
ubuntu-boot
ubuntu-data
ubuntu-save
ubuntu-seed
writable
casper-rw
system-boot
system-data
system-seed
kubuntu-vg
xubuntu-vg
lubuntu-vg
mint-vg
vgubuntu
vgubuntu-mate
vgkubuntu
vgmint
vgxubuntu
vgpop
fedora
fedora_fedora
fedora-server
fedora_localhost-live
fedora_localhost
rhel
rhel_rhel
rhel_localhost
centos
centos_localhost
centos-root
cl
cl_localhost
cs
rl
rl_localhost
almalinux
almalinux_localhost
rocky
ol
ol_localhost
amazonlinux
amzn
oraclelinux
opensuse
suse
system
suse-vg
ArchinstallVg
arch
archlinux
archroot
manjaro
gentoo
slackware
alpine
nixos
vg_root
vg_system
vg_data
vg_main
vg_localhost
vg_sys
lv_root
lv_home
lv_swap
lv_boot
lv_var
lv_tmp
lv_usr
lv_data
lv_opt
lv_log
rootvg
datavg
rootlv
swaplv
homelv
varlv
tmplv
usrlv
optlv
root_lv
home_lv
swap_lv
boot_lv
var_lv
VolGroup
VolGroup00
LogVol
LogVol00
LogVol01
lvol
lvol0
pvmove
pool
thinpool
thin
thin_pool
pool_tdata
pool_tmeta
lvol_pmspare
cache
cachepool
cache_cdata
cache_cmeta
pve
pve-data
pve-root
pve-swap
data_tdata
data_tmeta
docker
docker-pool
docker-vg
vg-docker
cinder-volumes
stack-volumes
snap
snapshot
mimage
rmeta
rimage
vgswap
qubes_dom0
vm-pool
root-pool
BOOT
EFI-A
EFI-B
USR-A
CONFIG
COREOS
PowerPC-PReP-boot
reserved
RECOVERY
bootfs
RASPIFIRM
RASPIROOT
volumio
volumio_data
volumio_imgpart
hassos-boot
hassos-kernel
hassos-system
hassos-bootstate
hassos-overlay
hassos-data
DSM
vol1-origin
vg1000
volume_
cachedev
syno_vg_reserved_area
XenSwap
XSLocalEXT
vault
localhost
localhost.localdomain
localhost-live
any
homehost
md
imsm
ddf
container
volume
Volume0
array
raid-1
raid1
raid0
raid5
raid10
`,
	// What formats and programs call themselves in their own fields.
	`
LVM2
LVM2 001
clevis
systemd
systemd-fido2
systemd-pkcs11
systemd-recovery
systemd-tpm2
luks2-keyring
luks2-ssh
crypt-root
luks-root
cryptsetup
mke2fs
VirtualDisk
Virtual Disk
VBOX HARDDISK
QEMU HARDDISK
QEMU
VMware Virtual disk
VMware
DRBD
bcache
vdo
Blancco
nwipe
DBAN
hdparm
GRUB
LILO
SYSLINUX
ISOLINUX
MSDOS5.0
MSWIN4.1
mkfs.fat
mkdosfs
NTFS
EXFAT
`,
	// Vendors, as controllers and drives name themselves or their volumes.
	`
Adaptec
AMCC
AMD
AMI
AMIMegaRAID
ASR
ATTO
Areca
ARC
Avago
Broadcom
Cisco
Compaq
Dell
DELL PERC
PERC
EMC
Fujitsu
Fujitsu Siemens
HGST
Hewlett-Packard
HighPoint
Hitachi
HP
HPE
HPT
Huawei
IBM
Intel
Intel Raid ISM Cfg Sig.
Inspur
ITE
JMicron
JM
Kioxia
Kingston
Lenovo
LSI
LSI Logic
LSILOGIC
Marvell
Maxtor
MegaRAID
MegaSR
Micron
Microsemi
NEC
NetApp
NVIDIA
Oracle
PMC
PMC-Sierra
Promise
Promise Technology, Inc.
QNAP
Samsung
SanDisk
SAMSUNG MZ
Seagate
ServeRAID
Silicon Image
SiI
SK hynix
SMC
Solidigm
Sun
Sun Microsystems
Super Micro
Supermicro
Synology
Toshiba
VIA
Western Digital
WD
WDC
3ware
`,
}
