import _prompt

_scope = {'__name__': '__main__'}


def _run(code, interactive):
    if interactive:
        _interactive(code)
    else:
        exec(compile(code, '<stdin>', 'exec'), _scope)


def _interactive(code):
    try:
        made = compile(code, '<stdin>', 'eval')
    except SyntaxError:
        exec(compile(code, '<stdin>', 'exec'), _scope)
        return
    value = eval(made, _scope)
    if value is not None:
        _scope['_'] = value
        print(repr(value))


_prompt.serve(_run)
