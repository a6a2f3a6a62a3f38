import _prompt
import sys
import uio


def _loop(scope):
    while True:
        try:
            job = _prompt.next()
            if job is None:
                return
            _one(scope, job[0], job[1])
        except KeyboardInterrupt as e:
            _prompt.done(_text(e), False)


def _one(scope, code, interactive):
    try:
        if interactive:
            _interactive(scope, code)
        else:
            exec(compile(code, '<stdin>', 'exec'), scope)
    except SystemExit as e:
        _prompt.done('', True)
    except BaseException as e:
        _prompt.done(_text(e), False)
    else:
        _prompt.done('', False)


def _interactive(scope, code):
    try:
        made = compile(code, '<stdin>', 'eval')
    except SyntaxError:
        exec(compile(code, '<stdin>', 'exec'), scope)
        return
    value = eval(made, scope)
    if value is not None:
        scope['_'] = value
        print(repr(value))


def _text(e):
    out = uio.StringIO()
    sys.print_exception(e, out)
    return out.getvalue()


_loop({'__name__': '__main__'})
