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
import hmac, hashlib
t("hmac.new(b'k', b'm', 'sha256').hexdigest()")
t("hmac.new(b'k', b'm', hashlib.sha256).hexdigest()")
t("hmac.new(b'k', b'm', digestmod='sha256').digest()")
t("hmac.new(b'k', msg=b'm', digestmod='sha256').digest()")
t("hmac.new(key=b'k', msg=b'm', digestmod='sha256').digest()")
t("hmac.new('k', 'm', 'sha256').digest()")
t("hmac.new(bytearray(b'k'), bytearray(b'm'), 'sha256').digest()")
t("hmac.new(b'k'*100, b'm', 'sha256').digest()")
t("hmac.new(b'', b'', 'sha256').digest()")
t("hmac.new(1, b'm', 'sha256')")
t("hmac.new(b'k', None, 'sha256').hexdigest()")
h=hmac.new(b'k', digestmod='sha256')
t("h.update(b'a')")
t("h.update('b')")
t('h.hexdigest()')
t('h.block_size')
t('h.name')
