package qth

// What no public source of the vendor's tells stands here alone: choices of this program's own, to be
// corrected when a module shows better.
const (
	// cmdService carries a call of a TSL service to the device: a structure of the service's id.
	cmdService command = 0x0015
	// resultCode is what devEvent hears of a connection that the platform or the network ended.
	lostCode = -17921 // "MQTT network error" in the vendor's list of error codes
	// appComponent is the component that setAppVer names to its callback.
	appComponent = "APP"
	// defaultSecurity is what getBsEt returns before setBsEt.
	defaultSecurity = "tcp"
)

// Results of functions that the vendor lists without a result: qth_config's setters return True or
// False as Qth's do, qth_dmp's functions whether they succeeded, qth_protocol.unformat a tuple of
// number, command and payload, and read_file a dict or None. The configuration is kept as plain JSON
// with its SHA-256, where the vendor's is shifted by a key made of the IMEI.
