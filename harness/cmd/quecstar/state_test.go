package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"quecstar/harness/cloud"
)

// served is a quecstar cloud in a process of its own.
type served struct {
	cmd       *exec.Cmd
	url, mqtt string
}

func serveCloud(t testing.TB, args ...string) *served {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := &output{grew: make(chan struct{}, 1)}
	c := &exec.Cmd{Path: self, Args: append([]string{"quecstar", "cloud", "--mqtt", "127.0.0.1:0", "--api", "127.0.0.1:0"}, args...),
		Stdout: out, Stderr: io.Discard, Env: os.Environ()}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	out.await(t, "https://")
	found := regexp.MustCompile(`api +(\S+)`).FindStringSubmatch(out.String())[1]
	mqtt := regexp.MustCompile(`mqtt +(\S+)`).FindStringSubmatch(out.String())[1]
	return &served{c, strings.Replace(found, "{project_id}", "p1", 1), mqtt}
}

// post sends a call; the status is 0 where no answer came.
func post(url, method, body string) (int, map[string]any) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&out) // none for an answer that broke off
	return resp.StatusCode, out
}

// storm makes devices until the server is gone, and returns those that it was told were made, with what was told last
// about each.
func storm(s *served, round, writer int, enough func()) map[string]string {
	known := map[string]string{}
	for i := 0; ; i++ {
		node := fmt.Sprintf("r%dw%di%d", round, writer, i)
		status, d := post(s.url+"/devices", "POST", `{"node_id":"`+node+`","product_id":"p"}`)
		if status != http.StatusCreated {
			return known
		}
		id, _ := d["device_id"].(string)
		known[id] = node
		if status, _ := post(s.url+"/devices/"+id, "PUT", `{"device_name":"named `+node+`"}`); status != http.StatusOK {
			delete(known, id) // whether it is named nobody was told
			return known
		}
		known[id] = "named " + node
		enough()
	}
}

// TestStateSurvivesKill: whatever the API answered is in the state file, whenever the process is killed.
func TestStateSurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	known := map[string]string{}
	for round := range 3 {
		s := serveCloud(t, "--state", path)
		if round == 0 {
			if status, answer := post(s.url+"/products", "POST", `{"product_id":"p","name":"p","device_type":"d","protocol_type":"MQTT","data_format":"json","service_capabilities":[]}`); status != http.StatusCreated {
				t.Fatalf("%d %v", status, answer)
			}
		}
		var work sync.WaitGroup
		var mu sync.Mutex
		made, full := 0, make(chan struct{})
		for writer := range 8 {
			work.Go(func() {
				got := storm(s, round, writer, func() {
					mu.Lock()
					defer mu.Unlock()
					if made++; made == 100 {
						close(full)
					}
				})
				mu.Lock()
				defer mu.Unlock()
				for id, name := range got {
					known[id] = name
				}
			})
		}
		<-full
		if err := s.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		work.Wait()
		_ = s.cmd.Wait() // it was killed
	}
	c, err := cloud.Start(cloud.Options{State: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if len(known) < 300 {
		t.Fatalf("only %d devices were made", len(known))
	}
	for id, name := range known {
		if d, err := c.Device(id); err != nil || d.Name != name {
			t.Errorf("%s: %q %v, want %q", id, d.Name, err, name)
		}
	}
}

// TestCloudState: the bench and the command line decide about the devices that they name, and the file is one
// process's.
func TestCloudState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	first := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "", "--state", path, "--device", "d:old")
	first.out.await(t, "device d")
	second := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "", "--state", path)
	if status := second.wait(t, second.status); status != statusUsage || !strings.Contains(second.err.String(), "state file: "+path+": another process has it open") {
		t.Errorf("%d %s", status, second.err)
	}
	first.signals <- os.Interrupt
	first.wait(t, first.status)
	again := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "", "--state", path, "--device", "d:new")
	again.out.await(t, "device d")
	again.signals <- os.Interrupt
	if status := again.wait(t, again.status); status != 0 {
		t.Errorf("%d %s", status, again.err)
	}
	c, err := cloud.Start(cloud.Options{State: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if d, err := c.Device("d"); err != nil || d.Secret != "new" {
		t.Errorf("%+v %v", d, err)
	}
}

// TestCloudHTTPS: the API is there by HTTPS, with the CA that is written; the keys come from a file of the console's.
func TestCloudHTTPS(t *testing.T) {
	dir := t.TempDir()
	keys := file(t, "credentials.csv", "\ufeffUser Name,Access Key Id,Secret Access Key\r\n\"me\",AK,secret-of-ak\r\n")
	c := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "127.0.0.1:0", "--ca", filepath.Join(dir, "ca"), "--ca-file", filepath.Join(dir, "ca.pem"), "--access-key-file", keys)
	c.out.await(t, "https://")
	text, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	kept, err2 := os.ReadFile(filepath.Join(dir, "ca", "ca.pem"))
	if err != nil || err2 != nil || !bytes.Equal(text, kept) {
		t.Fatalf("%v %v", err, err2)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	url := strings.Replace(regexp.MustCompile(`https\S+`).FindString(c.out.String()), "{project_id}", "p1", 1)
	resp, err := client.Get(url + "/devices")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("an unsigned call: %d", resp.StatusCode)
	}
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 0 {
		t.Errorf("%d %s", status, c.err)
	}
}
