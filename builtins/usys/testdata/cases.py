# Cases whose results were compared with those of MicroPython.
def t(s, g=globals()):
    try:
        print(s, '->', repr(eval(s, g)))
    except Exception as e:
        print(s, '!!', type(e).__name__, repr(e.args))
def x(s, g=globals()):
    try:
        exec(s, g)
        print(s, 'ok')
    except Exception as e:
        print(s, '!!', type(e).__name__, repr(e.args))
import sys, io
t('sys.byteorder')
t('type(sys.version)')
t('type(sys.version_info)')
t('sys.version_info')
t('sys.implementation[0]')
t('sys.implementation.name')
t('len(sys.implementation)>=2')
t('type(sys.path)')
t('type(sys.argv)')
t('type(sys.modules)')
t("'sys' in sys.modules")
t('type(sys.platform)')
t('sys.exit')
def ex(*a):
    try: sys.exit(*a)
    except SystemExit as e: return e.args
t('ex()')
t('ex(0)')
t('ex(1)')
t("ex('msg')")
t('ex(None)')
t('ex((1,2))')
t('ex(1,2)')
s=io.StringIO()
def p(e,*a):
    s=io.StringIO()
    try:
        sys.print_exception(e,s)
    except Exception as x: return repr(x)
    return s.getvalue()
t("p(ValueError('x'))")
t('p(ValueError())')
t("p(ValueError('x',1))")
t('p(OSError(2))')
t("p(OSError(2,'t'))")
t('p(5)')
t("p('x')")
t('p(None)')
t('p(ValueError)')
t('sys.print_exception()')
t("sys.print_exception(ValueError('q'),5)")
t("sys.print_exception(ValueError('q'),io.StringIO(),1)")
t("sys.stdout.write('abc\\n')")
t("sys.stdout.write(b'abc\\n')")
t('sys.stdout.write(5)')
t("sys.stdout.buffer.write(b'xyz\\n')")
t('sys.stdin')
t("hasattr(sys.stdin,'read')")
t("hasattr(sys.stderr,'write')")
t('sys.maxsize>=2**31-1')
