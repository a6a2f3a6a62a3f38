// Package builtins lists the modules that scripts see, each a package of its own below this one.
package builtins

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"quecstar/builtins/aliyun"
	"quecstar/builtins/appfota"
	"quecstar/builtins/array"
	"quecstar/builtins/atcmd"
	"quecstar/builtins/attempt"
	"quecstar/builtins/audio"
	"quecstar/builtins/backup"
	"quecstar/builtins/base64"
	"quecstar/builtins/ble"
	"quecstar/builtins/bt"
	"quecstar/builtins/bytearray"
	"quecstar/builtins/camera"
	"quecstar/builtins/celllocator"
	"quecstar/builtins/checknet"
	"quecstar/builtins/clock"
	"quecstar/builtins/datacall"
	"quecstar/builtins/dlms"
	"quecstar/builtins/ethernet"
	"quecstar/builtins/eventmessage"
	"quecstar/builtins/example"
	"quecstar/builtins/fota"
	"quecstar/builtins/framebuf"
	"quecstar/builtins/gc"
	"quecstar/builtins/gnss"
	"quecstar/builtins/heapq"
	"quecstar/builtins/help"
	"quecstar/builtins/hmac"
	"quecstar/builtins/hmacsha1"
	"quecstar/builtins/log"
	"quecstar/builtins/machine"
	"quecstar/builtins/math"
	"quecstar/builtins/micropython"
	"quecstar/builtins/misc"
	"quecstar/builtins/modem"
	"quecstar/builtins/mqtt"
	"quecstar/builtins/net"
	"quecstar/builtins/ntptime"
	"quecstar/builtins/ostimer"
	"quecstar/builtins/platform"
	"quecstar/builtins/pm"
	"quecstar/builtins/qlfs"
	"quecstar/builtins/qrcode"
	"quecstar/builtins/qth"
	"quecstar/builtins/quecgnss"
	"quecstar/builtins/queciot"
	"quecstar/builtins/queue"
	"quecstar/builtins/request"
	"quecstar/builtins/securedata"
	"quecstar/builtins/sim"
	"quecstar/builtins/sleep"
	"quecstar/builtins/sms"
	"quecstar/builtins/sysbus"
	"quecstar/builtins/system"
	"quecstar/builtins/tencentyun"
	"quecstar/builtins/thread"
	"quecstar/builtins/uasyncio"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/ucollections"
	"quecstar/builtins/ucryptolib"
	"quecstar/builtins/uctypes"
	"quecstar/builtins/uerrno"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/uio"
	"quecstar/builtins/ujson"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/uos"
	"quecstar/builtins/uping"
	"quecstar/builtins/urandom"
	"quecstar/builtins/ure"
	"quecstar/builtins/usocket"
	"quecstar/builtins/ustruct"
	"quecstar/builtins/usys"
	"quecstar/builtins/utime"
	"quecstar/builtins/uwebsocket"
	"quecstar/builtins/uzlib"
	"quecstar/builtins/voicecall"
	"quecstar/builtins/wakeup"
	"quecstar/builtins/wifilocator"
	"quecstar/builtins/wifiscan"
	"quecstar/harness/script"
)

// manuals are the texts of script.Module.Manual, each in the file NAME.txt of the folder that the module is in.
//
//go:embed *.txt */*.txt
var manuals embed.FS

// All returns the table of every module, which are the same for the whole process: nobody may change them.
var All = sync.OnceValue(func() []*script.Module {
	all, texts := list(), manualTexts()
	for _, m := range all {
		m.Manual = texts[m.Name]
	}
	return slices.Clip(all)
})

// manualTexts are the manuals by the name of their module.
func manualTexts() map[string]string {
	texts := map[string]string{}
	err := fs.WalkDir(manuals, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := manuals.ReadFile(file)
		texts[strings.TrimSuffix(path.Base(file), ".txt")] = string(text)
		return err
	})
	if err != nil {
		panic(err) // the files are in the program
	}
	return texts
}

// Catalog returns all modules ready for interpreters, which share it.
var Catalog = sync.OnceValue(func() *script.Catalog {
	c, err := script.NewCatalog(All(), Later()...)
	if err != nil {
		panic(err) // a mistake in a table, which every test of this package finds
	}
	return c
})

func list() []*script.Module {
	all := []*script.Module{
		checknet.Module(), datacall.Module(), gc.Module(), hmac.Module(), log.Module(), machine.Module(), machine.WDTModule(), math.Module(), math.ComplexModule(),
		misc.Module(), modem.Module(), mqtt.Module(), net.Module(), ostimer.Module(), queue.Module(), sim.Module(),
		sleep.Module(), attempt.Module(), bytearray.Module(), clock.Module(), help.Module(), thread.Module(), ubinascii.Module(), ucollections.Module(), uhashlib.Module(), ujson.Module(),
		umqtt.Module(), urandom.Module(), ure.Module(), ustruct.Module(), usys.Module(), utime.Module(),
		array.Module(), micropython.Module(), qlfs.Module(), uasyncio.Module(), ucryptolib.Module(), uerrno.Module(),
		uio.Module(), uos.Module(), uzlib.Module(), uzlib.DeflateModule(),
		uasyncio.Core(), heapq.Module(), platform.Module(), uctypes.Module(), framebuf.Module(),
		audio.Module(), sms.Module(), voicecall.Module(), pm.Module(), celllocator.Module(), wifilocator.Module(), wifiscan.Module(), gnss.Module(), quecgnss.Module(), ble.Module(), bt.Module(),
		camera.Module(), wakeup.Module(), fota.Module(), appfota.Module(), atcmd.Module(), securedata.Module(), system.Module(), sysbus.Module(), qrcode.Module(), example.Module(), appfota.DownloadModule(),
		usocket.Module(), usocket.TLSModule(), ntptime.Module(), request.Module(), ethernet.Module(), uping.Module(),
		uwebsocket.Module(), aliyun.Module(), tencentyun.Module(), base64.Module(), hmacsha1.Module(), queciot.Module(),
		backup.Module(), backup.UtilModule(), appfota.MountModule(), dlms.Module(), eventmessage.Module(),
	}
	all = append(all, qth.Modules()...)
	return append(all, script.ControlModule(all...))
}

// Controls are the controls of all modules by their names, which the actions of a bench call.
var Controls = sync.OnceValue(func() map[string]*script.Func {
	all := map[string]*script.Func{}
	for _, m := range All() {
		for i := range m.Controls {
			all[m.Controls[i].Name] = &m.Controls[i]
		}
	}
	return all
})

// Later are the modules of QuecPython that are not there yet.
func Later() []string {
	return []string{"G711", "Opus", "lvgl", "lwm2m", "nb", "poc", "slip"}
}
