import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import camera, quecstar
got, shots = [], []
d = camera.CamDecoder(0, 1, 640, 480, 1, 240, 240)
print(d.callback(got.append), d.start(), d.open(), d.start(), quecstar.camera_scan("code"), d.pause(), quecstar.camera_scan("unseen"), d.resume(), d.resume(), wait(got, 1), d.stop(), d.close(), d.close())
c = camera.CamCapture(1, 640, 480, 1, 240, 240)
print(c.callback(shots.append), c.start(640, 480, "pic"), c.open(), c.start(640, 480, "pic"), wait(shots, 1))
print(camera.CamPreview(0, 640, 480, 176, 220, 2).open())
camera.CamPreview(7, 640, 480, 176, 220, 2)
