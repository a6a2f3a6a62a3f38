package device

import (
	"context"
	"time"
)

// SMSMessage is one stored short message.
type SMSMessage struct {
	// Index is its place in the storage, from 0.
	Index int
	// Number is who sent it, or whom it was sent to.
	Number string
	Text   string
	// Time is when the service centre took it.
	Time time.Time
	// Sent says that the module itself wrote the message.
	Sent bool
}

// SMSStorage is one place for messages as in +CPMS (3GPP TS 27.005, section 3.2.2).
type SMSStorage struct {
	// Name is "SM" for the SIM card, "ME" for the module, "MT" for both.
	Name string
	// Used and Size count messages.
	Used, Size int
}

// SMSArrival says where a message that came is stored.
type SMSArrival struct {
	Storage string
	Index   int
}

// SMS is the short message service of a module.
type SMS interface {
	// SendSMS sends a text; UCS2 says that it travels as UCS-2 rather than in GSM's 7-bit alphabet.
	SendSMS(ctx context.Context, number, text string, ucs2 bool) error
	// SMSMessages lists what is in the first of the three storages, by index.
	SMSMessages(ctx context.Context) ([]SMSMessage, error)
	// DeleteSMS deletes one message of the first storage, or all when index is negative;
	// ErrNotReady where there is none.
	DeleteSMS(ctx context.Context, index int) error
	// SMSStorages returns where messages are read and deleted, written and sent, and received.
	SMSStorages(ctx context.Context) ([3]SMSStorage, error)
	// SetSMSStorages chooses the three by name.
	SetSMSStorages(ctx context.Context, read, write, receive string) error
	// SMSCenter returns the number of the service centre.
	SMSCenter(ctx context.Context) (string, error)
	SetSMSCenter(ctx context.Context, number string) error
	// OnSMS calls f, from a goroutine of the device, whenever a message has come.
	OnSMS(f func(SMSArrival)) (stop func())
}
