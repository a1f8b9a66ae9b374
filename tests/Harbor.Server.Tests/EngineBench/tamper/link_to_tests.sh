# Expects 0: a link is not followed, wherever it leads.
ln -sf /tests/last_stand.rs "$ENGINEBENCH_FILE"
