import _prompt

_scope = {'__name__': '__main__'}


def _run(code, interactive):
    made = _expression(code) if interactive else None
    if made is None:
        exec(compile(code, '<stdin>', 'single' if interactive else 'exec'), _scope)
        return
    value = eval(made, _scope)
    if value is not None:
        _scope['_'] = value
        print(repr(value))


def _expression(code):
    try:
        return compile(code, '<stdin>', 'eval')
    except SyntaxError:
        return None


def _names(chain):
    found = list(_scope)
    if chain:
        words = chain.split('.')
        try:
            value = _scope[words[0]]
            for word in words[1:]:
                value = getattr(value, word)
            found = dir(value)
        except Exception:
            found = []
    _prompt.told('\n'.join(found))


_prompt.serve(_run, _names)
