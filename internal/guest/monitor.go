package guest

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"syscall"
	"time"
)

// monitor is how QEMU is told to pull a disk and to plug it in again (QMP: QEMU,
// docs/interop/qmp-spec.txt): JSON objects both ways, and events in between.
type monitor struct {
	conn    net.Conn
	in      *json.Decoder
	ready   bool
	deleted []string // devices that are gone, by their ids
}

// message is an answer, or an event.
type message struct {
	Event string
	Data  struct{ Device string }
	Error *struct{ Desc string }
}

func newMonitor(conn net.Conn) (*monitor, error) {
	return &monitor{conn: conn, in: json.NewDecoder(conn)}, conn.SetDeadline(time.Now().Add(bootLimit))
}

// socketPair gives a connection and its other end, as a file for a process to
// inherit.
func socketPair() (net.Conn, *os.File, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs")
	defer ours.Close() // FileConn has a descriptor of its own
	conn, err := net.FileConn(ours)
	return conn, theirs, err
}

// greet takes the greeting and leaves the mode in which nothing else is allowed.
func (m *monitor) greet() error {
	if m.ready {
		return nil
	}
	m.ready = true
	var greeting json.RawMessage
	if err := m.in.Decode(&greeting); err != nil {
		return err
	}
	return m.do("qmp_capabilities", nil)
}

type object map[string]any

func (m *monitor) do(command string, arguments object) error {
	if err := m.greet(); err != nil {
		return fmt.Errorf("monitor: %w", err)
	}
	request := object{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	if err := json.NewEncoder(m.conn).Encode(request); err != nil {
		return fmt.Errorf("monitor: %s: %w", command, err)
	}
	for {
		answer, err := m.next()
		switch {
		case err != nil:
			return fmt.Errorf("monitor: %s: %w", command, err)
		case answer.Error != nil:
			return fmt.Errorf("monitor: %s: %s", command, answer.Error.Desc)
		case answer.Event == "":
			return nil
		}
	}
}

// next reads one message.
func (m *monitor) next() (x message, err error) {
	err = m.in.Decode(&x)
	if x.Event == "DEVICE_DELETED" {
		m.deleted = append(m.deleted, x.Data.Device)
	}
	return x, err
}

// Pull pulls the USB disk of that name out, and returns when it is gone.
func (s *Session) Pull(disk string) error {
	if err := s.monitor.do("device_del", object{"id": disk}); err != nil {
		return err
	}
	for !slices.Contains(s.monitor.deleted, disk) {
		if _, err := s.monitor.next(); err != nil {
			return fmt.Errorf("monitor: %w", err)
		}
	}
	return nil
}

func (s *Session) disk(name string) (int, error) {
	i := slices.IndexFunc(s.computer.Disks, func(d Disk) bool { return d.Name == name })
	if i < 0 {
		return 0, fmt.Errorf("there is no disk %q", name)
	}
	return i, nil
}

// Insert puts the card into the empty reader of that name.
func (s *Session) Insert(reader string) error {
	i, err := s.disk(reader)
	if err != nil {
		return err
	}
	return s.monitor.do("blockdev-change-medium", object{"device": driveID(i), "filename": s.computer.Disks[i].Image, "format": "raw"})
}

// Plug plugs it in again.
func (s *Session) Plug(disk string) error {
	i, err := s.disk(disk)
	if err != nil {
		return err
	}
	d := s.computer.Disks[i]
	file := object{"driver": "file", "filename": d.Image}
	if err := s.monitor.do("blockdev-add", object{"node-name": disk, "driver": "raw", "file": file}); err != nil {
		return err
	}
	return s.monitor.do("device_add", object{"driver": "usb-storage", "bus": "xhci.0", "id": disk + "-again", "drive": disk, "serial": d.Serial, "removable": d.Removable})
}

// Quit switches the computer off as the power button does that is pressed long.
// QEMU may be gone before it answers.
func (s *Session) Quit() error {
	s.monitor.do("quit", nil)
	return nil
}
