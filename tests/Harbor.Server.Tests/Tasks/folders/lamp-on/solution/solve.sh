#!/bin/bash
sed -i s/state=off/state=on/ /etc/lamp.conf
