import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import audio, quecstar
got = []
tts = audio.TTS(0)
aud = audio.Audio(0)
print(tts.setCallback(lambda e: got.append(("tts", e))), aud.setCallback(lambda e: got.append(("file", e))))
print(tts.play(1, 1, 2, "hello"), wait(got, 2))
print(aud.play(1, 0, "U:/a.mp3"), wait(got, 4))
quecstar.audio_hold()
print(aud.play(1, 1, "U:/low.mp3"), aud.play(1, 1, "U:/low2.mp3"), tts.play(3, 0, 2, "now"), tts.getState(), quecstar.audio_state())
print([aud.play(4, 0, str(i)) for i in range(11)][-2:])
print(quecstar.audio_finish(), quecstar.audio_state()[0], aud.stopAll(), quecstar.audio_state())
print(aud.getVolume(), aud.setVolume(12), aud.setVolume(3), aud.getVolume(), tts.getVolume(), tts.setSpeed(9), tts.getSpeed())
print(tts.play(5, 0, 2, "x"), aud.play(0, 0, ""), aud.getState(), aud.playStream(3, b"id3"), aud.aud_tone_play(17, 1), aud.set_pa(33, 1), aud.set_pa(33))
print(tts.close(), tts.close(), tts.play(1, 1, 2, "gone"))
r, tape = audio.Record(), []
r.end_callback(tape.append)
print(r.start("a.mp3", 1), r.start("a.amr", 1), r.isBusy(), r.start("b.wav", 1), r.getSize("a.amr"))
print(wait(tape, 2), r.getSize("a.amr"), r.getData("a.amr", 0, 6), r.getData("a.amr", 50, 100), r.getFilePath("x"), r.exists("a.amr"))
print(r.Delete("a.amr"), r.Delete("a.amr"), r.stop(), r.gain(4, 13))
print(r.ovkws_set_callback(print), r.ovkws_start("_xiao_zhi", 0.7), r.ovkws_stop())
old = []
r = audio.Record("voice.wav", old.append)  # as on firmware of 2020
print(r.getSize(), r.exists(), r.start(1, 1, 8000), r.isBusy(), r.Delete(), wait(old, 2))
print(r.getFilePath(), r.getSize(), r.getData(0, 4), r.exists(), r.Delete(), r.exists())
