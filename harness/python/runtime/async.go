package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// await drives x, a coroutine or what has __await__ or __iter__, and yields what x yields to whoever drives the
// coroutine that waits.
func (rt *Runtime) await(t *starlark.Thread, y, x starlark.Value) (starlark.Value, error) {
	if it, has, err := object.CallSpecial(x, "__await__"); err != nil {
		return nil, err
	} else if has {
		x = it
	}
	return rt.yieldFrom(t, y, x)
}

// aiterHelper is ·aiter(x), what async for goes over.
func aiterHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return object.CallMethod(t, a[0], "__aiter__", nil, nil)
}

// anext is the next element, or the end signal.
func (rt *Runtime) anext(t *starlark.Thread, y, it starlark.Value) (starlark.Value, error) {
	step, err := object.CallMethod(t, it, "__anext__", nil, nil)
	if err == nil {
		step, err = rt.await(t, y, step)
	}
	if err != nil {
		if r := rt.Exception(err); r != nil && r.IsA("StopAsyncIteration") {
			return noMatch, nil
		}
	}
	return step, err
}

// alist is the list of all elements of an asynchronous iterable, for comprehensions.
func (rt *Runtime) alist(t *starlark.Thread, y, x starlark.Value) (starlark.Value, error) {
	it, err := aiterHelper(t, starlark.Tuple{x})
	if err != nil {
		return nil, err
	}
	var all []starlark.Value
	for {
		v, err := rt.anext(t, y, it)
		if err != nil {
			return nil, err
		}
		if v == noMatch {
			return starlark.NewList(all), nil
		}
		all = append(all, v)
	}
}

// asyncWithHelper is py.async_with(yield_, manager, body).
func (rt *Runtime) asyncWithHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	y, manager := a[0], a[1]
	exit, err := object.GetAttr(manager, "__aexit__")
	if err != nil {
		return nil, err
	}
	entering, err := object.CallMethod(t, manager, "__aenter__", nil, nil)
	if err != nil {
		return nil, err
	}
	entered, err := rt.await(t, y, entering)
	if err != nil {
		return nil, err
	}
	return rt.within(t, a[2], entered, func(args starlark.Tuple) (starlark.Value, error) {
		leaving, err := starlark.Call(t, exit, args, nil)
		if err != nil {
			return nil, err
		}
		return rt.await(t, y, leaving)
	})
}
