# Expects 0: a stub with a comment more is a stub.
echo '// Done.' >> "$ENGINEBENCH_FILE"
