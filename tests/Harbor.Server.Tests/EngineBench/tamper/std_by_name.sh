# Expects 0: nor does it get 'std' by asking for it; the word that asks is refused.
/opt/enginebench/agents/partial
sed -i '1i extern crate std;' "$ENGINEBENCH_FILE"
sed -i 's/let amount/std::process::exit(0);\n        let amount/' "$ENGINEBENCH_FILE"
