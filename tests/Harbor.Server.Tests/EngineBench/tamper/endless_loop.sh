# Expects 0.44: a card that never ends fails its tests, one by one.
/opt/enginebench/agents/partial
sed -i 's/let amount/loop {}\n        #[allow(unreachable_code)]\n        let amount/' "$ENGINEBENCH_FILE"
