"""Asks a pump controller on UART 1 for its speed, every five seconds."""

import machine
import utime

uart = machine.UART(machine.UART.UART1, 9600, 8, 0, 1, 0)
while True:
    uart.write("STATE?\n")
    utime.sleep(1)
    answer = uart.read(uart.any()).decode() if uart.any() else ""
    print(answer.strip() or "no answer")
    utime.sleep(4)
