import ethernet
import quecstar

nic = ethernet.W5500(b'\x12\x34\x56\x78\x9a\xbc', '', '', '', -1, 38, 36, 37, 0)
print(nic.ipconfig())
print(nic.dhcp(), nic.ipconfig()[1])
print(nic.set_addr('192.168.1.99', '255.255.255.0', '192.168.1.1'), nic.set_dns('8.8.8.8', '114.114.114.114'))
print(nic.ipconfig()[1])
print(nic.set_default_NIC(nic.ipconfig()[1][1]), nic.set_addr('here', '', ''), nic.set_up(), nic.status())
quecstar.ethernet_link(False)
print(nic.dhcp(), nic.status())
phy = ethernet.YT8512H(b'123456', '192.168.1.1', '', '')
print(phy.speed(), phy.node(), phy.ipconfig())
quecstar.ethernet_link(True)
print(phy.speed(), phy.set_down())
for bad in (b'1', 'text'):
    try:
        ethernet.CH395(bad)
    except (ValueError, TypeError) as e:
        print(repr(e))
try:
    ethernet.DM9051(b'123456', 'here')
except ValueError as e:
    print(e)
