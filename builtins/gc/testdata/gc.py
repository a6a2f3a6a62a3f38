import gc
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled())
print(gc.collect(), gc.mem_alloc() > 0, gc.mem_free() > gc.mem_alloc(), gc.threshold(), gc.threshold(4096), gc.threshold())
