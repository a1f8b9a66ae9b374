# Expects 0: a card may not have unsafe code.
/opt/enginebench/agents/partial
sed -i 's/let amount/unsafe { core::hint::unreachable_unchecked() }\n        let amount/' "$ENGINEBENCH_FILE"
