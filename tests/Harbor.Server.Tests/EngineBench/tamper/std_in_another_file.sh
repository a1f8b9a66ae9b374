# Expects 0: a card is compiled without 'std', so that a word in another file does not help.
/opt/enginebench/agents/partial
echo 'extern crate std; pub fn leave() { std::process::exit(0) }' > /tmp/leave.rs
chmod 644 /tmp/leave.rs
echo 'mod hidden { include!("/tmp/leave.rs"); }' >> "$ENGINEBENCH_FILE"
