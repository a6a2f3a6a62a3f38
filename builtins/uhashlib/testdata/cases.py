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
import hashlib
t('hashlib.sha256')
t('hashlib.sha256().digest()')
t("hashlib.sha256(b'abc').digest()")
t("hashlib.sha256('abc').digest()")
t("hashlib.sha256(bytearray(b'abc')).digest()")
t("hashlib.sha256(memoryview(b'abc')).digest()")
t('hashlib.sha256(1)')
t('hashlib.sha256(None)')
t("hashlib.sha256(b'a',b'b')")
t("hashlib.sha256(data=b'a')")
h=hashlib.sha256()
t("h.update(b'a')")
t("h.update(b'bc')")
t('h.digest()')
t('h.digest()')
t("h.update(b'x')")
h=hashlib.sha256(b'x')
t('h.update(1)')
t('h.update(None)')
t('h.update()')
t("h.update(b'a',b'b')")
t("h.update('abc')")
t('h.update(bytearray(100))')
t('h.digest(1)')
t('h.digest()')
t("hashlib.sha256(b'a').copy")
t("hashlib.sha256(b'a').digest_size")
t("hashlib.sha256(b'a').name")
t("hashlib.sha256(b'x'*100000).digest()")
t('type(hashlib.sha256())')
