package device

import (
	"context"
	"time"
)

// Identity is what a module says about itself.
type Identity interface {
	// IMEI returns 15 digits, the last of which is the check digit.
	IMEI(ctx context.Context) (string, error)
	// Model returns the type of module, such as "EC600U".
	Model(ctx context.Context) (string, error)
	// SerialNumber returns the maker's serial number.
	SerialNumber(ctx context.Context) (string, error)
	// Firmware returns the firmware's version string.
	Firmware(ctx context.Context) (string, error)
	// ProductID returns the maker's name for the product.
	ProductID(ctx context.Context) (string, error)
	// MAC returns the hardware address as "XX:XX:XX:XX:XX:XX"; most modules have none.
	MAC(ctx context.Context) (string, error)
}

// Power is the power supply of a module.
type Power interface {
	// PowerDown switches the module off.
	PowerDown(ctx context.Context) error
	// Restart reboots the module.
	Restart(ctx context.Context) error
	// PowerOnReason returns the vendor's code for why the module started, 0 to 9.
	PowerOnReason(ctx context.Context) (int, error)
	// PowerDownReason returns the vendor's code for why the module last went off, 0 to 6.
	PowerDownReason(ctx context.Context) (int, error)
	// Voltage returns the supply voltage in millivolts.
	Voltage(ctx context.Context) (int, error)
}

// Clock is the time of day as the module has it from the network.
type Clock interface {
	// NetworkTime returns the time of day in the network's zone; ErrNotReady before the network
	// has told it.
	NetworkTime(ctx context.Context) (time.Time, error)
}
