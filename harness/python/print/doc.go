// Package print writes a desugared Python program as Starlark: text that quecstar runs with the same
// output, with the names, comments and blank lines of the original.
//
// The text loads python, which gives its values, operators, loops and builtin names Python's
// meaning and brings py, the helpers for what Starlark has no syntax for:
//
//	py.import_("a.b")  import a.b: the module a, with b imported into it
//	py.module("a.b")  import a.b as m: the module a.b itself
//	py.from_("m", "x", …)  from m import x, …: the value of x, or the tuple of several
//	py.import_all("m")  from m import *
//	py.globals  the variables of the file, for functions that bind them: py.globals.x = 1 is what global x allows
//	py.vars(x = value, …)  variables that more than one function binds: v.x = 1 in an inner function is what nonlocal x allows
//	py.let(v, x = value)  (x := value): binds a variable of py.vars or py.globals and returns the value
//	py.del_(v, "x")  del v.x: unbinds a variable, or deletes an attribute
//	py.del_item(x, key)  del x[key]
//	py.del_slice(x, low, high, step)  del x[low:high:step]
//	py.set_slice(x, low, high, step, value)  x[low:high:step] = value
//	py.unpack(x, before, after)  a, *b, c = x: the elements before and after, and between them a list of the rest
//	py.merge(x, y, …)  {**x, **y, …}: a dict of the entries of all
//	py.kwargs(x, y, …)  f(**x, **y): the arguments by name of all
//	py.is_(x, y)  x is y
//	py.builtin("name")  the builtin function or type of a name that the script uses for something else
//	py.matmul(x, y)  x @ y
//	py.in_place("**", x, y)  what x **= y or x @= y binds to x
//	py.raise_(error, cause)  raise error from cause
//	py.reraise()  raise alone: the exception that is handled goes on
//	py.assert_(message)  the AssertionError of an assert that failed
//	py.try_(body, (class, handler), …, handler, else_ = f, finally_ = g)  try: calls body(), for an exception of a class handler(e); one alone takes all; a class may be a lambda that returns it; behind (class, handler, v, "x") v.x is unbound; returns what body or handler returned
//	py.with_(manager, body)  with manager as x: body(x), and the end of the manager behind it; returns what body returned
//	py.return_(value)  what a part of try_ or with_ returns so that the function around it returns: outcome.value
//	py.break_  what a part returns so that the loop around it is left
//	py.continue_  what a part returns so that the loop around it goes on with its next round
//	py.class_("Name", body, base, …)  class Name(base, …): body(cls) binds what the class has as attributes of cls
//	py.super(cls, self)  super() in a method of the class
//	py.generator("name", body, arg, …)  a generator or coroutine: body(yield_, arg, …) runs step by step, and yield_(x) is yield x
//	py.yield_from(yield_, x)  yield from x
//	py.await_(yield_, x)  await x
//	py.async_iter(x)  what async for goes over
//	py.async_next(yield_, it)  the next element of async for, or py.end
//	py.async_list(yield_, x)  all elements of x, of an async comprehension
//	py.async_with(yield_, manager, body)  async with manager as x: body(x)
//	py.display(x)  shows the value of an expression as an interactive session does
//	py.end  what py.async_next returns at the end
package print
