import quecstar
from gnss import GnssGetData
g = GnssGetData(1, 9600, 8, 0, 1, 0)
print(g.isFix(), g.getLocation(), g.getLocationMode(), g.read_gnss_data(), g.checkDataValidity(), g.getLocationMode(), g.getLocation(), g.getUtcTime())
quecstar.gnss_fix(31.821349, -117.115644, 40.5, 36, 90)
print(g.read_gnss_data(), g.checkDataValidity(), g.isFix(), g.getUtcTime(), g.getLocation())
print(g.getLocationMode(), g.getUsedSateCnt(), g.getViewedSateCnt(), g.getCourse(), g.getSpeed())
print(g.getOriginalData())
quecstar.gnss_track([(0, -1.5, 2.25), (3600, 3, 4, 5, 6, 7)])
print(g.read_gnss_data() > 0, g.getLocation())
try:
    quecstar.gnss_nmea("$GNGGA,1*00")
except ValueError as e:
    print(e)
quecstar.gnss_lost()
print(g.read_gnss_data() > 0, g.isFix())
print(g.getGeodeticHeight())
quecstar.gnss_fix(1.5, 2.5, 166.5)
print(g.read_gnss_data() > 0, g.getGeodeticHeight())
