import sim, quecstar
from sim import esim
print(esim.getEid(), esim.getProfileInfo(1), esim.profileOTA("LPA:1$s$1", ""), esim.profileHandle(0, "1"), esim.getProfileDelNotification(), esim.reportProfileDelNotification("1"))
quecstar.esim()
first = sim.getIccid()
print(esim.getEid(), esim.getProfileInfo(1))
quecstar.esim_offer("LPA:1$smdp.example.com$A", "89860000000000000001", "460990000000001", "Operator", "Data", "1234")

results = []
def fetch(code, confirmation):
    started = esim.profileOTA(code, confirmation)
    while started == 0 and not results:
        pass
    return started, results and results.pop()

print(esim.setCallback(results.append), fetch("LPA:1$smdp.example.com$A", "0000"), fetch("LPA:1$smdp.example.com$B", ""), fetch("smdp.example.com", ""), fetch("LPA:1$smdp.example.com$A", "1234"), fetch("LPA:1$smdp.example.com$A", "1234"))
new = "89860000000000000001"
print(esim.getProfileInfo(1)[2], sim.getIccid() == first)
print(esim.profileHandle(0, new), esim.profileHandle(0, new), sim.getStatus(), sim.getIccid(), sim.getImsi(), [p["profileState"] for p in esim.getProfileInfo(1)[1:]])
print(esim.profileHandle(2, new), esim.profileHandle(1, new), esim.profileHandle(1, new), sim.getStatus(), sim.getIccid(), esim.profileHandle(2, new), esim.profileHandle(0, new), esim.profileHandle(9, first))
print(esim.getProfileDelNotification(), esim.reportProfileDelNotification("x"), esim.reportProfileDelNotification(new), esim.getProfileInfo(1)[0])
print(esim.profileHandle(0, first), sim.getStatus(), sim.getIccid() == first)
for bad in (lambda: quecstar.esim("1"), lambda: quecstar.esim_offer("x", "1", "2"), lambda: quecstar.esim_offer("LPA:1$a$b", "", "2")):
    try:
        bad()
    except ValueError as e:
        print(e)
