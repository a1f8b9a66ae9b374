#!/bin/bash
sed -i s/colour=white/colour=green/ /etc/lamp.conf
