#!/bin/bash
# Half of the reward for a file, the whole for the right sum.
sum=$(cat total.txt 2> /dev/null)
if [ "$sum" = "$EXPECTED" ]; then reward=1; elif [ -n "$sum" ]; then reward=0.5; else reward=0; fi
echo "{\"reward\": $reward, \"lines\": $(cat total.txt 2> /dev/null | wc -l)}" > /logs/verifier/reward.json
echo '{"results": {}}' > /logs/verifier/ctrf.json
