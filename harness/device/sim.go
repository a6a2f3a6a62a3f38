package device

import "context"

// SIMStatus is the state of a SIM card in the vendor's numbers, 0 to 21.
type SIMStatus int

// The states that matter to programs; the others are kinds of lock.
const (
	SIMAbsent  SIMStatus = 0  // no card
	SIMReady   SIMStatus = 1  // ready
	SIMPIN     SIMStatus = 2  // waits for the PIN
	SIMPUK     SIMStatus = 3  // waits for the PUK
	SIMBusy    SIMStatus = 18 // being initialized
	SIMBlocked SIMStatus = 19 // blocked for good
	SIMInvalid SIMStatus = 20 // not a valid card
	SIMUnknown SIMStatus = 21 // not known
)

// SIM is the SIM card of a module.
type SIM interface {
	// SIMStatus returns the card's state.
	SIMStatus(ctx context.Context) (SIMStatus, error)
	// IMSI, ICCID and PhoneNumber fail with ErrNotReady unless the card is ready.
	IMSI(ctx context.Context) (string, error)
	ICCID(ctx context.Context) (string, error)
	PhoneNumber(ctx context.Context) (string, error)
	// SIMCommand sends a command of 3GPP TS 51.011 in hexadecimal and returns the answer so.
	SIMCommand(ctx context.Context, slot int, cmd string) (string, error)
	// SIMDetection and SetSIMDetection are the settings for changing cards while on.
	SIMDetection(ctx context.Context) (SIMDetection, error)
	SetSIMDetection(ctx context.Context, d SIMDetection) error
	// SIMSlot returns the slot in use, 0 or 1; SwitchSIM changes to another.
	SIMSlot(ctx context.Context) (int, error)
	SwitchSIM(ctx context.Context, slot int) error
	// OnSIM calls f, from a goroutine of the device, whenever a card comes or goes.
	OnSIM(f func(SIMEvent)) (stop func())
}

// SIMDetection are the settings for changing cards while on.
type SIMDetection struct {
	Enabled bool
	// Level is the level of the detection pin while a card is in, 0 or 1.
	Level int
}

// SIMEvent says what happened to a card, in the vendor's numbers.
type SIMEvent int

// The events of cards.
const (
	SIMInserted     SIMEvent = 1
	SIMRemoved      SIMEvent = 2
	SIMSwitched     SIMEvent = 7 // SwitchSIM did
	SIMSwitchFailed SIMEvent = 8 // SwitchSIM did not
)

// PIN is the lock of a SIM card. A wrong code is ErrRefused.
type PIN interface {
	EnablePIN(ctx context.Context, pin string) error
	DisablePIN(ctx context.Context, pin string) error
	VerifyPIN(ctx context.Context, pin string) error
	ChangePIN(ctx context.Context, old, pin string) error
	// UnblockPIN lifts the lock of three wrong PINs and sets a new PIN.
	UnblockPIN(ctx context.Context, puk, pin string) error
}

// Phonebook is the list of numbers on a SIM card or module.
type Phonebook interface {
	// ReadPhonebook returns the entries with first <= index <= last, or, when first is 0, those
	// whose name begins with name. Storage is the vendor's number, 0 to 15 (9 is the SIM card).
	ReadPhonebook(ctx context.Context, storage, first, last int, name string) ([]PhonebookEntry, error)
	// WritePhonebook sets one entry; an empty number deletes it.
	WritePhonebook(ctx context.Context, storage int, e PhonebookEntry) error
}

// PhonebookEntry is one number. Index counts from 1 to 500.
type PhonebookEntry struct {
	Index        int
	Name, Number string
}
