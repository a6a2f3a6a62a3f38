import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import quecstar
quecstar.app_fota_serve("http://example.org/a.pack", b"firmware")
from fota import fota
got = []
f = fota()
print(f.httpDownload(url1="http://example.org/a.pack", callback=got.append), wait(got, 2), f.httpDownload())
print(f.write(b"12345", 8), f.verify(), f.write(b"6789", 8), f.write(b"678", 8), f.flush(), f.verify(), f.apn_set("a", 0, "u", "p"), f.download_cancel())
quecstar.fota_fails()
print(f.httpDownload("http://example.org/a.pack", "", got.append), wait(got, 3)[2], f.verify())
