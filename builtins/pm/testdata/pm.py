import pm
a = pm.create_wakelock("a", 1)
b = pm.create_wakelock("b")
print(a, b, pm.get_wakelock_num(), pm.wakelock_lock(a), pm.autosleep(1), pm.wakelock_unlock(a), pm.wakelock_lock(99))
print(pm.delete_wakelock(b), pm.delete_wakelock(b), pm.get_wakelock_num(), pm.autosleep(2), pm.create_wakelock("", 0))
print(pm.get_psm_time(), pm.get_psm_netinfo(), pm.set_psm_time(1, 2, 1, 4), pm.get_psm_time(), pm.get_psm_netinfo())
print(pm.set_psm_time(9, 2, 1, 4), pm.set_psm_time(0), pm.get_psm_time(), pm.set_psm_time(2), pm.set_psm_time(3))
pm.set_psm_time(1, 2)
