#!/bin/bash
if grep -qx state=on /etc/lamp.conf; then echo 1; else echo 0; fi > /logs/verifier/reward.txt
