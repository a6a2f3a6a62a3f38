import usocket as socket
import _thread

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
port = 0
for port in range(42100, 42200):
    try:
        server.bind(("0.0.0.0", port))
        server.listen(1)
        break
    except OSError:
        pass

seen = []

def serve():
    peer, host, where = server.accept()
    seen.append(host)
    seen.append(where > 0)
    seen.append(peer.readline())
    peer.send(b"one\ntwo\nrest")
    peer.close()

_thread.start_new_thread(serve, ())
s = socket.socket()
info = socket.getaddrinfo("127.0.0.1", port)[0]
print(info[:4], info[4][0])
assert socket.getaddrinfo("127.0.0.1", str(port)) == [info]
for wrong in ("x", "-1", 70000, None):
    try:
        socket.getaddrinfo("127.0.0.1", wrong)
    except TypeError as e:
        print(e)
s.connect(("127.0.0.1", str(port)))
print(s.getsendacksize(), s.send("hello\n"), s.getsocketsta(), s.getsendacksize())
print(s.readline(), s.recv(2))
buf = bytearray(3)
print(s.readinto(buf), buf, s.read(), s.recv(10))
print(seen)
s.close()
print(s.getsocketsta())
s.settimeout(0.01)
for bad in (lambda: s.recv(1), lambda: socket.socket().send(b"x"), lambda: s.connect("x"), lambda: socket.socket().connect(("127.0.0.1", 1))):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e.args[0])
server.settimeout(0.01)
try:
    server.accept()
except OSError as e:
    print("timeout", e.args)
a, b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for udp in range(42200, 42300):
    try:
        a.bind(("127.0.0.1", udp))
        break
    except OSError:
        pass
print(b.sendto(b"ping", ("127.0.0.1", udp)))
data, where = a.recvfrom(100)
print(data, a.sendto(b"pong", where), b.recvfrom(100)[0])
a.settimeout(0.01)
try:
    a.recv(5)
except OSError as e:
    print(e.args)
