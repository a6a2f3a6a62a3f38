import system
print(system.replSetEnable(2), system.replChangPswd("a", "b"), system.replSetEnable(1, password="short"), system.replSetEnable(1, password="miyue123"), system.replSetEnable(2))
print(system.replSetEnable(0, password="wrong123"), system.replChangPswd(old_password="miyue123", new_password="123456"), system.replSetEnable(0, password="123456"), system.replSetEnable(2), system.replSetEnable(5))
