package vmodule

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// handle is an open file.
type handle struct {
	name string
	at   int
	mode int
}

// The modes of AT+QFOPEN.
const (
	openCreate   = 0
	openTruncate = 1
	openRead     = 2
	openAppend   = 3
)

var fileCommands = map[string]command{
	"QFLDS":   {exec: fileSpace, write: fileSpace, test: `("UFS")`},
	"QFLST":   {exec: listFiles, write: listFiles},
	"QFUPL":   {write: uploadFile},
	"QFDWL":   {write: downloadFile},
	"QFDEL":   {write: deleteFile},
	"QFOPEN":  {write: openFile},
	"QFREAD":  {write: readFile},
	"QFWRITE": {write: writeFile},
	"QFSEEK":  {write: seekFile},
	"QFPOSITION": {write: func(c *call) error {
		_, h, err := c.handle()
		if err == nil {
			c.info("+QFPOSITION: %d", h.at)
		}
		return err
	}},
	"QFCLOSE": {write: func(c *call) error {
		n, _, err := c.handle()
		if err != nil {
			return err
		}
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		delete(c.m.handles, n)
		return nil
	}},
	"QSSLCFG": {write: tlsConfig},
}

// fileName is a file without the name of its storage: "UFS:" and "RAM:" are one place here.
func fileName(s string) string {
	s = strings.TrimPrefix(s, "UFS:")
	return strings.TrimPrefix(s, "RAM:")
}

// free is how many bytes the file system still takes, in blocks of 4 KB. The caller holds mu.
func (m *Module) free() int {
	used := 0
	for _, data := range m.files {
		used += (len(data) + 4095) / 4096 * 4096
	}
	return m.opts.Behaviour.FileSpace - used
}

func fileSpace(c *call) error {
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if c.args.Text(0) == "" {
		total := 0
		for _, data := range c.m.files {
			total += len(data)
		}
		c.info("+QFLDS: %d,%d", total, len(c.m.files))
		return nil
	}
	c.info("+QFLDS: %d,%d", c.m.free(), c.m.opts.Behaviour.FileSpace)
	return nil
}

func listFiles(c *call) error {
	pattern := fileName(c.args.Text(0))
	if pattern == "" {
		pattern = "*"
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	var names []string
	for name := range c.m.files {
		if ok, err := path.Match(pattern, name); err == nil && ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.info(`+QFLST: "UFS:%s",%d`, name, len(c.m.files[name]))
	}
	if len(names) == 0 && pattern != "*" {
		return atcmd.CME(405)
	}
	return nil
}

func uploadFile(c *call) error {
	name, size := fileName(c.args.Text(0)), c.args.Int(1, 10240)
	c.m.mu.Lock()
	_, exists := c.m.files[name]
	free := c.m.free()
	c.m.mu.Unlock()
	switch {
	case name == "" || len(name) > 80:
		return atcmd.CME(406)
	case exists:
		return atcmd.CME(407)
	case size < 0 || size > free:
		return atcmd.CME(403)
	}
	c.p.enter("\r\nCONNECT\r\n")
	data, err := c.takeFile(size, time.Duration(max(c.args.Int(2, 5), 1))*time.Second)
	if err != nil && !errors.Is(err, errLate) {
		return err
	}
	c.m.mu.Lock()
	c.m.files[name] = data
	c.m.mu.Unlock()
	c.info("+QFUPL: %d,%x", len(data), atcmd.FileSum(data))
	if err != nil {
		return atcmd.CME(421) // T16: what arrived is kept
	}
	return nil
}

// takeFile takes the bytes of an upload; with acknowledgement it prints an A behind every 1,024.
func (c *call) takeFile(size int, limit time.Duration) ([]byte, error) {
	if c.args.Int(3, 0) != 1 {
		return c.p.upload(size, limit)
	}
	var data []byte
	for len(data) < size {
		part, err := c.p.payload(min(1024, size-len(data)), limit, false)
		data = append(data, part...)
		if err != nil {
			return data, err
		}
		if len(part) == 1024 {
			c.p.out.put([]byte("A"))
		}
	}
	return data, nil
}

func downloadFile(c *call) error {
	c.m.mu.Lock()
	data, ok := c.m.files[fileName(c.args.Text(0))]
	c.m.mu.Unlock()
	if !ok {
		return atcmd.CME(405)
	}
	c.infoData("CONNECT", data)
	c.said = false
	c.info("+QFDWL: %d,%x", len(data), atcmd.FileSum(data))
	return nil
}

func deleteFile(c *call) error {
	name := fileName(c.args.Text(0))
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if name == "*" {
		clear(c.m.files)
		return nil
	}
	if _, ok := c.m.files[name]; !ok {
		return atcmd.CME(405)
	}
	delete(c.m.files, name)
	return nil
}

func openFile(c *call) error {
	name, mode := fileName(c.args.Text(0)), c.args.Int(1, 0)
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	data, exists := c.m.files[name]
	h := &handle{name: name, mode: mode}
	switch {
	case !exists && mode == openRead:
		return atcmd.CME(405)
	case mode == openTruncate || !exists:
		c.m.files[name] = nil
	case mode == openAppend:
		h.at = len(data)
	}
	n := 1
	for c.m.handles[n] != nil {
		n++
	}
	c.m.handles[n] = h
	c.info("+QFOPEN: %d", n)
	return nil
}

// handle is the open file that the first parameter names.
func (c *call) handle() (int, *handle, error) {
	n := c.args.Int(0, -1)
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	h := c.m.handles[n]
	if h == nil {
		return n, nil, atcmd.CME(413)
	}
	return n, h, nil
}

func readFile(c *call) error {
	_, h, err := c.handle()
	if err != nil {
		return err
	}
	c.m.mu.Lock()
	data := c.m.files[h.name]
	from := min(h.at, len(data))
	data = data[from:min(len(data), from+max(c.args.Int(1, len(data)), 0))]
	h.at = from + len(data)
	c.m.mu.Unlock()
	c.infoData(fmt.Sprintf("CONNECT %d", len(data)), data)
	return nil
}

func writeFile(c *call) error {
	_, h, err := c.handle()
	if err != nil {
		return err
	}
	if h.mode == openRead {
		return atcmd.CME(411)
	}
	size := c.args.Int(1, 10240)
	c.m.mu.Lock()
	free := c.m.free()
	c.m.mu.Unlock()
	if size > free {
		return atcmd.CME(403)
	}
	c.p.enter("\r\nCONNECT\r\n")
	data, err := c.p.payload(size, time.Duration(max(c.args.Int(2, 5), 1))*time.Second, false)
	if err != nil && !errors.Is(err, errLate) {
		return err
	}
	c.m.mu.Lock()
	old := c.m.files[h.name]
	for len(old) < h.at {
		old = append(old, 0)
	}
	next := append(slices.Clone(old[:h.at]), data...)
	if len(next) < len(old) {
		next = append(next, old[len(next):]...)
	}
	c.m.files[h.name] = next
	h.at += len(data)
	c.m.mu.Unlock()
	c.info("+QFWRITE: %d,%d", len(data), len(next))
	return nil
}

func seekFile(c *call) error {
	_, h, err := c.handle()
	if err != nil {
		return err
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	size := len(c.m.files[h.name])
	at := []int{0, h.at, size}[min(max(c.args.Int(2, 0), 0), 2)] + c.args.Int(1, 0)
	if at < 0 || at > size {
		return atcmd.CME(400)
	}
	h.at = at
	return nil
}

const tlsContexts = 6

// tlsContext is one set of settings of AT+QSSLCFG.
type tlsContext struct {
	version, level   int
	suite            string
	ca, cert, key    string
	sni, ignoreClock int
}

func tlsConfig(c *call) error {
	name, id := c.args.Text(0), c.args.Int(1, -1)
	if id < 0 || id >= tlsContexts {
		return atcmd.CME(50)
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	t := &c.m.tls[id]
	numbers := map[string]*int{"sslversion": &t.version, "seclevel": &t.level, "sni": &t.sni,
		"ignorelocaltime": &t.ignoreClock}
	texts := map[string]*string{"cacert": &t.ca, "clientcert": &t.cert, "clientkey": &t.key, "ciphersuite": &t.suite}
	value := c.args.At(2)
	switch {
	case numbers[name] != nil && !value.Given:
		c.info(`+QSSLCFG: "%s",%d,%d`, name, id, *numbers[name])
	case numbers[name] != nil:
		n, ok := value.Int()
		if !ok || n < 0 || n > 4 {
			return atcmd.CME(50)
		}
		*numbers[name] = n
	case texts[name] != nil && !value.Given:
		c.info(`+QSSLCFG: "%s",%d,"%s"`, name, id, *texts[name])
	case name == "ciphersuite" && value.Quoted:
		return &atcmd.Error{} // T3
	case texts[name] != nil:
		*texts[name] = value.Text
	case slices.Contains([]string{"negotiatetime", "session", "checkhost", "renegotiation", "dtls", "dtlsversion", "alpn",
		"psk"}, name):
		// Taken, and without effect.
	default:
		return atcmd.CME(50)
	}
	return nil
}

// tlsConfig is a context as the device takes it.
func (m *Module) tlsConfig(id int) *device.TLSConfig {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tls[id]
	var conf device.TLSConfig
	if t.level >= 1 {
		conf.CA = m.files[fileName(t.ca)]
		if len(conf.CA) == 0 {
			conf.CA = []byte("no such file") // a certificate that is not there verifies nothing
		}
	}
	if t.level >= 2 {
		conf.Cert, conf.Key = m.files[fileName(t.cert)], m.files[fileName(t.key)]
	}
	return &conf
}
