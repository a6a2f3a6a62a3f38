// Package event is the one stream of what happened in a run: every layer adds to it, and the
// console, the reports and the assertions all read it.
package event

import "time"

// Kind says what happened.
type Kind string

// The kinds of event that say what a run, a device and the cloud do. A simulated part has kinds of its
// own, with a dot in their names, such as "sms.sent". A reader must tolerate kinds that it does not know.
const (
	Start       Kind = "start"        // a script begins; Text is its path
	Restart     Kind = "restart"      // the module restarts, and the script begins again; Text is the file that does
	Exit        Kind = "exit"         // the program ends with Status; Text says why. Nothing comes behind it
	Output      Kind = "output"       // the script wrote Payload, any part of a line, to its standard output
	ErrorOutput Kind = "error_output" // the script, or a thread that raised, wrote Payload to standard error
	Note        Kind = "note"         // something a user may want to know, such as a redirected host name
	Warning     Kind = "warning"      // something a user should know
	Failure     Kind = "failure"      // something went wrong in Layer; where the script raised, with its Traceback
	Call        Kind = "call"         // a builtin was called; Text is "module.func(arguments)" and its result
	Connect     Kind = "connect"      // a device asks for, or has, a connection
	Refused     Kind = "refused"      // a connection was refused; Text says why
	Disconnect  Kind = "disconnect"   // a connection ended
	Subscribe   Kind = "subscribe"    // Topic is the filter
	Publish     Kind = "publish"      // a device sent Payload on Topic
	Receive     Kind = "receive"      // a device was sent Payload on Topic
	Report      Kind = "report"       // the cloud took a report of properties
	Command     Kind = "command"      // the cloud sends a command
	Response    Kind = "response"     // the cloud took an answer to a request
	Board       Kind = "board"        // something happened on the simulated board
	Watchdog    Kind = "watchdog"     // the script did not feed its watchdog in time

	NotSimulated Kind = "not_simulated" // the script called a part that is not simulated, and which fails
)

// Again is the Text of a Publish of what was sent before.
const Again = "sent again"

// Kinds lists the kinds above.
var Kinds = []Kind{Start, Restart, Exit, Output, ErrorOutput, Note, Warning, Failure, Call, Connect, Refused, Disconnect,
	Subscribe, Publish, Receive, Report, Command, Response, Board, Watchdog, NotSimulated}

// Layer is who added the event.
type Layer string

// The layers, from the script down to the other side.
const (
	Script  Layer = "script"
	Builtin Layer = "builtin"
	Device  Layer = "device"
	Cloud   Layer = "cloud"
	Harness Layer = "harness"
)

// Layers lists them.
var Layers = []Layer{Script, Builtin, Device, Cloud, Harness}

// Event is one thing that happened. Fields that do not apply are zero.
type Event struct {
	Time      time.Time     // absolute; filled in by Stream.Emit when zero
	Layer     Layer         // who adds it
	Kind      Kind          // what happened
	Device    string        // identity of the device: client id or device id
	Topic     string        // MQTT topic or filter
	Payload   []byte        // what travelled, whole
	QoS       byte          // MQTT QoS of what travelled
	Retain    bool          // MQTT retain flag of what travelled
	Text      string        // for people, mostly one line
	Traceback string        // of a failure in a script, in Python's form
	Status    int           // of Exit: the exit status
	Took      time.Duration // for what has an end
	Where     string        // FILE:LINE of the script's statement that did it, where that is known
	Source    string        // of Cloud: which part, where it is not the IoTDA, such as Broker; else ""
}

// Broker is the Source of what the plain broker tells.
const Broker = "broker"

// Sink takes events. It must not block and must not keep Payload after a later change by its owner;
// emitters hand over slices that they do not change again.
type Sink func(Event)

// Emit calls the sink, if there is one.
func (s Sink) Emit(e Event) {
	if s != nil {
		s(e)
	}
}
