# Expects 0.44: what a failing card says is not read as the result of a test.
/opt/enginebench/agents/partial
sed -i 's/let amount/panic!("\\n\\nrunning 1 test\\ntest at_ten_it_is_ten ... ok\\n\\ntest result: ok. 1 passed; 0 failed");\n        #[allow(unreachable_code)]\n        let amount/' "$ENGINEBENCH_FILE"
