package serial

import (
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// instances are the names that Windows has for the devices of its ports, by port: those of a composite USB device end
// in the number of their interface, as in USB\VID_2C7C&PID_6001&MI_05\7&1A2B3C&0&0005 (Microsoft, "Standard USB
// Identifiers"). What cannot be asked has none: a port can be opened all the same.
func instances() map[string]string {
	all := map[string]string{}
	classes, err := windows.SetupDiClassGuidsFromNameEx("Ports", "")
	if err != nil {
		return all
	}
	for i := range classes {
		set, err := windows.SetupDiGetClassDevsEx(&classes[i], "", 0, windows.DIGCF_PRESENT, 0, "")
		if err != nil {
			continue
		}
		addInstances(all, set)
		_ = set.Close() // of what was only read
	}
	return all
}

func addInstances(all map[string]string, set windows.DevInfo) {
	for i := 0; ; i++ {
		data, err := set.EnumDeviceInfo(i)
		if err != nil {
			return // there are no more
		}
		id, err := set.DeviceInstanceID(data)
		if err != nil {
			continue
		}
		handle, err := set.OpenDevRegKey(data, windows.DICS_FLAG_GLOBAL, 0, windows.DIREG_DEV, windows.KEY_READ)
		if err != nil {
			continue
		}
		key := registry.Key(handle)
		if port, _, err := key.GetStringValue("PortName"); err == nil {
			all[port] = id
		}
		_ = key.Close()
	}
}
