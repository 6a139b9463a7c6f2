package kmiptest

import (
	"bufio"
	"strings"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// start runs the server of PyKMIP, and says at which port it hears. Its own program does not, and takes no port
// that the system chooses. PyKMIP 0.10 needs ssl.wrap_socket, which is there up to Python 3.11: Debian's.
const start = `
import logging, sys
from kmip.services.server import KmipServer
d = sys.argv[1]
s = KmipServer(hostname="127.0.0.1", port=5696, certificate_path=d + "/server.pem", key_path=d + "/server.key", ca_path=d + "/ca.pem",
    auth_suite="TLS1.2", config_path=None, log_path=d + "/server.log", policy_path=d, enable_tls_client_auth=True, database_path=d + "/server.db")
s.config.settings["port"] = 0
s.start()
s._socket.listen(5)
print(s._socket.getsockname()[1], flush=True)
s.serve()
`

// PyKMIP starts that server, and gives its address.
func PyKMIP(t testing.TB, a *Authority) string {
	cmd := tooltest.Command(t, "/usr/bin/python3", "-W", "ignore", "-c", start, a.Dir)
	tooltest.Path(t, "pykmip-server")                     // the package is there
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it starts others
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		t.Fatalf("PyKMIP does not start: %s", said.String())
	}
	return "127.0.0.1:" + strings.TrimSpace(port)
}
