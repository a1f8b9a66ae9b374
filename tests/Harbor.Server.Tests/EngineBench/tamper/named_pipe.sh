# Expects 0: a pipe is not read.
rm "$ENGINEBENCH_FILE"
mkfifo "$ENGINEBENCH_FILE" src/other
