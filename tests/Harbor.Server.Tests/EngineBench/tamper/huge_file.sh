# Expects 0: a file is read up to 256 KiB.
cp /opt/enginebench/gold/last_stand.rs "$ENGINEBENCH_FILE"
head -c 300000 /dev/zero | tr '\0' '\n' >> "$ENGINEBENCH_FILE"
