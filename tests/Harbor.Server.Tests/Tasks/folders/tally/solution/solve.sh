#!/bin/bash
awk "{ sum += \$$COLUMN } END { print sum }" deliveries.txt > total.txt
echo "$(whoami) counts $UNIT"
