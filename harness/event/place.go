package event

import "context"

// placeKey has the place of a script in the context of what it does.
type placeKey struct{}

// WithPlace has what is done with a context know which statement of a script does it: place is FILE:LINE, and is asked
// while that statement waits.
func WithPlace(ctx context.Context, place func() string) context.Context {
	return context.WithValue(ctx, placeKey{}, place)
}

// Place is the script's statement that does what ctx is of, as FILE:LINE; "" where that is not known.
func Place(ctx context.Context) string {
	if place, ok := ctx.Value(placeKey{}).(func() string); ok {
		return place()
	}
	return ""
}
