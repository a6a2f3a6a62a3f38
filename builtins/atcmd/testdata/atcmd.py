import atcmd
def at(cmd, include="", size=90):
    resp = bytearray(size)
    code = atcmd.sendSync(cmd + "\r\n", resp, include, 20)
    print(cmd, code, bytes(resp).decode().rstrip("\0").replace("\r\n", "|"))
for cmd in ("AT", "ATI", "at+csq", "AT+CGSN", "AT+CIMI", "AT+QCCID", "AT+COPS?", "AT+CREG?", "AT+CEREG?", "AT+CGATT?", "AT+CPIN?", "AT+CFUN?", "AT+CCLK?", "AT+CBC", "AT+CGPADDR=1", "AT+CNUM", "AT+CSCA?", "AT+CGDCONT?", "AT+NONE", "XX"):
    at(cmd)
at("ATI", "Revision")
at("ATI", "", 10)
at("AT+CFUN=0")
for cmd in ("AT+CIMI", "AT+COPS?", "AT+CREG?", "AT+CGATT?", "AT+CCLK?"):
    at(cmd)
print(atcmd.sendSync("AT", bytearray(9), "", 20), atcmd.sendSync("AT\r\n", "", "", 20))
