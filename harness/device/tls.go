package device

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"quecstar/harness/errno"
)

// TLSReason says, for people, why a handshake with a server failed, and what to look at: asked says
// that the server asked for a client certificate, gave that there was one to give.
func TLSReason(err error, serverName string, asked, gave bool) string {
	var (
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		remote  *net.OpError
		network net.Error
	)
	switch {
	case errors.As(err, &name):
		return fmt.Sprintf("the certificate is not for %s (%v)", name.Host, name)
	case errors.As(err, &unknown):
		return "the certificate is signed by an authority that the script's CA certificate does not name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate has expired or is not valid yet (%s)", invalid.Detail)
	case errors.As(err, &record):
		return "the server does not answer in TLS: is this the port for plain connections?"
	case errors.As(err, &remote) && remote.Op == "remote error":
		return alertReason(remote.Err, serverName, asked, gave)
	case strings.Contains(err.Error(), "unsupported protocol version"): // the library has no class for it
		return oldTLS(err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errno.Is(err, syscall.ECONNRESET):
		return "the server closed the connection in the handshake: is this the port for plain connections?"
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "the server does not finish the handshake in time"
	}
	return err.Error()
}

func oldTLS(err error) string {
	return fmt.Sprintf("the server speaks neither TLS 1.2 nor TLS 1.3, and older versions are not spoken here (%v)", err)
}

// Alerts by which a server ends a handshake (RFC 8446, section 6.2, and RFC 5246, section 7.2.2).
const (
	alertHandshakeFailure     tls.AlertError = 40
	alertBadCertificate       tls.AlertError = 42
	alertUnsupportedCert      tls.AlertError = 43
	alertCertificateRevoked   tls.AlertError = 44
	alertCertificateExpired   tls.AlertError = 45
	alertCertificateUnknown   tls.AlertError = 46
	alertUnknownCA            tls.AlertError = 48
	alertAccessDenied         tls.AlertError = 49
	alertProtocolVersion      tls.AlertError = 70
	alertUnrecognizedName     tls.AlertError = 112
	alertCertificateRequested tls.AlertError = 116
)

// alertReason says what a server's alert is about. The library gives an alert of a type of its own,
// of the same texts.
func alertReason(alert error, serverName string, asked, gave bool) string {
	is := func(any ...tls.AlertError) bool {
		return slices.ContainsFunc(any, func(a tls.AlertError) bool { return a.Error() == alert.Error() })
	}
	switch {
	case is(alertProtocolVersion):
		return oldTLS(alert)
	case is(alertUnrecognizedName):
		return fmt.Sprintf("the server does not serve the name %s (%v)", serverName, alert)
	case asked && is(alertHandshakeFailure, alertBadCertificate, alertUnsupportedCert, alertCertificateRevoked,
		alertCertificateExpired,
		alertCertificateUnknown, alertUnknownCA, alertAccessDenied, alertCertificateRequested):
		return fmt.Sprintf("the server %s (%v)", ClientCertificateTrouble(gave), alert)
	case is(alertHandshakeFailure):
		return fmt.Sprintf("the server and this side have no TLS version or cipher in common (%v)", alert)
	}
	return fmt.Sprintf("the server ended the handshake (%v)", alert)
}

// ClientCertificateTrouble says what is wrong between a server that asks for a client certificate and
// a client that gave one, or did not.
func ClientCertificateTrouble(gave bool) string {
	if !gave {
		return "asks for a client certificate, and the script gives none"
	}
	return "did not accept the script's client certificate"
}
