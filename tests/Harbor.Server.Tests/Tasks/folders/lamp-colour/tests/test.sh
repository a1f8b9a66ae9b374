#!/bin/bash
source /tests/wanted.sh
if grep -qx "colour=$wanted" /etc/lamp.conf; then echo 1; else echo 0; fi > /logs/verifier/reward.txt
