"""An echo server on TCP and UDP port 7; over TCP, "bye" ends the connection."""

import _thread
import usocket


def serve(sock):
    while True:
        data = sock.recv(4096)
        if not data:
            break
        sock.sendall(data)
        if data == b"bye":
            break
    sock.close()


def datagrams(sock):
    while True:
        data, peer = sock.recvfrom(4096)
        sock.sendto(data, peer)


server = usocket.socket(usocket.AF_INET, usocket.SOCK_STREAM)
server.bind(("127.0.0.1", 7))
server.listen(5)
udp = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 7))
_thread.start_new_thread(datagrams, (udp,))
print("ready")
while True:
    connection, _, _ = server.accept()
    _thread.start_new_thread(serve, (connection,))
