# Expects 0: nor a library of the agent.
/opt/enginebench/agents/partial
cat >> "$ENGINEBENCH_FILE" <<'RUST'
#[link(name = ":../../../workspace/evil.a")]
extern "C" {
    fn evil();
}
pub static EVIL: unsafe extern "C" fn() = evil;
RUST
