import misc, quecstar
from misc import USBNET, USB
print(USBNET.get_worktype() == USBNET.Type_ECM, USBNET.getNat(0, 1), USBNET.set_worktype(2), USBNET.set_worktype(USBNET.Type_RNDIS), USBNET.get_worktype())
print(USBNET.getNat(0, 1), USBNET.setNat(0, 1, 0), USBNET.getNat(0, 1), USBNET.getNat(0, 7), USBNET.setNat(0, 1, 2), USBNET.setNat(1, 1, 0), USBNET.getNat(0, 8))
print(USBNET.get_status(), USBNET.open(), USBNET.get_status(), USB().getStatus())
quecstar.usb_plug(0)
print(USBNET.get_status(), USB().getStatus())
quecstar.usb_plug(1)
print(USBNET.get_status(), USBNET.close(), USBNET.get_status())
print(misc.antennaSecRXOffCtrl(), misc.antennaSecRXOffCtrl(1), misc.antennaSecRXOffCtrl(), misc.antennaSecRXOffCtrl(2))
