# A class body reads the module's variable where it binds the name itself, as MicroPython has it.

def shadow(tone):
    class Inner:
        heard = tone
        tone = "class"

    tone += 1
    return tone, Inner.heard, Inner.tone


tone = "module"
print(shadow(1), tone)
