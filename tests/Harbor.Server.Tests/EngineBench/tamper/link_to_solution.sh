# Expects 0: a link is not followed, even to a file that would do.
ln -sf /opt/enginebench/gold/last_stand.rs "$ENGINEBENCH_FILE"
