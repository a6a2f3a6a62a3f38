"""A valve that is opened and closed by messages from one number."""

import sms
import utime

OWNER = "+8613800000000"
state = "closed"


def on_message(args):
    global state
    index = args[1]
    number, text, _ = sms.searchTextMsg(index)
    sms.deleteMsg(index)
    if number != OWNER:
        print("ignored", number)
        return
    word = text.strip().lower()
    if word in ("open", "close"):
        state = "open" if word == "open" else "closed"
    elif word != "state":
        sms.sendTextMsg(number, "open, close or state?", "GSM")
        return
    if sms.sendTextMsg(number, "the valve is " + state, "GSM") != 0:
        print("not answered")


sms.setCallback(on_message)
print("ready")
while True:
    utime.sleep(60)
