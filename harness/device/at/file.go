package at

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// secure sets a TLS context (AT+QSSLCFG) and uploads the certificates that it names.
func (d *Device) secure(ctx context.Context, id int, t device.TLSConfig) error {
	level := 0
	files := []struct {
		setting string
		pem     []byte
	}{{"cacert", t.CA}, {"clientcert", t.Cert}, {"clientkey", t.Key}}
	if len(t.CA) > 0 {
		level = 1
	}
	if len(t.Cert) > 0 {
		level = 2
	}
	if t.ServerName != "" {
		d.warnOnce("server name", "the module verifies the host name that it connects to, not another one")
	}
	for _, f := range files {
		if len(f.pem) == 0 {
			continue
		}
		name, err := d.upload(ctx, f.pem)
		if err != nil {
			return err
		}
		if err := d.doText(ctx, `AT+QSSLCFG=%q,%d,%q`, f.setting, id, name); err != nil {
			return err
		}
	}
	for _, text := range []string{
		fmt.Sprintf(`AT+QSSLCFG="sslversion",%d,4`, id),
		fmt.Sprintf(`AT+QSSLCFG="ciphersuite",%d,0XFFFF`, id), // in quotes it is refused
		fmt.Sprintf(`AT+QSSLCFG="seclevel",%d,%d`, id, level),
	} {
		if err := d.do(ctx, text); err != nil {
			return err
		}
	}
	// Some factories leave the server name out of the handshake; firmware without the setting sends it.
	_ = d.do(ctx, fmt.Sprintf(`AT+QSSLCFG="sni",%d,1`, id))
	return d.e.Err()
}

// uploadTime is what a module waits for an upload to go on, at least.
const uploadTime = 10 * time.Second

// upload puts data into the module's file system under a name that its content gives, and verifies
// it by the module's checksum. What is there already stays.
func (d *Device) upload(ctx context.Context, data []byte) (name string, err error) {
	sum := sha256.Sum256(data)
	name = fmt.Sprintf("qs%x.pem", sum[:6])
	if size, err := d.fileSize(ctx, name); err != nil || size == len(data) {
		return name, err
	} else if size >= 0 {
		if err := d.doText(ctx, "AT+QFDEL=%q", name); err != nil {
			return name, err
		}
	}
	seconds := int((uploadTime + time.Duration(len(data))*time.Millisecond) / time.Second)
	r, err := d.e.Do(ctx, Command{Text: fmt.Sprintf(`AT+QFUPL="%s",%d,%d`, name, len(data), seconds), Answer: "+QFUPL: ",
		Prompt: "CONNECT", Payload: data, Timeout: time.Duration(seconds+5) * time.Second})
	if err != nil {
		return name, fail(err)
	}
	if len(r.Lines) == 1 {
		return name, d.checkUpload(name, data, strings.TrimPrefix(r.Lines[0], "+QFUPL: "))
	}
	// The result may be lost among URCs: the size tells, too.
	size, err := d.fileSize(ctx, name)
	if err == nil && size != len(data) {
		err = fmt.Errorf("upload of %s: %w: %d of %d bytes arrived", name, device.ErrLost, size, len(data))
	}
	return name, err
}

func (d *Device) checkUpload(name string, data []byte, result string) error {
	p, err := atcmd.Parse(result)
	if err != nil {
		return fmt.Errorf("upload of %s: %w", name, err)
	}
	sum, err := strconv.ParseUint(p.Text(1), 16, 16)
	if err != nil || p.Int(0, -1) != len(data) || uint16(sum) != atcmd.FileSum(data) {
		return fmt.Errorf("upload of %s: %w: the module has %s bytes with sum %s, not %d with %x", name, device.ErrLost,
			p.Text(0), p.Text(1), len(data), atcmd.FileSum(data))
	}
	return nil
}

// fileSize is the size of a file, -1 where there is none.
func (d *Device) fileSize(ctx context.Context, name string) (int, error) {
	p, err := d.params(ctx, `AT+QFLST="`+name+`"`, "+QFLST: ")
	if d.e.Err() != nil || errors.Is(err, device.ErrTimeout) {
		return -1, err
	}
	if err != nil {
		return -1, nil //nolint:nilerr // a refusal is how a module says that there is none
	}
	return p.Int(1, -1), nil
}
