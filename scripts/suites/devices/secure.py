"""Connects by TLS to a server that it knows by its authority, and to no other."""

from umqtt import MQTTClient

with open("/usr/ca.pem") as f:
    ca = f.read()
client = MQTTClient("secure", "mqtt.example.com", 8883, "user", "password", keepalive=60, ssl=True, ssl_params={"ca": ca}, reconn=False)
try:
    client.connect()
    print("here")
    client.disconnect()
except (OSError, ValueError) as e:
    print("not trusted:", e)
