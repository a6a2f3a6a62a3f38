import request
import usocket as s

URL = "https://httpbin.org/get?x=1"
PORT = 80
print(request.get(URL).text, request.post("http://127.0.0.1:8080/", data="x"), request.request("PUT", "http://api.example.com/v1"))
print(request.get(URL), request.get("/relative"), request.get("http://" + URL))
sock = s.socket()
sock.connect(s.getaddrinfo("www.example.org", PORT)[0][-1])
sock.connect(("10.1.2.3", PORT))
sock.connect(("localhost", PORT))
