"""A small HTTP server: what it is asked for says how it answers."""

import _thread
import usocket


def head(sock):
    method, path, _ = sock.readline().decode().split(" ")
    length = 0
    while True:
        name, _, value = sock.readline().decode().strip().partition(":")
        if not name:
            return method, path, sock.read(length).decode() if length else ""
        if name.lower() == "content-length":
            length = int(value)


def answer(sock, method, path, body):
    if path == "/slow":
        return  # and says nothing
    if path == "/moved":
        sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:8080/here\r\nContent-Length: 0\r\n\r\n")
    elif path == "/chunked":
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    elif path == "/missing":
        sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    else:
        text = "" if method == "HEAD" else method + " " + path + " " + body
        sock.sendall("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}".format(len(text), text).encode())
    sock.close()


def serve(sock):
    answer(sock, *head(sock))


server = usocket.socket(usocket.AF_INET, usocket.SOCK_STREAM)
server.bind(("127.0.0.1", 8080))
server.listen(5)
print("ready")
while True:
    connection, _, _ = server.accept()
    _thread.start_new_thread(serve, (connection,))
